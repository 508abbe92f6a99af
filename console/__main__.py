"""python -m console X is the same thing as minsheng X."""

from console.cli import main

main()
