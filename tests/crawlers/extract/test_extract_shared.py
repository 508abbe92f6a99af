"""Real pages with hand-made truth: the thresholds of the issue, scored by the customer's own scorer."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.mark.shared
def test_real_pages_reach_the_thresholds(shared: Path) -> None:
    program = Path(sys.executable).with_name("minsheng")
    told = subprocess.run(
        [sys.executable, str(shared / "check" / "pages.py"), str(program), str(shared / "data" / "pages")],
        check=True, capture_output=True, text=True, cwd=ROOT,
    )  # fmt: skip
    score = json.loads(told.stdout.splitlines()[-1])
    assert score["pages"] >= 46
    assert score["failed"] == 0
    assert score["title_norm"] >= 95
    assert score["minute"] >= 94
    assert score["source"] >= 75
    assert score["F1"] >= 95
    assert score["wrong_day"] <= 3
    assert score["doc"] == 100
