"""What probes are given may hold anything: a line that cannot be read is named, and no traceback comes."""

import io
import json
import sys
from contextlib import redirect_stdout

import pytest
from django.core.management import CommandError, call_command

from tests.console.test_command_line import minsheng

PROBES = (["mask"], ["events"], ["match", "停水"], ["sentiment"], ["topic"])
ODD = {"id": "a\ud800", "title": "\ud800", "text": "停水\ud800", "published_at": "2020-01-01T08:00:00+08:00"}


def ask(words: list[str], lines: str) -> str:
    """What the probe prints, or its error."""
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(io.StringIO()) as out:
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(lines.encode())))
        try:
            call_command("probe", *words)
        except CommandError as error:
            return str(error)
    return out.getvalue()


@pytest.mark.parametrize("words", PROBES, ids=lambda words: words[0])
def test_half_a_character_passes_and_comes_out_as_json(words: list[str]) -> None:
    done = minsheng("probe", *words, stdin=json.dumps(ODD) + "\n")
    assert done.returncode == 0, done.stderr
    (told,) = map(json.loads, done.stdout.splitlines())
    assert told.get("id", ODD["id"]) == ODD["id"]


@pytest.mark.parametrize("words", PROBES, ids=lambda words: words[0])
@pytest.mark.parametrize(
    ("line", "says"),
    [("[" * 100_000, "第 1 行不是 JSON：括号套得太深"), ("{", "第 1 行不是 JSON"), ("7", "第 1 行应是带有")],
)
def test_what_is_no_object_is_named(words: list[str], line: str, says: str) -> None:
    done = minsheng("probe", *words, stdin=line + "\n")
    assert done.returncode == 1 and done.stderr.startswith("minsheng: ") and says in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("words", PROBES, ids=lambda words: words[0])
def test_a_byte_order_mark_is_no_part_of_a_line(words: list[str]) -> None:
    line = json.dumps(ODD | {"text": "停水"}) + "\n"
    told = ask(words, "\ufeff" + line + "\ufeff" + line.replace("a\\ud800", "b") + "\ufeff\n")
    assert len(told.splitlines()) == 2, "two files joined, each with its mark, and a third with nothing else"


@pytest.mark.parametrize("words", PROBES, ids=lambda words: words[0])
@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('{"id": 1, "text": 停水}', "第 1 行不是 JSON，第 19 个字符处读不下去：'停水}'"),
        ('{"id": 1,', "第 1 行不是 JSON，第 10 个字符处读不下去"),
        ('{"id": ' + "9" * 5000 + "}", "第 1 行不是 JSON：里面的数太长"),
        ('{"id": 1, "text": 5}', "第 1 行的 text 应是文字，现为 5"),
        ('"停水"', '现为 "停水"'),
    ],
)
def test_what_is_wrong_is_said_in_chinese_and_where(words: list[str], line: str, says: str) -> None:
    said = ask(words, line)
    assert says in said
    assert not any(word in said for word in ("Expecting", "column", "Exceeds", "object"))


@pytest.mark.parametrize("words", PROBES, ids=lambda words: words[0])
def test_a_null_kind_is_a_post(words: list[str]) -> None:
    assert json.loads(ask(words, '{"id": 1, "kind": null, "text": "停水"}'))


@pytest.mark.parametrize("words", [["mask"], ["sentiment"]], ids=lambda words: words[0])
@pytest.mark.parametrize(("line", "says"), [('{"text": null}', "的 text 是空的"), ("{}", "没有 text")])
def test_no_text_is_not_the_text_none(words: list[str], line: str, says: str) -> None:
    assert ask(words, line).startswith(f"第 1 行{says}")


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00", "9999-12-31T23:59:59"])
def test_a_year_that_cannot_be_is_named(at: str) -> None:
    line = json.dumps({"id": "1", "text": "停水", "published_at": at})
    done = minsheng("probe", "events", stdin=line + "\n")
    assert done.returncode == 1 and "年份不对" in done.stderr and "Traceback" not in done.stderr
