"""Lists in one order on every state database; run on PostgreSQL too, whose own order here is that of pinyin."""

import pytest
from django.db import models

from accounts.by_character import ByCharacter
from accounts.models import User
from alerts.models import Incident
from monitor.models import Source, Watchlist
from tests.monitor.city import NOW

NAMES = ["中学", "安全", "a", "B", "a-b", "ab", "自来水", "10", "9", "_", "é", "Ａ"]


@pytest.mark.django_db
def test_texts_are_sorted_as_python_sorts_them() -> None:
    for name in NAMES:
        Watchlist.objects.create(name=name)
        User.objects.create(username=name)
    assert [row.name for row in Watchlist.objects.all()] == sorted(NAMES)
    found = User.objects.order_by(ByCharacter("username")).values_list("username", flat=True)
    assert list(found) == sorted(NAMES)
    assert list(found.reverse()) == sorted(NAMES, reverse=True)


@pytest.mark.django_db
def test_sources_are_by_their_group_and_number() -> None:
    rows = [("政府", "b"), ("媒体", "a"), ("政府", "B"), ("媒体", "_")]
    for group, identity in rows:
        Source.objects.create(id=identity, name="名", group=group, declaration={})
    assert [(row.group, row.id) for row in Source.objects.all()] == sorted(rows)


@pytest.mark.django_db
def test_incidents_of_one_moment_have_an_order_of_their_own() -> None:
    for number in ("2026-1101-02", "2026-1101-03", "2026-1101-01"):
        Incident.objects.create(number=number, title="停水", discovered_at=NOW, suggested_level=4)
    Incident.objects.filter(number="2026-1101-03").update(title="停水三天")  # PostgreSQL moves what is changed
    assert [row.number for row in Incident.objects.all()] == ["2026-1101-03", "2026-1101-02", "2026-1101-01"]


def test_no_list_of_a_model_is_sorted_by_a_text_as_the_database_likes() -> None:
    """Numbers of incidents and hashes have the same order everywhere; of names and words it is not so."""
    from django.apps import apps

    same_everywhere = {"number", "post_id", "version"}
    loose = [
        f"{model.__name__}.{name}"
        for app in ("accounts", "alerts", "monitor")
        for model in apps.get_app_config(app).get_models()
        for name in model._meta.ordering or ()
        if isinstance(name, str)
        and name.lstrip("-") not in same_everywhere | {"pk"}
        and isinstance(model._meta.get_field(name.lstrip("-")), models.CharField)
    ]
    assert loose == []
