"""The short replay of real messages (2019-07-25 to 2019-08-04): once in peace, and once with 30 kills spread over it,
after which everything must be as without them. Both runs are real in every part: crawl, round, outbox, SMTP."""

import json
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from bench.replay import world
from bench.replay.__main__ import SHORT, times
from tests.replay.runs import Kill, Run

pytestmark = [pytest.mark.shared, pytest.mark.slow]

SEED = 20190801
# (module, function, when, how many kills)
POINTS = (
    ("monitor.sources", "begin_crawl", "after", 2),  # crawl: about to start
    ("monitor.sources", "end_crawl", "before", 2),  # crawl: posts are saved, its state is not
    ("archive.sqlite", "SQLiteStore.put", "before", 2),
    ("archive.sqlite.write", "put", "after", 3),  # inside the transaction of the archive
    ("archive.sqlite", "SQLiteStore.put", "after", 2),
    ("archive.sqlite.write", "annotate", "after", 2),
    ("archive.sqlite", "SQLiteStore.annotate", "after", 3),
    ("monitor.found", "save", "after", 2),  # inside the round's transaction
    ("alerts.incidents", "_open", "before", 1),
    ("alerts.notify", "tell", "after", 2),  # incident and outbox rows written, not committed
    ("alerts.outbox", "_claim", "after", 2),
    ("alerts.outbox", "_record", "before", 2),  # the server took it, the outcome is not written
    ("smtp", "DATA", "before", 3),
    ("smtp", "DATA", "after", 2),
)


def counting() -> list[Kill]:
    """One never-firing kill a point, to count its calls in the run without kills."""
    return [Kill(f"{m}.{f}.{w}", m, f, w, -1) for m, f, w, _ in POINTS]


def spread(calls: dict[str, int], mails: int) -> list[Kill]:
    """Thirty kills, each at a call chosen by the seed among all the calls its point had in the run without kills."""
    chance = random.Random(SEED)
    kills = []
    for module, function, when, wanted in POINTS:
        total = mails if module == "smtp" else calls.get(f"{module}.{function}.{when}", 0)
        assert total >= wanted, f"{module}.{function} was called {total} times only"
        for nth in sorted(chance.sample(range(1, total + 1), wanted)):
            kills.append(Kill(f"{module}.{function}.{when}.{nth}", module, function, when, nth))
    return kills


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Start a run on the same web address as any other: ids are made of addresses."""
    if not (world.SHARED / "replay").is_dir():
        pytest.skip("SKIPPED for want of ../shared")
    folder = tmp_path_factory.mktemp("replay")
    with ExitStack() as stack:
        site = stack.enter_context(world.site(next(times(SHORT))))

        def start(name: str, kills: list[Kill]) -> Run:
            box = world.Mailbox()
            smtp = stack.enter_context(world.mail_server(box))
            run = Run(folder / name, site, box, smtp, kills)
            run.go()
            return run

        yield start


@pytest.fixture(scope="module")
def peaceful(stage: Any) -> Run:
    run: Run = stage("peaceful", counting())
    return run


def ask(run: Run, module: str) -> dict[str, Any]:
    """The JSON a module prints about the Minsheng of this run."""
    told = subprocess.run(
        [sys.executable, "-m", module, run.site.url],
        env=run.environment(hooks=False),
        cwd=world.ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    found: dict[str, Any] = json.loads(told.stdout)
    return found


def test_an_event_no_watchlist_names_is_found_and_its_plan_is_mailed(peaceful: Run) -> None:
    found = ask(peaceful, "tests.replay.shown")
    about = [row for row in found["incidents"] if row["about"] == "伊景园"]
    assert len(about) == 1
    assert about[0]["day"] <= "2019-08-02"
    mails = [m for m in peaceful.box.folded().values() if about[0]["number"] in f"{m['Subject']}{plain(m)}"]
    with_plan = [m for m in mails if "应对处置方案" in plain(m) and "【待填" in plain(m)]
    assert with_plan
    assert any(part.get_filename("").endswith(".docx") for part in with_plan[0].iter_attachments())
    assert sum(found["others"].values()) <= 6


def plain(message: Any) -> str:
    body = message.get_body(("plain",))
    return str(body.get_content()) if body else ""


def test_every_visible_message_is_kept_exactly_once_with_its_answer(peaceful: Run) -> None:
    board = ask(peaceful, "tests.replay.shown")["board"]
    assert board["visible"] == board["in_archive"] == board["questions_in_archive"] > 4000
    assert board["answered"] > 1000
    assert board["answers_missing"] == 0


def test_nothing_private_is_asked_for_and_hostile_pages_stay_small(peaceful: Run) -> None:
    paths = [path for path, _ in peaceful.requests]
    assert any(path.startswith("/hostile/") for path in paths)
    assert [path for path in paths if path.startswith("/private/")] == []
    assert paths.count("/hostile/bomb.gz") == 1, "once, not in every cycle"
    assert 50 < max(step["crawl_peak_mb"] for step in peaceful.steps) < 500


def test_no_page_is_fetched_twice_for_nothing(peaceful: Run) -> None:
    unchanged = {path for path, status in peaceful.requests if status == 304}
    assert {"/policy/list.html?page=1", "/policy/feed.xml", "/gov/index.html"} <= unchanged
    articles = [
        path for path, _ in peaceful.requests if re.fullmatch(r"/policy/\d+\.html|/gov/[a-z]\w+_\d+\.html", path)
    ]
    articles = [path for path in articles if not path.startswith("/gov/index_")]
    assert len(articles) == len(set(articles)) > 100


def test_thirty_kills_change_nothing(stage: Any, peaceful: Run) -> None:
    kills = spread(peaceful.calls, len(peaceful.box.raw))
    assert len(kills) == 30
    killed: Run = stage("killed", kills)
    assert sorted(killed.fired) == sorted(kill.id for kill in kills)
    before, after = ask(peaceful, "tests.replay.outcome"), ask(killed, "tests.replay.outcome")
    for what in before:
        assert after[what] == before[what], what
    ours, theirs = peaceful.box.folded(), killed.box.folded()
    assert sorted(theirs) == sorted(ours)
    assert {name: str(mail["Subject"]) for name, mail in theirs.items()} == {
        name: str(mail["Subject"]) for name, mail in ours.items()
    }
    # A mail may arrive twice only where the server had taken it and the program died before hearing so.
    taken = [kill for kill in kills if kill.function == "_record" or (kill.module == "smtp" and kill.when == "after")]
    assert len(theirs) <= len(killed.box.raw) <= len(theirs) + len(taken)


def test_the_run_is_where_it_should_be(peaceful: Run) -> None:
    assert Path(peaceful.var, "archive.sqlite3").exists()
    assert len(peaceful.steps) == len(list(times(SHORT)))
