"""The archive this installation uses, opened once a process."""

from functools import cache

from django.conf import settings

from archive.store import Store, open_store


@cache
def archive() -> Store:
    return open_store(settings.ARCHIVE_URL)
