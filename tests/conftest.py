"""What every test may need: ../shared where it is there, real components that are required in CI."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections
from hypothesis import settings as hypothesis_settings

from bench.servers import postgresql
from console.config import database

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"
REQUIRE_ALL = os.environ.get("MINSHENG_REQUIRE_ALL") == "1"
NEEDS = {"browser": "chromium", "office": "soffice"}
ON_POSTGRESQL = os.environ.get("MINSHENG_TEST_STATE", "sqlite") == "postgresql"  # or sqlite
SERVER = "MINSHENG_TEST_SERVER"  # the address of the server all of this run's processes use
WITHOUT = "install Debian's postgresql to run the tests that need a real server"
_servers: list[postgresql.Server] = []
# How long a case takes says how busy the machine is, not whether a law holds.
hypothesis_settings.register_profile("house", deadline=None)
hypothesis_settings.load_profile("house")


def pytest_configure() -> None:
    """With MINSHENG_TEST_STATE=postgresql whatever has a state database has it on a real PostgreSQL. SnowNLP is asked
    only by the tests that are about it: each time costs three seconds."""
    settings.SECOND_OPINION = False
    os.environ["MINSHENG_SECOND_OPINION"] = "0"  # for the programs that tests start
    if not ON_POSTGRESQL:
        return
    if not postgresql.binaries():
        if REQUIRE_ALL:
            raise pytest.UsageError(f"PostgreSQL is required (MINSHENG_REQUIRE_ALL=1): {WITHOUT}")
        pytest.exit(f"SKIPPED, all of it, for want of PostgreSQL: {WITHOUT}", returncode=0)
    # Too late for the environment: the settings were read before this file. Of the old connection nothing was used.
    settings.DATABASES["default"] = database("", postgresql.new_database(server()))
    connections.settings = connections.configure_settings(settings.DATABASES)
    del connections["default"]


def pytest_unconfigure() -> None:
    while _servers:
        _servers.pop().close()


def server() -> str:
    """The address of this run's server, started where it is first asked for; xdist's workers share their parent's."""
    if SERVER not in os.environ:
        _servers.append(postgresql.Server())
        os.environ[SERVER] = _servers[-1].url()
    return os.environ[SERVER]


def absent(what: str, why: str) -> None:
    """A user at home skips with one line; CI, where every part must be real, fails."""
    if REQUIRE_ALL:
        pytest.fail(f"{what} is required (MINSHENG_REQUIRE_ALL=1): {why}")
    pytest.skip(f"SKIPPED for want of {what}: {why}")


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("shared") and not (SHARED / "data").is_dir():
        absent("../shared", "the real material is not beside this checkout")
    if item.get_closest_marker("postgresql") and not ON_POSTGRESQL:
        pytest.skip("its state database must be on PostgreSQL: run it with MINSHENG_TEST_STATE=postgresql")
    for marker, program in NEEDS.items():
        if item.get_closest_marker(marker) and not shutil.which(program):
            absent(program, f"install {program} to run the tests marked {marker}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The replay first: it is the longest, and `make test` runs two files at a time."""
    items.sort(key=lambda item: item.path.parent.name != "replay")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 4 MB, really mounted: only then is it full as disks are. Whoever may not mount skips with one line."""
    place = tmp_path / "disk"
    place.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(place)]
    done = subprocess.run(words, capture_output=True, text=True) if shutil.which("mount") else None
    if done is None or done.returncode:
        pytest.skip(f"SKIPPED for want of a small disk: {done.stderr.strip() if done else 'no mount'} (run as root)")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def fill_up(disk: Path) -> Path:
    """The file that leaves no byte free."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(bytes(4096)):
            pass
    return filler


@pytest.fixture
def shared() -> Path:
    """The folder ../shared; ask for it only in tests marked `shared`."""
    return SHARED


@pytest.fixture
def postgresql_url() -> str:
    """The address of an empty database of its own on a real PostgreSQL."""
    if not postgresql.binaries():
        absent("PostgreSQL", WITHOUT)
    return postgresql.new_database(server())


@pytest.fixture
def postgresql_server() -> Iterator[postgresql.Server]:
    """A server of its own, to be stopped and started."""
    if not postgresql.binaries():
        absent("PostgreSQL", WITHOUT)
    own = postgresql.Server()
    yield own
    own.close()


@pytest.fixture
def state_url(tmp_path: Path) -> str:
    """Where a program that a test starts keeps its state: an empty database of the kind this run is about."""
    return postgresql.new_database(server()) if ON_POSTGRESQL else f"sqlite:///{tmp_path / 'state.sqlite3'}"
