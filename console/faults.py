"""What goes wrong outside the program (a disk, a file, the state database), said in Chinese with what to do."""

import errno
import sqlite3
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, OperationalError, ProgrammingError

from archive.sqlite.connect import no_room

_REASONS = {
    errno.ENOSPC: "磁盘已满，请腾出空间后重新运行",
    errno.EDQUOT: "超过了磁盘配额，请腾出空间后重新运行",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EROFS: "所在的磁盘只能读不能写",
    errno.ENOENT: "文件不存在",
    errno.EISDIR: "这是文件夹，应是文件",
    errno.ENOTDIR: "路径中有一段不是文件夹",
    errno.EEXIST: "已经存在",
    errno.EADDRINUSE: "端口已被占用",
    errno.EADDRNOTAVAIL: "本机没有这个地址",
    errno.ECONNREFUSED: "对方没有在听（连接被拒绝）",
    errno.EMFILE: "打开的文件太多",
}


def reason(error: OSError) -> str:
    """Why the system refused."""
    return _REASONS.get(error.errno or 0) or error.strerror or str(error)


def of_system(error: OSError) -> str:
    return f"{error.filename}：{reason(error)}" if error.filename else reason(error)


def of_database(error: DatabaseError) -> str | None:
    """The state database's trouble; None for what is a defect of ours and must be seen whole."""
    where = "状态库" if _is_server() else f"状态库 {settings.DATABASES['default']['NAME']}"
    code = getattr(error.__cause__, "sqlite_errorcode", 0) & 0xFF
    if no_room(error.__cause__, Path(settings.DATABASES["default"]["NAME"])):
        return f"磁盘空间不足，{where} 没有写入；这一步已整个撤销，原有的都在，腾出空间后重新运行即可"
    if code == sqlite3.SQLITE_NOTADB:
        return f"{where} 不是 SQLite 文件，请检查 MINSHENG_DATABASE 是否写错"
    if code == sqlite3.SQLITE_CORRUPT:
        return f"{where} 已损坏，请从备份恢复"
    if code in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
        return f"{where} 打不开，请检查 MINSHENG_DATABASE 的路径和文件夹的权限"
    if code == sqlite3.SQLITE_READONLY:
        return f"{where} 只能读不能写，请检查文件和文件夹的权限"
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return f"{where} 正忙，等了 30 秒仍未轮到，请稍后重试"
    if code == sqlite3.SQLITE_IOERR:
        return f"{where} 读写出错，请检查磁盘：{error}"
    if _misses_a_table(error):
        return f"{where} 的结构不是最新的，请执行 minsheng migrate"
    if isinstance(error, OperationalError):
        return f"{where} 出错：{' '.join(str(error).split())[:300]}；请检查 MINSHENG_DATABASE 的地址、密码和权限"
    return None


def _is_server() -> bool:
    return not str(settings.DATABASES["default"]["ENGINE"]).endswith("sqlite3")


def _misses_a_table(error: DatabaseError) -> bool:
    if getattr(error.__cause__, "sqlstate", "") in {"42P01", "42703"}:  # PostgreSQL: no such table, no such column
        return True
    said = str(error)
    return isinstance(error, OperationalError | ProgrammingError) and (
        "no such table" in said or "no such column" in said or "has no column named" in said
    )
