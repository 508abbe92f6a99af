"""Everything an installation holds, into a folder while it runs, and back: state, archive, and the secret of sessions.

Never the keys of speakers' hashes: a copy would outlive their destruction (CONTRACTS: Speaker). The state is saved
before the archive, and no round runs meanwhile: what a crawl's state says is saved must be in the archive, and what a
round has marked must have been told by the findings of the same moment.
"""

import json
import os
import shutil
import subprocess
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, connections

from alerts.models import Incident
from archive import backup as archives
from archive.sqlite import backup as files
from archive.store import open_store
from console.archive import archive
from console.holding import clock
from console.rounds import one_round
from console.tables import made
from monitor.models import Lease

MANIFEST = "manifest.json"
STATE_FILE, STATE_DUMP = "state.sqlite3", "state.dump"
SECRET = "secret_key"  # noqa: S105 - the file's name
SECONDS = 3600.0  # of pg_dump or pg_restore


class BackupError(Exception):
    """It cannot be saved or put back; the message (Chinese) says why and what to do. Nothing was replaced by halves."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a folder holds. Written last: a folder without it is no backup."""

    version: str
    at: str
    state: str  # sqlite or postgresql
    archive: str  # sqlite or elasticsearch
    posts: int
    incidents: int


def save(folder: Path, now: datetime, snapshots: str) -> Manifest:
    """`snapshots`: see archive.backup. Raises BackupError, ArchiveError, OSError, and BusyError while a round runs."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MANIFEST).unlink(missing_ok=True)
    with one_round():
        _save_state(folder)
        incidents = Incident.objects.count()
        posts = archive().size()  # before: crawls may add to it while it is saved
        archives.backup(settings.ARCHIVE_URL, folder, snapshots)
    secret = settings.VAR / SECRET
    if secret.is_file():
        shutil.copyfile(secret, folder / SECRET)
    kind = archives.held(folder) if settings.ARCHIVE_URL.startswith("sqlite") else "elasticsearch"
    manifest = Manifest(version("minsheng"), now.isoformat(), connection.vendor, kind, posts, incidents)
    fresh = folder / f"{MANIFEST}.new"
    fresh.write_text(json.dumps(asdict(manifest), ensure_ascii=False, indent=1), encoding="utf-8")
    fresh.replace(folder / MANIFEST)
    return manifest


def read(folder: Path) -> Manifest:
    """Raises BackupError."""
    try:
        return Manifest(**json.loads((folder / MANIFEST).read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise BackupError(f"{folder} 不是完整的备份：没有 {MANIFEST}") from None
    except (ValueError, TypeError) as error:
        raise BackupError(f"{folder / MANIFEST} 读不懂，备份可能已损坏") from error


def put_back(folder: Path, snapshots: str) -> Manifest:
    """What the folder holds in the place of what is there. Raises BackupError, ArchiveError, OSError."""
    manifest = read(folder)
    _fits(manifest)
    if running := _running():
        raise BackupError(f"民声正在运行（{running}），请先停下再恢复")
    connections.close_all()
    archives.restore(settings.ARCHIVE_URL, folder, snapshots)
    _put_back_state(folder)
    if (folder / SECRET).is_file():
        shutil.copyfile(folder / SECRET, settings.VAR / SECRET)
    _check(manifest)
    return manifest


def _fits(manifest: Manifest) -> None:
    ours = "sqlite" if settings.ARCHIVE_URL.startswith("sqlite") else "elasticsearch"
    if manifest.archive != ours:
        raise BackupError(
            f"备份里的档案库是 {manifest.archive}，这里设置的是 {ours}："
            "请先照备份的种类恢复，再用 minsheng copy-archive 换"
        )
    if manifest.state != connection.vendor:
        raise BackupError(
            f"备份里的状态库是 {manifest.state}，这里设置的是 {connection.vendor}：请改 MINSHENG_DATABASE 后再恢复"
        )


def _running() -> str:
    """Who works here; "" for nobody. A database that has no tables yet has nobody."""
    if not made():
        return ""
    row = Lease.objects.filter(name__startswith="scheduler:", expires_at__gt=clock()).first()
    return row.holder if row else ""


def _check(manifest: Manifest) -> None:
    """Both databases opened anew and counted."""
    connections.close_all()
    archive.cache_clear()
    store = open_store(settings.ARCHIVE_URL, create=False)
    posts, incidents = store.size(), Incident.objects.count()
    store.close()
    if posts < manifest.posts or incidents != manifest.incidents:
        raise BackupError(
            f"恢复后有 {posts} 条信息、{incidents} 起舆情，"
            f"备份时是 {manifest.posts} 条、{manifest.incidents} 起：请换一份备份"
        )


def _save_state(folder: Path) -> None:
    if connection.vendor == "sqlite":
        files.save(Path(settings.DATABASES["default"]["NAME"]), folder / STATE_FILE)
        return
    fresh = folder / f"{STATE_DUMP}.new"
    _postgresql("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={fresh}")
    fresh.replace(folder / STATE_DUMP)


def _put_back_state(folder: Path) -> None:
    if connection.vendor == "sqlite":
        files.put_back(folder / STATE_FILE, Path(settings.DATABASES["default"]["NAME"]))
        return
    if not (folder / STATE_DUMP).is_file():
        raise BackupError(f"备份中没有 {STATE_DUMP}")
    words = ["--clean", "--if-exists", "--no-owner", "--no-privileges", "--single-transaction"]
    _postgresql("pg_restore", *words, str(folder / STATE_DUMP))


def _postgresql(program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's own programs against the state database; the password goes by the environment."""
    found = shutil.which(program)
    if found is None:
        raise BackupError(f"没有 {program}：请安装 PostgreSQL 的客户端（Debian：postgresql-client），版本不低于服务器")
    known: dict[str, Any] = settings.DATABASES["default"]
    names = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    given = {key: str(known[name]) for key, name in names.items() if known.get(name)}
    done = subprocess.run(  # noqa: S603 - a program of PostgreSQL's, and arguments of ours
        [found, "--no-password", *_target(program, str(known["NAME"])), *arguments],
        env={**os.environ, **given},
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    if done.returncode:
        said = " ".join(done.stderr.split())[:300]
        raise BackupError(f"{program} 出错：{said}")


def _target(program: str, name: str) -> list[str]:
    return [f"--dbname={name}"] if program == "pg_restore" else []
