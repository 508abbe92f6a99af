"""console.supervise: children are started again when they die, and stopped together."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
SUPERVISOR = """
import sys
from console.supervise import supervise
supervise({name: [sys.executable, "-c", code] for name, code in zip(sys.argv[1::2], sys.argv[2::2])})
"""


def until(true: Callable[[], bool], seconds: float = 20) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.05)
    return False


def supervisor(*children: str) -> "subprocess.Popen[str]":
    return subprocess.Popen([sys.executable, "-c", SUPERVISOR, *children], cwd=ROOT, stderr=subprocess.PIPE, text=True)


def noting(path: Path, then: str) -> str:
    return f"import os, time; open({str(path)!r}, 'a').write(f'{{os.getpid()}}\\n'); {then}"


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z" if Path(f"/proc/{pid}").exists() else False


def test_a_child_that_dies_is_started_again_and_the_other_is_left_alone(tmp_path: Path) -> None:
    dying, steady = tmp_path / "dying", tmp_path / "steady"
    process = supervisor("dying", noting(dying, "raise SystemExit(3)"), "steady", noting(steady, "time.sleep(60)"))
    try:
        assert until(lambda: dying.exists() and len(dying.read_text().splitlines()) >= 2)
        assert len(steady.read_text().splitlines()) == 1
    finally:
        process.terminate()
        assert process.wait(30) == 0
    assert "dying ended with 3" in (process.stderr.read() if process.stderr else "")


def test_sigterm_stops_the_children_too(tmp_path: Path) -> None:
    note = tmp_path / "note"
    process = supervisor("steady", noting(note, "time.sleep(60)"))
    assert until(lambda: note.exists() and note.read_text().strip() != "")
    process.terminate()
    assert process.wait(30) == 0
    assert not alive(int(note.read_text()))


def test_children_die_with_a_supervisor_that_is_killed(tmp_path: Path) -> None:
    note = tmp_path / "note"
    process = supervisor("steady", noting(note, "time.sleep(60)"))
    assert until(lambda: note.exists() and note.read_text().strip() != "")
    process.send_signal(signal.SIGKILL)
    process.wait(30)
    assert until(lambda: not alive(int(note.read_text())))
