"""The memory of everything `minsheng up` starts, over an archive of 500,000 posts: python -m bench.memory [POSTS].

The last five weeks of posts are new to it, so that its first round reads them, scores them and puts them into events
(real texts where ../shared is there: made ones have three times as many different pairs of characters); then five
readers at a time turn pages. Memory is PSS: what processes share is counted once. Linux only.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from pathlib import Path
from urllib.parse import urlencode

from archive.post import Marks, Sentiment
from archive.sqlite import SQLiteStore
from bench.rounds import material
from bench.servers.ports import free_port
from bench.synthetic import SPAN, START, posts

ROOT = Path(__file__).parent.parent
POSTS, BATCH = 500_000, 500
NEW = timedelta(days=35)
QUERIES = ("", "停水", "问题", "自来水", "(停水|供水) + 利州区 + !学校", "物业 ~10 小区")
READERS, TURNS = 5, 3
CALM = 15  # seconds
OTHERS = "others"
ROUND_WITHIN = 600  # seconds
SETTING_UP = """
import django; django.setup()
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from accounts.models import User
from monitor.models import Watchlist
call_command("migrate", verbosity=0)
user = User.objects.create_user("reader", password="Bench-2026-reader")
session = SessionStore()
session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
session.save()
for number, query in enumerate(["停水|供水", "自来水 + !招聘", "物业 ~10 小区", "利州区 + (公交|道路)"]):
    Watchlist.objects.create(name=f"方案{number}", purpose="测量", query=query)
print(session.session_key)
"""


@dataclass(frozen=True, slots=True)
class Seen:
    """MB by process, at one moment."""

    when: str
    processes: Mapping[str, float]

    @property
    def total(self) -> float:
        return sum(self.processes.values())


def run(count: int = POSTS) -> str:
    """Markdown."""
    if sys.platform != "linux":
        return "## Memory\n\nskipped: it is read from /proc"
    with tempfile.TemporaryDirectory() as folder:
        archive, fresh = Path(folder) / "archive.sqlite3", fill(Path(folder) / "archive.sqlite3", count)
        environment = {key: value for key, value in os.environ.items() if not key.startswith("MINSHENG_")} | {
            "MINSHENG_VAR": folder,
            "MINSHENG_ARCHIVE": f"sqlite:///{archive}",
            "MINSHENG_DATABASE": f"sqlite:///{folder}/state.sqlite3",
            "DJANGO_SETTINGS_MODULE": "console.settings",
        }
        told = subprocess.run(
            [sys.executable, "-c", SETTING_UP], cwd=ROOT, env=environment, check=True, capture_output=True, text=True
        )
        port = free_port()
        command = [sys.executable, "-m", "console", "up", "--port", str(port)]
        with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL) as up:
            try:
                seen = watch(up.pid, f"http://127.0.0.1:{port}", told.stdout.split()[-1], archive)
            finally:
                up.terminate()
    names = list(dict.fromkeys(name for each in seen for name in each.processes))
    return "\n".join([
        "## Memory of `minsheng up`",
        "",
        f"SQLite, {count:,} posts, {fresh:,} of them new; {READERS} readers at a time. PSS in MB: what processes share "
        "is counted once.",
        "",
        f"| | {' | '.join(names)} | together |",
        f"|---|{'---:|' * (len(names) + 1)}",
        *(_row(each, names) for each in seen),
    ])  # fmt: skip


def _row(seen: Seen, names: Sequence[str]) -> str:
    cells = " | ".join(f"{seen.processes.get(name, 0):.0f}" for name in names)
    return f"| {seen.when} | {cells} | **{seen.total:.0f}** |"


def fill(path: Path, count: int) -> int:
    """Posts up to now; those of the last five weeks have no marks. Returns how many have none."""
    store, source, fresh = SQLiteStore(str(path)), posts(count), 0
    texts = cycle(material(count * NEW // SPAN + BATCH))
    now = datetime.now(UTC)
    later = now - (START + SPAN) - timedelta(hours=1)
    while batch := list(islice(source, BATCH)):
        moved = [
            replace(post, collected_at=post.collected_at + later, published_at=(post.published_at or START) + later)
            for post in batch
        ]
        if moved[0].collected_at >= now - NEW:
            said = islice(texts, len(moved))
            moved = [
                replace(post, kind=k, title=title, text=text)
                for post, (k, title, text) in zip(moved, said, strict=True)
            ]
        store.put(moved)
        old = [post for post in moved if post.collected_at < now - NEW]
        marks = Marks(topic="住建", sentiment=Sentiment(0.6, 0.3, 0.1))
        store.annotate([(post.id, 1, marks) for post in old])
        fresh += len(moved) - len(old)
    store.close()
    return fresh


def watch(pid: int, address: str, session: str, archive: Path) -> list[Seen]:
    """As it stands up, while its first round asks for second opinions, after it, and the most while pages are read."""
    _until(lambda: bool(_page(address, session, {})), 120)
    seen = [Seen("started", _processes(pid))]
    store = SQLiteStore(str(archive), create=False)
    _until(lambda: not store.unmarked(1), ROUND_WITHIN)
    store.close()
    seen += _settled(pid)
    most: list[Seen] = []
    with ThreadPoolExecutor(READERS) as readers:
        for _ in range(TURNS):
            for query in QUERIES:
                asked = [{"q": query, "page": str(number)} for number in range(1, READERS + 1)]
                for answer in readers.map(lambda each: _page(address, session, each), asked):
                    assert answer, f"no page for {query}"
                most.append(Seen("the most while pages are read", _processes(pid)))
    return [*seen, max(most, key=lambda each: each.total)]


def _settled(pid: int) -> list[Seen]:
    """When no process of passing use has been there for a while; before it the most there was, if one came."""
    passing: list[Seen] = []
    quiet = 0
    while quiet < CALM:
        time.sleep(1)
        now = Seen("for seconds, a second opinion by SnowNLP", _processes(pid))
        quiet = 0 if OTHERS in now.processes else quiet + 1
        if OTHERS in now.processes:
            passing.append(now)
    most = max(passing, key=lambda each: each.total, default=None)
    return [*([most] if most else []), Seen("after a round", _processes(pid))]


def _page(address: str, session: str, asked: Mapping[str, str]) -> bytes:
    request = urllib.request.Request(
        f"{address}/search/?{urlencode(asked)}", headers={"Cookie": f"sessionid={session}"}
    )
    try:
        with urllib.request.urlopen(request, timeout=120) as answer:
            found: bytes = answer.read()
            return found
    except urllib.error.URLError:
        return b""


def _until(holds: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError(f"not within {seconds:.0f} s")
        time.sleep(1)


def _processes(root: int) -> dict[str, float]:
    """MB of PSS by what each process of the tree is."""
    found: dict[str, float] = {}
    for pid in _tree(root):
        try:
            command = Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8", errors="replace").replace("\0", " ")
            size = re.search(r"^Pss:\s+(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
        except OSError:  # it has ended
            continue
        name = next((name for name, word in NAMES if word in command), OTHERS)
        found[name] = found.get(name, 0) + (int(size[1]) / 1024 if size else 0)
    return found


NAMES = (
    ("supervisor", "console.supervise"),
    ("web", "console.wsgi"),
    ("scheduler", "--only work"),
    ("delivery", "--only delivery"),
)


def _tree(root: int) -> list[int]:
    parents: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(path.read_text().rsplit(")", 1)[1].split()[1])
        except OSError:
            continue
        parents.setdefault(parent, []).append(int(path.parent.name))
    found = [root]
    for pid in found:
        found += parents.get(pid, [])
    return found


if __name__ == "__main__":
    print(run(*map(int, sys.argv[1:])))
