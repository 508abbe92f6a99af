"""PostgreSQL's own programs (pg_dump, pg_restore, psql), run for the state database."""

import os
import re
import shutil
import subprocess
from typing import Any

from django.conf import settings
from psycopg.conninfo import make_conninfo

SECONDS = 3600.0  # of one run
REMEDY = "安装 PostgreSQL 的客户端（Debian：postgresql-client），版本不低于服务器"


class ProgramError(Exception):
    """It is not there or has failed; the message (Chinese) says what to do."""


def run(program: str, *arguments: str) -> None:
    """The password goes by the environment. Raises ProgramError."""
    found = shutil.which(program)
    if found is None:
        raise ProgramError(f"没有 {program}：请{REMEDY}")
    known: dict[str, Any] = settings.DATABASES["default"]
    password = str(known.get("PASSWORD") or known.get("OPTIONS", {}).get("password") or "")
    done = subprocess.run(  # noqa: S603 - a program of PostgreSQL's, and arguments of ours
        [found, "--no-password", *arguments],
        env=os.environ | ({"PGPASSWORD": password} if password else {}),
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    if done.returncode:
        said = " ".join(done.stderr.split())[:300]
        if "version mismatch" in said:
            raise ProgramError(f"{program} 的版本低于服务器：请{REMEDY}")
        raise ProgramError(f"{program} 出错：{said}")


def target() -> str:
    """The state database with the options it is connected to by (sslmode, a socket's folder), without the password."""
    known: dict[str, Any] = settings.DATABASES["default"]
    names = {"host": "HOST", "port": "PORT", "user": "USER", "dbname": "NAME"}
    given = {key: str(known[name]) for key, name in names.items() if known.get(name)}
    return f"--dbname={make_conninfo(**(known.get('OPTIONS', {}) | given | {'password': None}))}"


def trouble(server: int) -> str:
    """Why a server of this major version cannot be saved from here (Chinese); "" where it can."""
    found = shutil.which("pg_dump")
    if found is None or shutil.which("pg_restore") is None or shutil.which("psql") is None:
        return "没有 pg_dump 和 pg_restore，minsheng backup 用不了"
    said = subprocess.run([found, "--version"], capture_output=True, text=True, timeout=60).stdout  # noqa: S603
    version = re.search(r"\) (\d+)", said)
    if version and int(version[1]) < server:
        return f"pg_dump 是 {version[1]} 版，低于服务器的 {server} 版，minsheng backup 用不了"
    return ""
