"""Who is sending a mail just now. A killed process's claim is taken again: at once on its own machine, where one can
see that it is gone, else when the claim expires. On its own machine a process that lives keeps its claim: its mail may
be in the server's hands, however long ago it was claimed."""

import os
import socket
from datetime import datetime, timedelta
from pathlib import Path

EXPIRES = timedelta(minutes=15)


def holder(number: int = 0) -> str:
    """host:pid:start of this process; the start tells it from a later one with the same number. `number` tells apart
    what one process holds more than once at a time."""
    pid = os.getpid()
    return f"{socket.gethostname()[:80]}:{pid}:{_started(pid)}" + (f"/{number}" if number else "")


def gone(claimed_by: str, claimed_at: datetime | None, now: datetime) -> bool:
    """Whether the claim is nobody's any more. Of another machine's process only the time tells."""
    host, _, rest = claimed_by.rpartition(":")
    host, _, pid = host.rpartition(":")
    if host == socket.gethostname()[:80] and pid.isdecimal():
        return _started(int(pid)) != rest.partition("/")[0]
    return claimed_at is None or claimed_at + EXPIRES <= now


def _started(pid: int) -> str:
    """Clock ticks after boot at which a process started; "" if there is none, "alive" where /proc cannot say."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
        fields = stat.rpartition(")")[2].split()
        return "" if fields[0] == "Z" else fields[19]  # a zombie sends nothing
    except (OSError, IndexError):
        pass
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return ""
    except PermissionError:
        pass
    return "alive"
