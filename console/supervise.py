"""Keep child processes running: start them, start again what dies, and stop them together.

Whoever supervises does nothing else, so it is a small program of its own (`become`), without Django in memory.
"""

import ctypes
import json
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import FrameType
from typing import NoReturn

log = logging.getLogger(__name__)

FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0  # seconds before a dead child is started again; doubles each time
STEADY = 60.0  # a child that ran this long is forgiven its earlier deaths
# Of memory that many threads, or large arrays, give back, little goes back to the system otherwise (glibc).
FRUGAL = {"MALLOC_ARENA_MAX": "2", "MALLOC_MMAP_THRESHOLD_": "1048576", "MALLOC_TRIM_THRESHOLD_": "1048576"}
GRACE = 20.0  # seconds between SIGTERM and SIGKILL


def die_with_parent() -> None:
    """For `preexec_fn`: the kernel ends this process when its parent ends (Linux; elsewhere nothing happens)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)


@dataclass
class Child:
    name: str
    command: Sequence[str]
    process: "subprocess.Popen[bytes] | None" = None
    started: float = 0.0
    wait: float = FIRST_WAIT
    due: float = field(default=0.0)

    def start(self, at: float) -> None:
        self.process = subprocess.Popen(self.command, preexec_fn=die_with_parent)  # noqa: S603 - our own commands
        self.started = at

    def check(self, at: float) -> None:
        """Start the child if it is due; if it has died, say so and set when it is due again."""
        if self.process is None:
            if at >= self.due:
                self.start(at)
            return
        code = self.process.poll()
        if code is None:
            return
        self.wait = FIRST_WAIT if at - self.started > STEADY else min(self.wait * 2, LONGEST_WAIT)
        log.error("%s ended with %s; starting it again in %.0f s", self.name, code, self.wait)
        self.process, self.due = None, at + self.wait


def listenable(host: str, port: int) -> None:
    """Raises OSError (EADDRINUSE and the like) where a server could not listen."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        trial.bind((host, port))


def become(commands: Mapping[str, Sequence[str]]) -> NoReturn:
    """Turn this process into one that supervises these and nothing else."""
    environment = {**FRUGAL, **os.environ}
    mine = [sys.executable, "-m", "console.supervise", json.dumps(commands)]
    os.execve(sys.executable, mine, environment)  # noqa: S606 - our own command


def supervise(commands: Mapping[str, Sequence[str]]) -> None:
    """Run until SIGTERM or SIGINT. Waiting uses the monotonic clock only."""
    stopping: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        stopping.append(number)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    children = [Child(name, command) for name, command in commands.items()]
    try:
        while not stopping:
            for child in children:
                child.check(time.monotonic())
            time.sleep(0.2)
    finally:
        _stop_all(children)


def _stop_all(children: Sequence[Child]) -> None:
    running = [child.process for child in children if child.process and child.process.poll() is None]
    for process in running:
        process.terminate()
    deadline = time.monotonic() + GRACE
    for process in running:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            log.error("process %s did not stop in %.0f s and is killed", process.pid, GRACE)
            os.kill(process.pid, signal.SIGKILL)
            process.wait()


if __name__ == "__main__":
    level = os.environ.get("MINSHENG_LOG") or "WARNING"
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s %(message)s", level=level)
    supervise(json.loads(sys.argv[1]))
