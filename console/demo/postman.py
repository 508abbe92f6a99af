"""The demo's delivery beside its console: what an act there calls for goes out at once. run.py starts
`python -m console.demo.postman` with the demo's environment and ends it."""

import signal
import sys
from threading import Event
from types import FrameType

import django

EVERY = 2.0  # seconds


def main() -> None:
    django.setup()
    from django.db import close_old_connections  # after setup, as what follows: it imports models
    from django.http import HttpRequest

    from alerts.outbox import deliver
    from console.pages.clock import now

    asked = Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        asked.set()

    signal.signal(signal.SIGTERM, stop)
    while not asked.wait(EVERY):
        close_old_connections()
        deliver(now(HttpRequest()), stop=asked.is_set)  # at the time the pages have, which may stand still


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
