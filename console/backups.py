"""Everything an installation holds, into a folder while it runs, and back: state, archive, and the secret of sessions.

Never the keys of speakers' hashes: a copy would outlive their destruction (CONTRACTS: Speaker). The state is saved
before the archive, and no round runs meanwhile: what a crawl's state says is saved must be in the archive, and what a
round has marked must have been told by the findings of the same moment.
"""

import json
import shutil
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from django.apps import apps
from django.conf import settings
from django.db import connection, connections

from alerts.models import Incident
from archive import backup as archives
from archive.sqlite import backup as files
from archive.store import open_store
from console import pg_programs
from console.archive import archive
from console.holding import clock
from console.rounds import one_round
from console.tables import made
from monitor.models import Lease

MANIFEST = "manifest.json"
FRESH = "new"  # the folder in which the next backup is gathered
STATE_FILE, STATE_DUMP = "state.sqlite3", "state.dump"
SECRET = "secret_key"  # noqa: S105 - the file's name


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
    """`snapshots`: see archive.backup. Raises BackupError, ProgramError, ArchiveError, OSError, and BusyError while
    a round runs."""
    fresh = folder / FRESH
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    try:
        manifest = _gathered(folder, fresh, now, snapshots)
        (folder / MANIFEST).unlink(missing_ok=True)
        for name in (STATE_FILE, STATE_DUMP, files.NAME, SECRET, MANIFEST):
            if (fresh / name).exists():
                (fresh / name).replace(folder / name)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return manifest


def _gathered(folder: Path, fresh: Path, now: datetime, snapshots: str) -> Manifest:
    """All of it in `fresh`, but for the snapshots, which grow in their own place: until nothing can go wrong any more,
    the backup that was there before is whole."""
    kind = _kind_of_archive()
    with one_round():
        _save_state(fresh)
        incidents = Incident.objects.count()
        posts = archive().size()  # before: crawls may add to it while it is saved
        archives.backup(settings.ARCHIVE_URL, fresh if kind == "sqlite" else folder, snapshots)
    secret = settings.VAR / SECRET
    if secret.is_file():
        shutil.copyfile(secret, fresh / SECRET)
    manifest = Manifest(version("minsheng"), now.isoformat(), connection.vendor, kind, posts, incidents)
    (fresh / MANIFEST).write_text(json.dumps(asdict(manifest), ensure_ascii=False, indent=1), encoding="utf-8")
    return manifest


def _kind_of_archive() -> str:
    return "sqlite" if settings.ARCHIVE_URL.startswith("sqlite") else "elasticsearch"


def read(folder: Path) -> Manifest:
    """Raises BackupError."""
    try:
        return Manifest(**json.loads((folder / MANIFEST).read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise BackupError(f"{folder} 不是完整的备份：没有 {MANIFEST}") from None
    except (ValueError, TypeError) as error:
        raise BackupError(f"{folder / MANIFEST} 读不懂，备份可能已损坏") from error


def put_back(folder: Path, snapshots: str) -> Manifest:
    """What the folder holds in the place of what is there. Raises BackupError, ProgramError,
    ArchiveError, OSError."""
    manifest = read(folder)
    _fits(manifest)
    if who := running():
        raise BackupError(f"民声正在运行（{who}），请先停下再恢复")
    _readable_state(folder)
    connections.close_all()
    archives.restore(settings.ARCHIVE_URL, folder, snapshots)
    _put_back_state(folder)
    if (folder / SECRET).is_file():
        shutil.copyfile(folder / SECRET, settings.VAR / SECRET)
    _check(manifest)
    return manifest


def _fits(manifest: Manifest) -> None:
    ours = _kind_of_archive()
    if manifest.archive != ours:
        raise BackupError(
            f"备份里的档案库是 {manifest.archive}，这里设置的是 {ours}："
            "请先照备份的种类恢复，再用 minsheng copy-archive 换"
        )
    if manifest.state != connection.vendor:
        raise BackupError(
            f"备份里的状态库是 {manifest.state}，这里设置的是 {connection.vendor}：请改 MINSHENG_DATABASE 后再恢复"
        )


def running() -> str:
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
    words = ["--format=custom", "--no-owner", "--no-privileges"]
    pg_programs.run("pg_dump", pg_programs.target(), *words, f"--file={folder / STATE_DUMP}")


def _readable_state(folder: Path) -> None:
    """Before anything is replaced: what cannot be put back after the archive was would leave two halves."""
    if connection.vendor == "sqlite":
        files.check(folder / STATE_FILE)
        return
    if not (folder / STATE_DUMP).is_file():
        raise BackupError(f"备份中没有 {STATE_DUMP}")
    try:
        pg_programs.run("pg_restore", "--file=/dev/null", str(folder / STATE_DUMP))  # all of it, to nowhere
    except pg_programs.ProgramError as error:
        raise BackupError(f"备份中的 {STATE_DUMP} 读不出，现有的数据没有动：{error}") from error


def _put_back_state(folder: Path) -> None:
    if connection.vendor == "sqlite":
        files.put_back(folder / STATE_FILE, Path(settings.DATABASES["default"]["NAME"]))
        return
    with TemporaryDirectory(dir=settings.VAR, prefix="restore-") as place:
        script = str(Path(place) / "state.sql")
        words = ["--no-owner", "--no-privileges", f"--file={script}"]
        pg_programs.run("pg_restore", *words, str(folder / STATE_DUMP))
        told = ["--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", f"--command={_without()}"]
        pg_programs.run("psql", pg_programs.target(), *told, f"--file={script}")


def _without() -> str:
    """SQL that removes every table of ours: those of a newer version too, of which the backup knows nothing, and which
    the next migration would stumble over."""
    ours = tuple(f"{label}_" for label in ("django", *(app.label for app in apps.get_app_configs())))
    names = [name for name in connection.introspection.table_names() if name.startswith(ours)]
    connections.close_all()
    quoted = ", ".join(connection.ops.quote_name(name) for name in names)
    return f"DROP TABLE {quoted} CASCADE" if names else "SELECT 1"
