"""A round that is killed, by SIGKILL in a process of its own, and run again at the same time."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from archive.store import Filter, open_store
from tests.monitor.city import NOW

ROOT = Path(__file__).parents[2]
KILLS = [
    ("batch", 2), ("noted", 1), ("before annotate", 1), ("after annotate", 2), ("before snapshot", 1), ("events", 1),
    ("after snapshot", 1), ("complete", 1), ("finding", 1), ("finding", 2), ("written", 1),
]  # fmt: skip


def run(var: Path, point: str, number: int = 0) -> int:
    environment = {**os.environ, "MINSHENG_VAR": str(var), "DJANGO_SETTINGS_MODULE": "console.settings"}
    environment |= {"MINSHENG_DATABASE": f"sqlite:///{var}/state.sqlite3"}
    environment |= {"MINSHENG_ARCHIVE": f"sqlite:///{var}/archive.sqlite3"}
    command = [sys.executable, "-m", "tests.monitor.killed_round", NOW.isoformat(), point, str(number)]
    return subprocess.run(command, env=environment, cwd=ROOT, check=False).returncode


def outcome(var: Path) -> dict[str, Any]:
    """Findings, events and marks, by natural keys."""
    with closing(sqlite3.connect(var / "state.sqlite3")) as state:
        columns = (
            "kind, subject_kind, subject, onset, tier, title, explanation, facts, post_ids, events, risk, found_at"
        )
        told = state.execute(f"SELECT {columns} FROM monitor_finding ORDER BY kind, subject_kind, subject, onset")
        findings = [tuple(json.loads(cell) if str(cell)[:1] in "[{" else cell for cell in row) for row in told]
        events = state.execute(
            "SELECT id, title, terms, size, first_at, last_at FROM monitor_event ORDER BY id"
        ).fetchall()
        states = state.execute(
            "SELECT subject_kind, subject, last_onset, last_tier FROM monitor_subjectstate ORDER BY 1, 2"
        ).fetchall()
        proposals = state.execute("SELECT post_id FROM monitor_policyproposal ORDER BY 1").fetchall()
        round_ = state.execute("SELECT evaluated, finished FROM monitor_roundstate").fetchall()
    store = open_store(f"sqlite:///{var / 'archive.sqlite3'}", create=False)
    posts = store.get(store.ids(Filter(), 1000))
    marks = {identity: (post.marks, post.stale) for identity, post in sorted(posts.items())}
    store.close()
    return {
        "findings": findings, "events": events, "states": states, "proposals": proposals, "round": round_,
        "marks": marks,
    }  # fmt: skip


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    var = tmp_path_factory.mktemp("prepared")
    assert run(var, "prepare") == 0
    return var


@pytest.fixture(scope="module")
def expected(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    var = tmp_path_factory.mktemp("unkilled") / "var"
    shutil.copytree(prepared, var)
    assert run(var, "never") == 0
    return outcome(var)


@pytest.mark.slow
def test_the_unkilled_round_finds_something_of_every_kind(expected: dict[str, Any]) -> None:
    assert {row[0] for row in expected["findings"]} == {"spike", "immediate", "life_threat", "slow_burn"}
    assert not any(stale for _, stale in expected["marks"].values())


@pytest.mark.slow
@pytest.mark.parametrize(("point", "number"), KILLS, ids=[f"{point} {number}" for point, number in KILLS])
def test_killed_and_run_again_a_round_leaves_the_same(
    prepared: Path, expected: dict[str, Any], tmp_path: Path, point: str, number: int
) -> None:
    var = tmp_path / "var"
    shutil.copytree(prepared, var)
    assert run(var, point, number) == -signal.SIGKILL, "the point was reached"
    assert run(var, "never") == 0
    found = outcome(var)
    for what, told in expected.items():
        assert found[what] == told, what
