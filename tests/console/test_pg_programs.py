"""pg_dump and pg_restore: there, new enough, and told where the database is without its password."""

import os
from pathlib import Path

import pytest
from pytest_django import Settings

from console import pg_programs

OLD = "pg_dump: error: aborting because of server version mismatch"


def program(folder: Path, script: str) -> None:
    for name in ("pg_dump", "pg_restore", "psql"):
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)


@pytest.mark.parametrize(
    ("script", "server", "says"),
    [
        ("echo 'pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)'", 17, "pg_dump 是 15 版，低于服务器的 17 版"),
        ("echo 'pg_dump (PostgreSQL) 17.6'", 17, ""),
        ("echo 'pg_dump (PostgreSQL) 18beta1'", 17, ""),
        (None, 17, "没有 pg_dump"),
    ],
)
def test_what_cannot_save_the_server_is_said(
    script: str | None, server: int, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if script:
        program(tmp_path, script)
    monkeypatch.setenv("PATH", str(tmp_path))
    told = pg_programs.trouble(server)
    assert says in told and bool(says) == bool(told)


@pytest.mark.parametrize(("said", "says"), [(OLD, "版本低于服务器"), ("out of disk", "出错：out of disk")])
def test_why_it_failed_is_said(said: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path, f"echo '{said}' >&2; exit 1")
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with pytest.raises(pg_programs.ProgramError, match=says):
        pg_programs.run("pg_dump")


def test_it_is_told_every_option_of_the_address_and_no_password(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = {"sslmode": "verify-full", "sslrootcert": "/etc/ca.pem"}
    known = {"NAME": "city", "USER": "office", "PASSWORD": "geheim", "HOST": "db", "PORT": "5433", "OPTIONS": options}
    monkeypatch.setitem(settings.DATABASES, "default", known)
    where = pg_programs.target()
    assert "geheim" not in where
    for word in (
        "sslmode=verify-full",
        "sslrootcert=/etc/ca.pem",
        "host=db",
        "port=5433",
        "dbname=city",
        "user=office",
    ):
        assert word in where
    program(tmp_path, f'echo "$PGPASSWORD" > {tmp_path}/given')
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    pg_programs.run("pg_dump", where)
    assert (tmp_path / "given").read_text() == "geheim\n"
