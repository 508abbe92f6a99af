"""A SQLite file copied page by page by its own backup API, while it is being written to; also used for the state."""

import contextlib
import os
import sqlite3
from pathlib import Path

from archive.store import ArchiveError

NAME = "archive.sqlite3"
PAGES = 2000  # copied at a time; others write between
BUSY_SECONDS = 30.0


def save(source: Path, target: Path) -> None:
    """A consistent copy, whole or not at all. Raises ArchiveError."""
    if not source.is_file():
        raise ArchiveError(f"{source} 不存在，没有可备份的")
    fresh = target.with_name(target.name + ".new")
    fresh.unlink(missing_ok=True)
    try:
        with (
            contextlib.closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True, timeout=BUSY_SECONDS)) as read,
            contextlib.closing(sqlite3.connect(fresh)) as written,
        ):
            read.backup(written, pages=PAGES)
            _check(written, source)
    except sqlite3.Error as error:
        fresh.unlink(missing_ok=True)
        raise ArchiveError(f"{source} 备份到 {target} 时出错：{error}") from error
    _settle(fresh, target)


def check(saved: Path) -> None:
    """Whether it can be put back. Raises ArchiveError."""
    if not saved.is_file():
        raise ArchiveError(f"备份中没有 {saved.name}")
    try:
        with contextlib.closing(sqlite3.connect(f"file:{saved}?mode=ro&immutable=1", uri=True)) as read:
            _check(read, saved)
    except sqlite3.Error as error:
        raise ArchiveError(f"备份 {saved} 已损坏：{error}") from error


def put_back(saved: Path, target: Path) -> None:
    """The saved copy in the place of `target`, whole or not at all. Nobody may have `target` open."""
    check(saved)
    fresh = target.with_name(target.name + ".new")
    fresh.unlink(missing_ok=True)
    try:
        with (
            contextlib.closing(sqlite3.connect(f"file:{saved}?mode=ro&immutable=1", uri=True)) as read,
            contextlib.closing(sqlite3.connect(fresh)) as written,
        ):
            read.backup(written)
    except sqlite3.Error as error:
        fresh.unlink(missing_ok=True)
        raise ArchiveError(f"备份 {saved} 已损坏或无法写到 {target}：{error}") from error
    for beside in ("-wal", "-shm"):  # of the file that goes; with another file they would be taken for its own
        target.with_name(target.name + beside).unlink(missing_ok=True)
    _settle(fresh, target)


def _check(connection: sqlite3.Connection, path: Path) -> None:
    said = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if said != "ok":
        raise ArchiveError(f"{path} 已损坏（{said}）")


def _settle(fresh: Path, target: Path) -> None:
    """On the disk before it takes the place of the old one."""
    handle = os.open(fresh, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    fresh.replace(target)
