"""What probes are given may hold anything: a line that cannot be read is named, and no traceback comes."""

import json

import pytest

from tests.console.test_command_line import minsheng

PROBES = (["mask"], ["events"], ["match", "停水"], ["sentiment", "--engine", "snownlp"])
ODD = {"id": "a\ud800", "title": "\ud800", "text": "停水\ud800", "published_at": "2020-01-01T08:00:00+08:00"}


@pytest.mark.parametrize("words", PROBES, ids=lambda words: words[0])
def test_half_a_character_passes_and_comes_out_as_json(words: list[str]) -> None:
    done = minsheng("probe", *words, stdin=json.dumps(ODD) + "\n")
    assert done.returncode == 0, done.stderr
    (told,) = map(json.loads, done.stdout.splitlines())
    assert told.get("id", ODD["id"]) == ODD["id"]


@pytest.mark.parametrize("words", PROBES, ids=lambda words: words[0])
@pytest.mark.parametrize(
    ("line", "says"), [("[" * 100_000, "第 1 行不是 JSON：括号套得太深"), ("{", "第 1 行不是 JSON"), ("7", "第 1 行")]
)
def test_what_is_no_object_is_named(words: list[str], line: str, says: str) -> None:
    done = minsheng("probe", *words, stdin=line + "\n")
    assert done.returncode == 1 and done.stderr.startswith("minsheng: ") and says in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00", "9999-12-31T23:59:59"])
def test_a_year_that_cannot_be_is_named(at: str) -> None:
    line = json.dumps({"id": "1", "text": "停水", "published_at": at})
    done = minsheng("probe", "events", stdin=line + "\n")
    assert done.returncode == 1 and "年份不对" in done.stderr and "Traceback" not in done.stderr
