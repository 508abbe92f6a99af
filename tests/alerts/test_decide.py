"""Must we tell? A table: each case with the answer, its reason and why in a sentence."""

from datetime import datetime, timedelta

import pytest

from alerts.decide import COOLDOWN, Decision, Reason, Situation, Told, Wish, decide
from archive.post import CHINA

NOON = datetime(2019, 8, 2, 12, 0, tzinfo=CHINA)
NIGHT = datetime(2019, 8, 2, 23, 30, tzinfo=CHINA)
EARLY = datetime(2019, 8, 3, 6, 59, tzinfo=CHINA)
SEVEN = datetime(2019, 8, 3, 7, 0, tzinfo=CHINA)
ALL = Wish(True, 4)
LONG_AGO = NOON - COOLDOWN - timedelta(minutes=1)
JUST = NOON - timedelta(minutes=5)


def told(at: datetime = LONG_AGO, level: int = 3, posts: int = 10, waiting: bool = False) -> Told:
    return Told(at, level, posts, waiting)


CASES = [
    (
        "an immediate list's hit is told at any hour",
        ALL,
        Situation(4, 1, hit=True),
        None,
        NIGHT,
        Reason.FIRST,
        NIGHT,
    ),
    (
        "and again, however lately something was told and however little has come",
        *(ALL, Situation(4, 11, hit=True), told(JUST, 4), NIGHT, Reason.HIT, NIGHT),
    ),
    (
        "with what waits for the morning",
        *(ALL, Situation(4, 11, hit=True), told(SEVEN, 4, waiting=True), NIGHT, Reason.WAITING, NIGHT),
    ),
    ("a deadline that has ended is told", ALL, Situation(3, 10, overdue=True), told(JUST), NOON, Reason.OVERDUE, NOON),
    (
        "also one level up, to whoever has not heard of it yet",
        *(Wish(True, 2), Situation(3, 10, overdue=True), None, NOON, Reason.FIRST, NOON),
    ),
    ("but not two", Wish(True, 1), Situation(3, 10, overdue=True), None, NOON, Reason.BELOW, None),
    ("a first alert goes at once", ALL, Situation(3, 5), None, NOON, Reason.FIRST, NOON),
    ("the least grave level waits at night until seven", ALL, Situation(4, 5), None, NIGHT, Reason.QUIET, SEVEN),
    ("also after midnight, until seven of that day", ALL, Situation(4, 5), None, EARLY, Reason.QUIET, SEVEN),
    ("at seven the night is over", ALL, Situation(4, 5), None, SEVEN, Reason.FIRST, SEVEN),
    ("a graver level does not wait at night", ALL, Situation(3, 5), None, NIGHT, Reason.FIRST, NIGHT),
    ("nobody is told who does not want to be", Wish(False, 4), Situation(1, 5), None, NOON, Reason.NOT_WANTED, None),
    ("below the recipient's level", Wish(True, 2), Situation(3, 5), None, NOON, Reason.BELOW, None),
    ("at the recipient's level", Wish(True, 3), Situation(3, 5), None, NOON, Reason.FIRST, NOON),
    ("what is over is not told", ALL, Situation(1, 5, open=False), None, NOON, Reason.OVER, None),
    ("nothing new, nothing told", ALL, Situation(3, 10), told(), NOON, Reason.UNCHANGED, None),
    ("a little more is nothing new", ALL, Situation(3, 14), told(), NOON, Reason.UNCHANGED, None),
    ("half as many again is", ALL, Situation(3, 15), told(), NOON, Reason.GREW, NOON),
    (
        "but not just after the last mail: when the cool-down ends",
        *(ALL, Situation(3, 90), told(JUST), NOON, Reason.COOLING, JUST + COOLDOWN),
    ),
    (
        "and not at night either, where it is the least grave",
        *(ALL, Situation(4, 90), told(JUST, 4), NOON, Reason.COOLING, SEVEN),
    ),
    ("what has not grown waits for nothing", ALL, Situation(3, 14), told(JUST), NOON, Reason.UNCHANGED, None),
    (
        "what waits for the end of the cool-down goes then, with all",
        *(ALL, Situation(3, 95), told(NOON + COOLDOWN, 3, 90, waiting=True), NOON, Reason.WAITING, NOON + COOLDOWN),
    ),
    (
        "but at once if it becomes graver",
        *(ALL, Situation(2, 95), told(NOON + COOLDOWN, 3, 90, waiting=True), NOON, Reason.WAITING, NOON),
    ),
    (
        "a suggestion that rises above the confirmed level is told at once",
        *(ALL, Situation(4, 10, raised=2), told(JUST, 4), NIGHT, Reason.RAISED, NIGHT),
    ),
    (
        "to whoever is told of that level",
        *(Wish(True, 2), Situation(4, 10, raised=2), None, NOON, Reason.FIRST, NOON),
    ),
    ("and once", ALL, Situation(4, 10, raised=2), told(JUST, 2), NOON, Reason.UNCHANGED, None),
    ("a graver level breaks the cool-down", ALL, Situation(2, 10), told(JUST), NOON, Reason.ESCALATED, NOON),
    ("a milder level is nothing to tell", ALL, Situation(4, 10), told(), NOON, Reason.UNCHANGED, None),
    (
        "a mail that waits takes the new content",
        *(ALL, Situation(4, 9), told(NIGHT, 4, 5, waiting=True), NIGHT + timedelta(hours=1), Reason.WAITING, SEVEN),
    ),
    (
        "and goes at once if the level rose meanwhile",
        *(ALL, Situation(3, 9), told(NIGHT, 4, 5, waiting=True), NIGHT, Reason.WAITING, NIGHT),
    ),
    (
        "a pause holds reminders back",
        *(ALL, Situation(3, 90, paused_until=EARLY), told(), NOON, Reason.PAUSED, EARLY),
    ),
    (
        "what grew in a pause is told when the cool-down is over too",
        *(
            ALL,
            Situation(3, 90, paused_until=NOON + timedelta(hours=1)),
            told(JUST),
            NOON,
            Reason.PAUSED,
            JUST + COOLDOWN,
        ),
    ),
    (
        "a recipient who was told nothing yet hears of it after the pause",
        *(ALL, Situation(3, 90, paused_until=EARLY), None, NOON, Reason.PAUSED, EARLY),
    ),
    (
        "a pause has an end",
        *(ALL, Situation(3, 90, paused_until=NOON), told(), NOON, Reason.GREW, NOON),
    ),
    (
        "a pause never holds back a graver level",
        *(ALL, Situation(2, 90, paused_until=NOON + timedelta(hours=1)), told(), NOON, Reason.ESCALATED, NOON),
    ),
    (
        "growth of the least grave level waits at night",
        *(ALL, Situation(4, 90), told(LONG_AGO, 4), NIGHT, Reason.QUIET, SEVEN),
    ),
]


@pytest.mark.parametrize(("why", "wish", "situation", "last", "now", "reason", "at"), CASES, ids=[c[0] for c in CASES])
def test_decide(
    why: str, wish: Wish, situation: Situation, last: Told | None, now: datetime, reason: Reason, at: datetime | None
) -> None:
    assert decide(wish, situation, last, now) == Decision(reason, at), why
