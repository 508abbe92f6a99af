"""What people decided about events by hand, as the machine has to take it. Pure.

A merged-away event goes on finding posts, which are told to be of its survivor: so undoing a merger is to stop. A split
makes an event of its own; undoing it merges that event into the one it came from.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Decision:
    """`other` was merged into `event`, or was made of `posts` split out of it. `done`: the index has split."""

    key: str
    act: Literal["merge", "split"]
    event: str
    other: str
    posts: tuple[str, ...] = ()
    undone: bool = False
    done: bool = False


class DecisionError(Exception):
    """It cannot be decided so; the message (Chinese) says why."""


def redirects(decisions: Iterable[Decision]) -> dict[str, str]:
    """Event → the event its posts are told to be of, for those that are merged away."""
    into: dict[str, str] = {}
    for each in decisions:
        merged = not each.undone if each.act == "merge" else each.undone and each.done
        if merged:
            into[each.other] = each.event
    return {event: root_of(event, into) for event in into}


def root_of(event: str, into: Mapping[str, str]) -> str:
    """The survivor at the end of all mergers."""
    seen = {event}
    while (following := into.get(event)) is not None and following not in seen:
        event = following
        seen.add(event)
    return event


def check_merge(event: str, other: str, into: Mapping[str, str]) -> None:
    """Raises DecisionError unless two different events, both there for themselves, are merged."""
    if event == other:
        raise DecisionError("这是同一个事件，不用合并。")
    if event in into or other in into:
        raise DecisionError("其中一个事件已经并入别的事件，请打开合并后的事件再操作。")


def new_event(event: str, chosen: Iterable[str], taken: Iterable[str], total: int) -> str:
    """The id of the event that the chosen posts (in the order of time) will be: its first post's. `taken`: ids that
    name an event. Raises DecisionError if nothing or all is chosen, or the post the event is named by."""
    posts, named = list(chosen), set(taken)
    if not posts:
        raise DecisionError("没有勾选信息，请勾选要拆出的信息。")
    if event in posts:
        raise DecisionError("事件以它的首条信息编号，首条不能拆出；请改为勾选其余的信息。")
    if len(posts) >= total:
        raise DecisionError("勾选了全部信息，拆出后原事件就空了；请至少留下一条。")
    free = next((identity for identity in posts if identity not in named), None)
    if free is None:
        raise DecisionError("这些信息曾是另一个事件，请在下面的记录里撤销当时的合并。")
    return free


def check_undo(decision: Decision, into: Mapping[str, str]) -> None:
    """Raises DecisionError where what came later has to be undone first."""
    if decision.undone:
        raise DecisionError("这一步已经撤销。")
    if decision.act == "merge":
        return
    if decision.other in into:
        raise DecisionError("拆出的事件后来并入了别的事件，请先撤销那次合并。")
    if root_of(decision.event, into) == decision.other:
        raise DecisionError("原事件后来并入了拆出的事件，请先撤销那次合并。")
