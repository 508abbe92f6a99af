"""A crawl started as a subprocess. It dies with us (it reads our end of a pipe), and after its time."""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from crawlers.again import STUCK, remember
from crawlers.job import Job, Outcome, State

ROOT = Path(__file__).resolve().parent.parent
GRACE_SECONDS = 120.0  # beyond the job's own time, for the page it is at
_PASSED_ON = (
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "TMPDIR",
    "TZ",
    "VIRTUAL_ENV",
    "SSL_CERT_FILE",
    "COVERAGE_PROCESS_START",
)

Listener = Callable[[Mapping[str, Any]], None]


def run(
    job: Job,
    listen: Listener | None = None,
    *,
    grace: float = GRACE_SECONDS,
    ended: threading.Event | None = None,
) -> Outcome:
    """Crawl in a subprocess and wait. `listen` hears each line: a request, a post of a trial. `ended` is set when the
    crawl is over; set by somebody else, it ends the crawl. Blocks; never raises for what goes wrong in there: a
    subprocess that dies is an outcome too."""
    over = ended or threading.Event()
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "crawlers"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            env=_environment(),
            text=True,
            encoding="utf-8",
        )
        overdue = threading.Event()

        def stop() -> None:
            if not over.wait(job.seconds + grace):
                overdue.set()
            process.kill()

        threading.Thread(target=stop, daemon=True).start()
        try:
            outcome, reading = _converse(process, job, listen)
        finally:
            over.set()
            process.kill()
            process.wait()
            if process.stdin:
                _close(process.stdin)
        if outcome is None:
            errors.seek(max(0, errors.tell() - 4000))
            outcome = _broken_off(job, reading, overdue.is_set(), errors.read().decode("utf-8", "replace"))
    return outcome


def _converse(process: Any, job: Job, listen: Listener | None) -> tuple[Outcome | None, list[str]]:
    """The outcome, and the pages that were being read when the lines ended."""
    reading: list[str] = []
    try:
        process.stdin.write(job.dumps() + "\n")
        process.stdin.flush()
    except BrokenPipeError:
        return None, reading
    for line in process.stdout:
        message = json.loads(line) if line.startswith("{") and line.endswith("\n") else {}
        if "outcome" in message:
            return Outcome.from_json(message["outcome"]), reading
        if "reading" in message:
            reading.append(message["reading"])
        if "read" in message and message["read"] in reading:
            reading.remove(message["read"])
        if listen:
            listen(message)
    return None, reading


def _broken_off(job: Job, reading: list[str], overdue: bool, errors: str) -> Outcome:
    """The outcome of a crawl that did not give one. The pages it was reading wait: one of them may be to blame."""
    outcome = Outcome(str(job.source.get("id", "")), ok=False, since=job.since, started=job.now)
    state = State.from_json(job.state)
    for url in reading:
        before = state.failed.get(url)
        words = before.item if before else {}
        state.failed[url] = again = remember(before, STUCK, "处理此页时采集进程停住或退出", job.now, item=words)
        then = "过些时候单独再试" if again.next else "以后不再打开此页"
        outcome.fault(STUCK, url, f"{again.reason}，{then}")
    outcome.state = state.to_json()
    if overdue:
        outcome.fault("overdue", "", f"采集超过 {job.seconds:.0f} 秒没有结束，已停止")
    else:
        last = errors.strip().splitlines()[-1:] or ["没有留下错误信息"]
        outcome.fault("died", "", f"采集进程意外退出：{last[0][:300]}")
    return outcome


def _environment() -> dict[str, str]:
    """What a crawl may know of our environment: no secret is among it."""
    known = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return {**known, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}


def _close(pipe: Any) -> None:
    with contextlib.suppress(BrokenPipeError):
        pipe.close()
