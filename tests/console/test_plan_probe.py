"""minsheng probe plan, as a program: facts in, plan out, no database."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent.parent
FACTS = {
    "plan": "outage",
    "level": 2,
    "emergency": True,
    "discovered_at": "2019-08-02T07:02:00+08:00",
    "title": "{{7*7}}<script>东城区停水",
    "counts": {"total": 12},
    "first": {"source": "市民留言板", "url": "http://board.example/1", "at": "2019-08-02T06:00:00+08:00"},
}


def probe(words: list[str], given: Any, folder: Path) -> "subprocess.CompletedProcess[str]":
    env = os.environ | {"MINSHENG_VAR": str(folder)}
    text = given if isinstance(given, str) else json.dumps(given)
    command = [sys.executable, "manage.py", "probe", *words]
    return subprocess.run(command, cwd=ROOT, env=env, input=text, capture_output=True, text=True)


def test_it_prints_the_plan_writes_the_word_file_and_touches_no_database(tmp_path: Path) -> None:
    done = probe(["plan", "--docx", str(tmp_path / "plan.docx")], FACTS, tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("# 应对处置方案")
    assert "8月2日 12:02 前" in done.stdout, "five hours from discovery"
    assert "<script" not in done.stdout and "{{" not in done.stdout
    assert (tmp_path / "plan.docx").read_bytes()[:2] == b"PK"
    assert not list(tmp_path.glob("*.sqlite3"))


@pytest.mark.parametrize(
    ("words", "given", "says"),
    [
        (["plan", "nope"], FACTS, "complaint"),
        (["plan"], {}, "complaint"),
        (["plan", "outage"], "不是 JSON", "不是 JSON"),
        (["plan", "outage"], [1], "JSON 对象"),
        (["plan", "outage"], '{"title": 停水}', "标准输入不是 JSON，第 11 个字符处读不下去"),
        (["plan", "outage"], '{\n"title": 停水}', "标准输入不是 JSON，第 2 行第 10 个字符处"),
        (["plan", "outage"], FACTS | {"discovered_at": "昨天"}, "discovered_at '昨天'"),
        (["plan", "outage"], FACTS | {"now": "昨天"}, "now '昨天'"),
        (["plan", "outage"], FACTS | {"discovered_at": "9999-12-31T23:59:59+00:00"}, "discovered_at"),
        (["plan", "outage"], FACTS | {"level": "很高"}, "level '很高'"),
        (["plan", "outage", "--docx", "/nonexistent/x.docx"], FACTS, "/nonexistent"),
    ],
)
def test_errors_are_one_line_that_says_what_is_wrong(words: list[str], given: Any, says: str, tmp_path: Path) -> None:
    done = probe(words, given, tmp_path)
    assert done.returncode != 0
    assert says in done.stderr
    assert "Traceback" not in done.stderr
