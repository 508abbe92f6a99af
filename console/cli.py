"""The command `minsheng`: Django's management commands under one name."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "console.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(["minsheng", *(sys.argv[1:] or ["help"])])
    except ImproperlyConfigured as error:
        sys.exit(f"minsheng: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
