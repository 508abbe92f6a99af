"""Connections to the archive's file: one a thread, transactions, and SQLite's errors said in Chinese."""

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from archive.room import no_room
from archive.store import ArchiveError

BUSY_SECONDS = 30.0
# A small cache: every thread has one of its own, and what it lacks the system has in memory. Reading is no slower
# (measured with 2, 4 and 8 MB); who writes has more, for what is changed waits in it.
_PRAGMAS = ("PRAGMA synchronous=NORMAL", "PRAGMA temp_store=MEMORY", "PRAGMA cache_size=-2048")
_WRITING = "PRAGMA cache_size=-8192"


class Database:
    """The file at `path`. Raises ArchiveError, never sqlite3.Error."""

    def __init__(self, path: str, *, create: bool) -> None:
        self.path = Path(path)
        self._local = threading.local()
        self._open: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        if not self.path.parent.is_dir():
            raise ArchiveError(f"档案库所在的目录 {self.path.parent} 不存在，请先建立或检查 MINSHENG_ARCHIVE")
        if self.path.is_dir():
            raise ArchiveError(f"{self.path} 是目录，不是档案库文件，请检查 MINSHENG_ARCHIVE")
        if not create and not self.path.exists():
            raise ArchiveError(f"档案库 {self.path} 不存在")

    def connection(self) -> sqlite3.Connection:
        """This thread's connection; a new one after a fork, because SQLite's may not cross it."""
        held: tuple[int, sqlite3.Connection] | None = getattr(self._local, "held", None)
        if held and held[0] == os.getpid():
            return held[1]
        with self.errors():
            connection = sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
            for pragma in _PRAGMAS:
                connection.execute(pragma)
        with self._lock:
            self._open.append(connection)
        self._local.held = (os.getpid(), connection)
        return connection

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """One consistent view of the file."""
        with self._transaction("BEGIN") as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """All or nothing; waits for other writers."""
        with self.errors():
            self.connection().execute(_WRITING)
        with self._transaction("BEGIN IMMEDIATE") as connection:
            yield connection

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[sqlite3.Connection]:
        connection = self.connection()
        with self.errors():
            connection.execute(begin)
            try:
                yield connection
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    @contextmanager
    def errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise ArchiveError(self._explain(error)) from error

    def _explain(self, error: sqlite3.Error) -> str:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if no_room(error, self.path):
            return f"磁盘空间不足，档案库 {self.path} 没有写入；腾出空间后重试即可，已有的信息完好"
        if code == sqlite3.SQLITE_NOTADB:
            return f"{self.path} 不是 SQLite 文件，请检查 MINSHENG_ARCHIVE 是否写错"
        if code == sqlite3.SQLITE_READONLY:
            return f"档案库 {self.path} 只能读不能写，请检查文件和目录的权限"
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return f"档案库 {self.path} 正忙，等了 {BUSY_SECONDS:.0f} 秒仍未轮到，请稍后重试"
        if code in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
            return f"档案库 {self.path} 打不开，请检查文件和目录的权限"
        if code == sqlite3.SQLITE_CORRUPT:
            return f"档案库 {self.path} 已损坏，请从备份恢复"
        if code == sqlite3.SQLITE_IOERR:
            return f"档案库 {self.path} 读写出错，请检查磁盘：{error}"
        return f"档案库 {self.path} 出错：{error}"

    def close(self) -> None:
        with self._lock:
            for connection in self._open:
                connection.close()
            self._open.clear()
        self._local = threading.local()
