"""minsheng backup and restore, as they are typed: on the defaults, and on Elasticsearch with PostgreSQL."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bench.servers.elastic import Cluster
from tests.conftest import absent
from tests.elastic import nodes

ROOT = Path(__file__).parent.parent.parent
POSTS = """
import django; django.setup()
import sys
from console.archive import archive
from tests.archive.makers import make_post
archive().put([make_post(f"{sys.argv[1]} {n}") for n in range(int(sys.argv[2]))])
"""
NEWER = """
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("CREATE TABLE monitor_newer (list bigint REFERENCES monitor_watchlist (id))")
"""


@dataclass
class Installation:
    """A Minsheng of its own, used by its command alone."""

    environment: dict[str, str]

    def run(self, *words: str, fails: bool = False) -> str:
        return self._run([sys.executable, "-m", "console", *words], fails)

    def put(self, name: str, count: int) -> None:
        self._run([sys.executable, "-c", POSTS, name, str(count)], fails=False)

    def _run(self, command: list[str], fails: bool) -> str:
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=180)
        assert bool(done.returncode) is fails, done.stdout + done.stderr
        return done.stderr if fails else done.stdout

    def holds(self) -> tuple[int, list[str]]:
        found = json.loads(self.run("search", "停水", "--json").splitlines()[0])["total"]
        lists = self.run("watch", "list", "--json").splitlines()
        return found, sorted(json.loads(line)["name"] for line in lists)


Make = Callable[[str], Installation]


def made(folder: Path, **addresses: str) -> Installation:
    clean = {key: value for key, value in os.environ.items() if not key.startswith("MINSHENG_")}
    settings = {"MINSHENG_VAR": str(folder), "DJANGO_SETTINGS_MODULE": "console.settings", "PYTHONPATH": str(ROOT)}
    return Installation(clean | settings | addresses)


@pytest.fixture(scope="module")
def running() -> Iterator[Cluster]:
    with nodes() as started:
        yield started


@pytest.fixture(params=["the defaults", "Elasticsearch and PostgreSQL"])
def kind(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Make, Path]:
    """Makes an installation with databases of its own, and where its kind may be saved."""
    if request.param == "the defaults":
        return lambda name: made(tmp_path / name), tmp_path / "backup"
    running: Cluster = request.getfixturevalue("running")
    from bench.servers import postgresql
    from tests.conftest import server

    if not postgresql.binaries():
        absent("PostgreSQL", "install Debian's postgresql")
    folder = running.snapshots / tmp_path.name
    for place in (folder, folder / "elasticsearch"):
        place.mkdir(exist_ok=True)
        place.chmod(0o777)

    def make(name: str) -> Installation:
        state = postgresql.new_database(server())
        prefix = f"{tmp_path.name[:20].replace('_', '-')}-{name}"
        return made(tmp_path / name, MINSHENG_ARCHIVE=running.url(prefix), MINSHENG_DATABASE=state)

    return make, folder


def test_everything_is_saved_and_put_back_in_place_and_elsewhere(kind: tuple[Make, Path]) -> None:
    make, folder = kind
    ours = make("ours")
    ours.run("watch", "add", "供水", "停水", "--purpose", "供水保障")
    ours.put("a", 30)
    before = ours.holds()
    assert before == (30, ["供水"])
    assert "30 条信息" in ours.run("backup", str(folder))
    ours.put("b", 5)
    ours.run("watch", "add", "后来", "通电", "--purpose", "后来的")
    assert "确认请加 --yes" in ours.run("restore", str(folder), fails=True)
    assert ours.holds() == (35, ["供水", "后来"]), "asking replaced nothing"
    assert "已恢复：30 条信息" in ours.run("restore", str(folder), "--yes")
    assert ours.holds() == before
    other = make("other")
    other.run("restore", str(folder), "--yes")
    assert other.holds() == before
    other.put("c", 1)
    assert other.holds()[0] == 31, "and it goes on"


def test_tables_of_a_newer_version_go_with_it(kind: tuple[Make, Path]) -> None:
    """An upgrade that went wrong is undone by restoring: its new tables lean on those that are put back, and would be
    in the way of the next upgrade."""
    make, folder = kind
    ours = make("ours")
    ours.run("watch", "add", "供水", "停水", "--purpose", "供水保障")
    ours.run("backup", str(folder))
    ours.run("shell", "-c", NEWER)
    ours.run("restore", str(folder), "--yes")
    assert ours.holds() == (0, ["供水"])
    ours.run("shell", "-c", NEWER)


def test_a_second_backup_replaces_the_first(kind: tuple[Make, Path]) -> None:
    make, folder = kind
    ours = make("ours")
    for number in (1, 2):
        ours.put(str(number), 3)
        ours.run("backup", str(folder))
    other = make("other")
    other.run("restore", str(folder), "--yes")
    assert other.holds()[0] == 6


def test_a_backup_that_fails_leaves_the_one_before_whole(tmp_path: Path) -> None:
    ours, folder = made(tmp_path / "ours"), tmp_path / "backup"
    ours.put("a", 3)
    ours.run("backup", str(folder))
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    broken = made(tmp_path / "ours", MINSHENG_ARCHIVE=f"sqlite:///{tmp_path}/broken")
    (tmp_path / "broken").write_text("no archive")
    assert "minsheng:" in broken.run("backup", str(folder), fails=True)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_state_that_cannot_be_put_back_leaves_everything_as_it_is(kind: tuple[Make, Path]) -> None:
    make, folder = kind
    ours = make("ours")
    ours.put("a", 3)
    ours.run("backup", str(folder))
    ours.put("b", 2)
    (saved,) = folder.glob("state.*")
    saved.write_bytes(saved.read_bytes()[:3000])
    assert "minsheng: " in ours.run("restore", str(folder), "--yes", fails=True)
    saved.unlink()
    assert f"备份中没有 {saved.name}" in ours.run("restore", str(folder), "--yes", fails=True)
    assert ours.holds()[0] == 5


def test_no_key_of_a_speaker_is_in_it_and_nobody_else_may_read_it(tmp_path: Path) -> None:
    ours, folder = made(tmp_path / "ours"), tmp_path / "backup"
    keys = tmp_path / "ours" / "speaker_keys"
    keys.mkdir(parents=True)
    (keys / "600").write_text("a key")
    ours.run("backup", str(folder))
    held = sorted(path.name for path in folder.rglob("*"))
    assert held == ["archive.sqlite3", "manifest.json", "secret_key", "state.sqlite3"]
    assert {path.stat().st_mode & 0o077 for path in [folder, *folder.iterdir()]} == {0}


def test_what_cannot_be_put_back_is_said(tmp_path: Path) -> None:
    ours, folder = made(tmp_path / "ours"), tmp_path / "backup"
    assert "不是完整的备份" in ours.run("restore", str(tmp_path), "--yes", fails=True)
    ours.put("a", 3)
    ours.run("backup", str(folder))
    elsewhere = made(tmp_path / "ours", MINSHENG_ARCHIVE="elasticsearch://127.0.0.1:1/m")
    assert "备份里的档案库是 sqlite" in elsewhere.run("restore", str(folder), "--yes", fails=True)
    (folder / "archive.sqlite3").unlink()
    assert "备份中没有 archive.sqlite3" in ours.run("restore", str(folder), "--yes", fails=True)
    assert ours.holds()[0] == 3, "nothing was replaced"


def test_it_is_not_put_back_under_a_running_scheduler(tmp_path: Path) -> None:
    ours, folder = made(tmp_path / "ours"), tmp_path / "backup"
    ours.run("backup", str(folder))
    words = [sys.executable, "-m", "console", "schedule"]
    scheduler = subprocess.Popen(words, cwd=ROOT, env=ours.environment, stderr=subprocess.PIPE, text=True)
    try:
        assert scheduler.stderr
        while "took the lease" not in scheduler.stderr.readline():
            assert scheduler.poll() is None
        assert "民声正在运行" in ours.run("restore", str(folder), "--yes", fails=True)
    finally:
        scheduler.terminate()
        scheduler.communicate(timeout=60)
