"""One monitoring round at a time, with the incidents its findings call for, on however many machines there are: two at
once would each group the same posts in a way of its own."""

from collections.abc import Iterator
from contextlib import contextmanager

from console.holding import hold, holder_of

LEASE = "round"


class BusyError(Exception):
    """Another round is going on; the message (Chinese) says where. Raised by `one_round`."""


@contextmanager
def one_round() -> Iterator[None]:
    """A round that has lost its lease (its machine stood still for a minute) is not broken off: whatever it writes is
    written once, by the constraints of the tables and the locks of its transactions."""
    lease = hold(LEASE)
    if lease is None:
        raise BusyError(f"另一轮研判正在进行（{holder_of(LEASE) or '刚刚结束'}），请稍后再试")
    try:
        yield
    finally:
        lease.give_up()
