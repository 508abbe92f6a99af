"""What every test may need: ../shared where it is there, real components that are required in CI."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"
REQUIRE_ALL = os.environ.get("MINSHENG_REQUIRE_ALL") == "1"
NEEDS = {"browser": "chromium", "office": "soffice"}


def absent(what: str, why: str) -> None:
    """A user at home skips with one line; CI, where every part must be real, fails."""
    if REQUIRE_ALL:
        pytest.fail(f"{what} is required (MINSHENG_REQUIRE_ALL=1): {why}")
    pytest.skip(f"SKIPPED for want of {what}: {why}")


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("shared") and not (SHARED / "data").is_dir():
        absent("../shared", "the real material is not beside this checkout")
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
