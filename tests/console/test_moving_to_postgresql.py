"""The way of the manual from SQLite to PostgreSQL: dumpdata there, loaddata here, and everything goes on."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.console.test_command_line import ROOT

FILL = """
import django; django.setup()
from datetime import datetime
from accounts.models import Role
from accounts.people import add_user
from alerts.models import Recipient
from alerts.plans.store import ensure_plans
from monitor.models import EventIndex
from monitor.watchlists import Draft, save
now = datetime.fromisoformat("2026-11-01T08:00:00+08:00")
add_user(now, "zhou", Role.ADMIN, "qingjiang-1101-x")
Recipient.objects.create(name="值班室", email="duty@example.gov.cn")
save(Draft("公共安全", "公共安全", "爆炸", True, ("周", "李")), by="周", now=now)
ensure_plans(now)
EventIndex.objects.create(pk=1, watermark_at=now, watermark_id="x", version=1, blob=bytes(range(256)))
"""
WHAT = ["--natural-foreign", "--exclude", "contenttypes", "--exclude", "auth.permission", "--exclude", "sessions",
        "--exclude", "admin"]  # fmt: skip


def run(state: str, folder: Path, *words: str) -> str:
    given = {**os.environ, "MINSHENG_VAR": str(folder), "MINSHENG_DATABASE": state}
    given["DJANGO_SETTINGS_MODULE"] = "console.settings"
    return subprocess.run(
        [sys.executable, *words], cwd=ROOT, env=given, check=True, capture_output=True, text=True
    ).stdout


def rows(dumped: str) -> list[str]:
    return sorted(json.dumps(row, sort_keys=True) for row in json.loads(dumped))


def test_everything_comes_along(postgresql_url: str, tmp_path: Path) -> None:
    before, file = f"sqlite:///{tmp_path / 'state.sqlite3'}", str(tmp_path / "state.json")
    run(before, tmp_path, "-m", "console", "migrate", "-v0")
    run(before, tmp_path, "-c", FILL)
    run(before, tmp_path, "-m", "console", "dumpdata", *WHAT, "-o", file)
    run(postgresql_url, tmp_path, "-m", "console", "migrate", "-v0")
    run(postgresql_url, tmp_path, "-m", "console", "loaddata", file)
    again = run(postgresql_url, tmp_path, "-m", "console", "dumpdata", *WHAT)
    assert rows(again) == rows(Path(file).read_text(encoding="utf-8"))
    run(postgresql_url, tmp_path, "-m", "console", "user", "add", "wu", "--role", "reader", "--generate")
    assert "wu" in run(postgresql_url, tmp_path, "-m", "console", "user", "list"), "numbers go on where they were"
