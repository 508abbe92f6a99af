"""Every source of ../shared/replay/site.py crawled for real at one clock and again half a day later."""

import json
import socket
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from archive.post import CHINA, Post, post_id
from archive.store import open_store
from crawlers.declare import load
from crawlers.job import Job, Outcome
from crawlers.launch import run
from crawlers.speaker import live_periods

pytestmark = [pytest.mark.shared, pytest.mark.slow]
START = datetime(2019, 7, 31, 8, tzinfo=CHINA)
SOURCES = Path(__file__).parents[1] / "replay/sources.yaml"


class Replay:
    """The site as a process, and each source's state between crawls."""

    def __init__(self, shared: Path, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.shared, self.archive = shared, f"sqlite:///{folder / 'archive.sqlite3'}"
        text = SOURCES.read_text(encoding="utf-8").replace(":8900", f":{self.port}")
        self.declarations, faults = load(text)
        assert faults == []
        self.before: dict[str, Outcome] = {}

    def start(self) -> subprocess.Popen[str]:
        command = [sys.executable, "site.py", "--port", str(self.port), "--now", START.isoformat()]
        process = subprocess.Popen(command, cwd=self.shared / "replay", stdout=subprocess.PIPE, text=True)
        assert process.stdout and "messages" in process.stdout.readline()
        return process

    def crawl(self, now: datetime) -> dict[str, Outcome]:
        for declaration in self.declarations:
            last = self.before.get(declaration.id)
            self.before[declaration.id] = run(
                Job(
                    source=declaration.raw, now=now, archive=self.archive, allowed=(f"127.0.0.1:{self.port}",),
                    since=last.since if last else None, whole=bool(last and last.whole),
                    state=last.state if last else {}, seconds=300.0,
                    speaker_keys=dict.fromkeys(map(str, live_periods(now)), "cd" * 32),
                )
            )  # fmt: skip
        return dict(self.before)

    def ask(self, path: str, data: bytes | None = None) -> bytes:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", data=data, timeout=10) as answer:
            body: bytes = answer.read()
            return body

    def clock(self, now: datetime) -> None:
        self.ask(f"/__clock?now={urllib.parse.quote(now.isoformat())}", b"")

    def log(self) -> list[tuple[str, int]]:
        """(path, status) of what was asked so far, our own questions left out."""
        asked = [(path, status) for _, _, path, status, _ in json.loads(self.ask("/__log"))]
        return [one for one in asked if not one[0].startswith("/__")]

    def threads(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = []
        for name in ("board.jsonl", "answers.jsonl"):
            with (self.shared / "data" / name).open(encoding="utf-8") as lines:
                rows += [json.loads(line) for line in lines]
        return rows

    def url(self, thread: dict[str, Any]) -> str:
        return f"http://127.0.0.1:{self.port}/board/thread/{thread['id']}.html"


def moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=CHINA)


@pytest.fixture
def replay(shared: Path, tmp_path: Path) -> Iterator[Replay]:
    one = Replay(shared, tmp_path)
    process = one.start()
    yield one
    process.terminate()
    process.wait()


def messages(replay: Replay, now: datetime) -> list[tuple[dict[str, Any], Post | None]]:
    """Each message of the board that was visible, with the post it became; and that there are no others."""
    visible = [thread for thread in replay.threads() if moment(thread["created"]) <= now]
    store = open_store(replay.archive)
    posts = store.get([post_id(url=replay.url(thread)) for thread in visible])
    from archive.store import Filter

    assert store.count(Filter(sources=("replay-board",))) == len({thread["id"] for thread in visible})
    store.close()
    return [(thread, posts.get(post_id(url=replay.url(thread)))) for thread in visible]


def test_everything_visible_is_collected_once_and_nothing_forbidden_is_asked(replay: Replay) -> None:
    first = replay.crawl(START)
    assert all(outcome.ok and outcome.whole for outcome in first.values()), {
        name: [fault.message for fault in outcome.faults] for name, outcome in first.items()
    }
    assert max(outcome.memory_mb for outcome in first.values()) < 500
    assert len(first["replay-hostile"].faults) >= 9
    check(messages(replay, START), START)
    assert not any(path.startswith("/private/") for path, _ in replay.log())

    later = START + timedelta(hours=12)
    asked_before = len(replay.log())
    replay.clock(later)
    second = replay.crawl(later)
    asked = replay.log()[asked_before:]
    assert all(outcome.ok and outcome.whole for outcome in second.values())
    check(messages(replay, later), later)
    board = second["replay-board"].counts
    assert board["new"] + board["updated"] > 0 and board["requests"] < 10
    # The lists were asked for conditionally, no article again; of the traps only those that may have passed.
    lists = {path: status for path, status in asked if path.startswith(("/gov/index", "/policy/list", "/policy/feed"))}
    assert lists and set(lists.values()) <= {304, 200} and 304 in lists.values()
    assert not {path for path, _ in asked if path.startswith("/hostile/")} & {"/hostile/endless", "/hostile/bomb.gz"}
    assert not any(path.startswith("/private/") for path, _ in replay.log())


def check(pairs: list[tuple[dict[str, Any], Post | None]], now: datetime) -> None:
    assert len(pairs) > 4000
    for thread, post in pairs:
        assert post is not None, thread["id"]
        answered = bool(thread["replied"]) and moment(thread["replied"]) <= now and bool(thread["reply"].strip())
        assert bool(post.reply) is answered, thread["id"]
        assert post.published_at == moment(thread["created"])
        assert thread["user"] not in (post.title, post.speaker)
