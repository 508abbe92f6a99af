"""Whether SQLite failed because the disk is full."""

import shutil
import sqlite3
from pathlib import Path

# SQLite's write-ahead log needs 32 KB for its index before anything can be read or written.
_ROOM = 64 << 10


def no_room(error: BaseException | None, path: Path) -> bool:
    """Whether SQLite's error comes of a disk that is full. It says so only where the file itself cannot grow; where a
    file beside it cannot, it speaks of an input/output error, or that it cannot open it."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_FULL:
        return True
    if code not in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN):
        return False
    try:
        return shutil.disk_usage(path.parent).free < _ROOM
    except OSError:
        return False
