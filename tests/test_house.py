"""The rules of the house that no single room can hold."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from django.core.management import call_command, get_commands

ROOT = Path(__file__).parent.parent
ROOMS = ("archive", "crawlers", "monitor", "alerts", "accounts", "console")


def sources() -> list[Path]:
    return [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]


def test_imports_go_one_way() -> None:
    told = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"], cwd=ROOT, capture_output=True, text=True
    )
    assert told.returncode == 0, told.stdout


def test_every_package_is_shipped() -> None:
    listed = set(tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"])
    found = {str(path.parent.relative_to(ROOT)).replace("/", ".") for path in sources() if path.name == "__init__.py"}
    assert found == listed


def test_nothing_of_ours_imports_smtplib() -> None:
    found = [str(path) for path in sources() if re.search(r"^\s*(import|from)\s+smtplib\b", path.read_text(), re.M)]
    assert found == []


def test_no_page_style_or_script_comes_from_another_site() -> None:
    kinds = {".html", ".css", ".js", ".jinja", ".md"}
    loads = re.compile(r"""(?:src|href)\s*=\s*["'](?:https?:)?//|url\(\s*["']?(?:https?:)?//|@import""")
    files = [path for path in (ROOT / "console").rglob("*") if path.suffix in kinds]
    assert files
    assert [str(path) for path in files if loads.search(path.read_text(encoding="utf-8"))] == []


def test_no_registry_host_is_named() -> None:
    hosts = re.compile(r"pypi\.org|pythonhosted|repo1?\.maven|deb\.debian|registry\.npmjs|mirrors?\.\w+\.(com|cn|edu)")
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    texts = [ROOT / name for name in tracked if not name.endswith((".npz", ".png", ".docx", "test_house.py"))]
    assert [str(path) for path in texts if path.exists() and hosts.search(path.read_text("utf-8", "replace"))] == []


def test_the_wall_clock_is_read_only_at_the_edges() -> None:
    """`now` is passed in; the few files that may ask the clock are the edges where a person or a timer comes in."""
    edges = {
        "console/command.py",
        "console/holding.py",
        "console/schedule.py",
        "console/pages/clock.py",
    }
    asks = re.compile(r"\btimezone\.now\(|datetime\.(now|utcnow|today)\(|date\.today\(|\btime\.time\(")
    found = {str(path.relative_to(ROOT)) for path in sources() if asks.search(path.read_text())}
    assert found <= edges, f"reads the clock inside: {sorted(found - edges)}"


def test_every_setting_is_documented() -> None:
    keys = set()
    for path in sources():
        keys |= set(re.findall(r"\"(MINSHENG_[A-Z_]+)\"", path.read_text()))
    documented = set(re.findall(r"MINSHENG_[A-Z_]+", (ROOT / "docs" / "settings.md").read_text()))
    assert keys - documented == set()


def test_every_command_has_an_example_in_its_help(capsys: pytest.CaptureFixture[str]) -> None:
    ours = sorted(name for name, app in get_commands().items() if app == "console")
    assert {"up", "serve", "schedule", "probe"} <= set(ours)
    for name in ours:
        with pytest.raises(SystemExit):
            call_command(name, "--help")
        assert "例：minsheng" in capsys.readouterr().out, name


def test_migrations_match_the_models(db: None) -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
