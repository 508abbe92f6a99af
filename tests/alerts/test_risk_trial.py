"""The incidents of 90 days under another table: all add up, nothing is changed."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from alerts.models import Incident
from alerts.risk_trial import try_on_incidents
from monitor.models import Finding
from monitor.risk import assess
from monitor.risk_tables import FOUR_LEVELS
from monitor.situation import Situation
from tests.alerts.city import NOW
from tests.monitor.test_risk import PARKING, QUIET, news, with_news

pytestmark = pytest.mark.django_db
STRICT = replace(FOUR_LEVELS, bands=((1, 80), (2, 75), (3, 52), (4, 0)), version=2)


def kept(number: str, situation: Situation | None, at: datetime = NOW, **fields: object) -> Incident:
    risk = assess(situation) if situation else None
    made = Incident(number=number, title=number, kind=Finding.Kind.SPIKE, discovered_at=at, explanation="")
    made.situation, made.risk = situation.as_dict() if situation else {}, risk.as_dict() if risk else {}
    for name, value in fields.items():
        setattr(made, name, value)
    made.save()
    return made


def test_those_that_change_are_told_and_all_that_were_tried_are_counted() -> None:
    kept("a", PARKING)
    kept("b", QUIET)
    kept("c", with_news(PARKING, news("新华社")), level=3)
    kept("d", None)
    kept("e", PARKING, NOW - timedelta(days=91))
    before = list(Incident.objects.values())
    trial = try_on_incidents(FOUR_LEVELS, STRICT, NOW)
    assert trial.tried == 3
    assert trial.untried == 1
    assert trial.levels == [(1, 0, 0), (2, 1, 0), (3, 1, 1), (4, 1, 2)]
    assert {(row.number, row.level, row.tried.old.level, row.tried.new.level) for row in trial.rows} == {
        ("a", None, 3, 4),
        ("c", 3, 2, 3),
    }
    assert list(Incident.objects.values()) == before


def test_what_rises_comes_first_and_the_same_table_changes_nothing() -> None:
    kept("a", PARKING)
    kept("c", with_news(PARKING, news("新华社")))
    other = replace(STRICT, bands=((1, 70), (2, 65), (3, 52), (4, 0)))
    assert [row.number for row in try_on_incidents(FOUR_LEVELS, other, NOW).rows] == ["c", "a"]
    assert try_on_incidents(FOUR_LEVELS, FOUR_LEVELS, NOW).rows == []
