import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import CommandError
from pytest_django import Settings

from archive.post import Kind
from archive.store import Store
from tests.console.monitoring import command, own_archive
from tests.monitor.city import HOUR, NOW, post

pytestmark = pytest.mark.django_db
run = command("search")


@pytest.fixture(autouse=True)
def store(settings: Settings, tmp_path: Path) -> Iterator[Store]:
    with own_archive(settings, tmp_path) as opened:
        opened.put(
            [
                post("临江区停水", "自来水停了三天", at=NOW - 30 * HOUR, speaker="secret-hash"),
                post("河堤路停水", at=NOW - HOUR, source="forum", kind=Kind.POST),
                post("公交改线", at=NOW - HOUR, kind=Kind.NEWS),
            ]
        )
        yield opened


def test_a_search_tells_count_days_facets_and_marked_hits() -> None:
    told = run("停水")
    assert told.startswith("共 2 条\n最近有信息的 2 天：03-19 1、03-20 1\n")
    assert "类型：" in told
    assert told.index("河堤路【停水】") < told.index("临江区【停水】"), "newest first"


@pytest.mark.parametrize(
    ("words", "total"),
    [
        (["停水", "--kind", "post"], 1),
        (["停水", "--source", "forum"], 1),
        (["停水", "--since", (NOW - 2 * HOUR).isoformat()], 1),
        (["停水", "--until", (NOW - 2 * HOUR).isoformat()], 1),
        (["停水", "--sentiment", "negative"], 0),
        (["停水", "--region", "临江区"], 0),
    ],
)
def test_filters(words: list[str], total: int) -> None:
    assert json.loads(run(*words, "--json"))["total"] == total


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--since", "2026-03-02", "--until", "2026-03-01"], "这段时间是空的"),
        (["--since", "2026-03-02", "--until", "2026-03-02"], "这段时间是空的"),
        (["--source", "forum", "--source", "nope"], "没有编号为 nope 的信源"),
    ],
)
def test_what_can_find_nothing_is_not_answered_with_none(words: list[str], says: str) -> None:
    with pytest.raises(CommandError, match=says):
        run("停水", *words)


def test_the_speaker_never_leaves_the_archive() -> None:
    assert "secret" not in run("停水", "--json")


def test_a_bad_query_is_pointed_at() -> None:
    with pytest.raises(CommandError, match="检索式有误") as error:
        run("停水 + 停电 | 停气")
    assert "^" in str(error.value)
