"""A round over 10,000 new posts with 200 watchlists on SQLite: posts a second, and where the time goes.

`python -m bench.rounds [POSTS [ENGINE …]]`. The archive already holds twice as many posts, of 60 days, which earlier
rounds have marked; the new ones are of the same days, of sources that were read late. (A round is due every few
minutes: so many at once come of a backlog, and not of a day on which everything bursts.)
Texts are those of ../shared (messages of the board and posts, mixed), made ones where it is absent.
"""

import itertools
import json
import os
import random
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import rjieba

from archive.post import Kind, Post, Precision, post_id
from archive.store import Store, open_store
from bench.synthetic import posts as made

SHARED = Path(__file__).parents[2] / "shared" / "data"
NOW = datetime(2026, 3, 20, 8, tzinfo=UTC)
POSTS, WATCHLISTS = 10_000, 200
IMMEDIATE = 5
ENGINES = ("none", "linear")
HISTORY, BEFORE = timedelta(days=60), 2
HOUR = timedelta(hours=1)
# Stage → what is timed, as (module, attribute path); what one of them calls counts to the inner one.
STAGES: tuple[tuple[str, str, str], ...] = (
    ("reading", "archive.sqlite", "SQLiteStore.unmarked"),
    ("scoring", "monitor.reading", "Reader._score"),
    ("matching", "archive.matcher", "Matcher.match"),
    ("placing: copies", "monitor.near", "NearIndex.add_sketch"),
    ("placing: copies", "monitor.events", "sketches"),
    ("placing: terms", "monitor.events", "terms_of_folded"),
    ("placing: the rest", "monitor.placing", "Placing.prepare"),
    ("placing: grouping", "monitor.grouping", "Grouping.place"),
    ("placing: forgetting", "monitor.events", "EventIndex._tick"),
    ("placing: the rest", "monitor.placing", "Placing.place"),
    ("placing: loading", "monitor.placing", "Placing.load"),
    ("placing: events' rows and snapshot", "monitor.placing", "Placing.save"),
    ("placing: what was decided by hand", "monitor.placing", "Placing.settle"),
    ("matter", "monitor.reading", "matter_of"),
    ("topic", "monitor.corrections", "TopicBase.suggest"),
    ("annotating", "archive.sqlite", "SQLiteStore.annotate"),
    ("findings told at once", "monitor.reading", "note_immediate"),
    ("findings told at once", "monitor.reading", "note_life_threats"),
    ("findings told at once", "monitor.round", "complete"),
    ("policies", "monitor.policy_found", "propose"),
    ("policies", "monitor.policy_found", "note_interpretations"),
    ("policies", "monitor.policy_found", "note_results"),
    ("evaluation: watchlists", "monitor.round", "bursts"),
    ("evaluation: events", "monitor.event_bursts", "bursts"),
    ("evaluation: slow burns", "monitor.event_bursts", "slow_burns"),
    ("evaluation: describing", "monitor.round", "rows"),
    ("evaluation: describing", "monitor.round", "_write"),
)


def material(count: int) -> list[tuple[Kind, str, str]]:
    """(kind, title, text), mixed by a fixed seed; real ones first, so many as there are."""
    rows: list[tuple[Kind, str, str]] = []
    if SHARED.is_dir():
        for name in ("board", "answers"):
            rows += [(Kind.QUESTION, row["title"], row["body"]) for row in _lines(f"{name}.jsonl")]
        rows += [(Kind.POST, "", row["text"]) for row in _lines("event_posts.jsonl")]
        posted = (row["text"] for row in _lines("sentiment.jsonl") if row["kind"] == "post")
        rows += [(Kind.POST, "", text) for text in itertools.islice(posted, max(0, count - len(rows)))]
    else:
        rows = [(Kind.POST, post.title, post.text) for post in made(count)]
    random.Random(11).shuffle(rows)
    return rows[:count]


def _lines(name: str) -> Iterator[dict[str, Any]]:
    with (SHARED / name).open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def dated(
    rows: Sequence[tuple[Kind, str, str]], begin: datetime, name: str, collected: datetime | None = None
) -> list[Post]:
    """Published evenly over HISTORY from `begin` on; three in ten speakers speak again."""
    posts = []
    for number, (kind, title, text) in enumerate(rows):
        at = begin + HISTORY * number / len(rows)
        posts.append(
            Post(
                id=post_id(source=name, item_id=str(number)),
                url=f"https://example.gov.cn/{name}/{number}",
                kind=kind,
                title=title,
                text=text,
                source=f"source{number % 40}",
                collected_at=at if collected is None else collected,
                speaker=f"{number * 7 // 10:032x}",
                published_at=at,
                published_precision=Precision.MINUTE,
            )
        )
    return posts


def queries(rows: Sequence[tuple[Kind, str, str]]) -> list[str]:
    """WATCHLISTS queries of words the texts use: lists of 4 to 10 words, a third with a second condition, some without
    another word. The fifty commonest words are nobody's watchlist."""
    heard: Counter[str] = Counter()
    for _, title, text in rows[:4000]:
        heard.update({word for word in rjieba.cut(title + text[:200], hmm=False) if len(word) > 1 and word.isalpha()})
    words = [word for word, count in sorted(heard.items(), key=lambda pair: (-pair[1], pair[0])) if count > 2][50:4000]
    words = [word for word in words if all("\u4e00" <= character <= "\u9fff" for character in word)]
    chance = random.Random(13)
    made_up = []
    for number in range(WATCHLISTS):
        query = f"({'|'.join(chance.sample(words, chance.randint(4, 10)))})"
        if number % 3 == 0:
            query += f" + ({'|'.join(chance.sample(words[:300], 8))})"
        if number % 4 == 0:
            query += f" + !{chance.choice(words)}"
        made_up.append(query)
    return made_up


class Clock:
    """Seconds by stage; the inner one of two stages that are nested has the time."""

    def __init__(self) -> None:
        self.spent: defaultdict[str, float] = defaultdict(float)
        self._open: list[str] = []
        self._since = time.perf_counter()

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        self._turn()
        self._open.append(name)
        try:
            yield
        finally:
            self._turn()
            self._open.pop()

    def _turn(self) -> None:
        now = time.perf_counter()
        if self._open:
            self.spent[self._open[-1]] += now - self._since
        self._since = now

    def around(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*given: Any, **named: Any) -> Any:
            with self.stage(name):
                return call(*given, **named)

        return timed


@contextmanager
def timed(clock: Clock) -> Iterator[None]:
    """Every stage timed; the timing itself takes under a hundredth of a round."""
    import importlib

    with ExitStack() as patches:
        for name, module, path in STAGES:
            owner: Any = importlib.import_module(module)
            *parts, attribute = path.split(".")
            for part in parts:
                owner = getattr(owner, part)
            found = owner.__dict__[attribute]
            call = found.__func__ if isinstance(found, classmethod) else found
            wrapped: Any = clock.around(name, call)
            patches.enter_context(
                patch.object(owner, attribute, classmethod(wrapped) if isinstance(found, classmethod) else wrapped)
            )
        yield


def ready(folder: Path) -> None:
    """Django on an empty state in `folder`."""
    os.environ["MINSHENG_VAR"] = str(folder)
    os.environ["MINSHENG_DATABASE"] = f"sqlite:///{folder / 'state.sqlite3'}"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "console.settings")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def watch(made_up: Sequence[str]) -> None:
    from monitor.models import Watchlist

    for number, query in enumerate(made_up):
        immediate = number < IMMEDIATE
        Watchlist.objects.create(
            name=f"方案{number}",
            purpose="测量",
            query=query,
            immediate=immediate,
            approved_by=["甲", "乙"] if immediate else [],
        )


def measured(store: Store, posts: Sequence[Post], engine: str) -> list[str]:
    """Put, then a round; its lines of the table."""
    from monitor.round import run_round

    store.put(posts)
    clock = Clock()
    with timed(clock), clock.stage("the rest"):
        report = run_round(store, NOW, sentiment=engine)
    total = sum(clock.spent.values())
    lines = [
        f"Sentiment `{engine}`: {report.read.marked:,} posts in {total:.2f} s, "
        f"**{report.read.marked / total:,.0f} posts a second**, all in; {report}.",
        "",
        "| stage | s | share | µs a post |",
        "|---|---:|---:|---:|",
    ]
    for name in dict.fromkeys([stage for stage, _, _ in STAGES] + ["the rest"]):
        spent = clock.spent[name]
        lines.append(f"| {name} | {spent:.2f} | {spent / total:.1%} | {1e6 * spent / len(posts):.0f} |")
    return [*lines, ""]


def run(count: int = POSTS, engines: Sequence[str] = ENGINES) -> str:
    """Markdown."""
    from monitor.engines import engine
    from monitor.sentiment import SentimentError

    with tempfile.TemporaryDirectory() as folder:
        ready(Path(folder))
        from monitor.models import Event, EventIndex, Finding, KnownSource, RoundState, SubjectState, Unscored
        from monitor.round import run_round

        rows = material((1 + BEFORE) * count)
        watch(queries(rows))
        average = sum(len(title) + len(text) for _, title, text in rows) / len(rows)
        lines = [
            f"## A round over {count:,} new posts with {WATCHLISTS} watchlists, on SQLite",
            "",
            f"The archive holds {len(rows) - count:,} posts of {HISTORY.days} days, marked in earlier rounds; the new "
            f"ones are of the same days, collected now. {average:.0f} characters a text. One process, one core.",
            "",
        ]
        for number, name in enumerate(engines):
            try:
                with engine(name):
                    pass
            except SentimentError as error:
                lines += [f"(Sentiment `{name}`: {error})", ""]
                continue
            for kept in (RoundState, EventIndex, Event, Finding, SubjectState, KnownSource, Unscored):
                kept.objects.all().delete()  # of the archive before
            store = open_store(f"sqlite:///{Path(folder) / f'archive{number}.sqlite3'}")
            store.put(dated(rows[count:], NOW - HISTORY, "history"))
            run_round(store, NOW - HOUR, sentiment="none")
            KnownSource.objects.update(first_read=NOW - 2 * HISTORY)
            lines += measured(store, dated(rows[:count], NOW - HISTORY, "new", NOW - timedelta(minutes=1)), name)
            store.close()
    return "\n".join(lines)


if __name__ == "__main__":
    given = sys.argv[1:]
    print(run(int(given[0]) if given else POSTS, given[1:] or ENGINES))
