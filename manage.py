#!/usr/bin/env python3
"""python manage.py X is the same thing as minsheng X."""

from console.cli import main

if __name__ == "__main__":
    main()
