"""The page of an event: what it shows, and merging and splitting by hand with role, reason, record and undo."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import AuditEntry, Role
from alerts.models import IncidentPost
from archive.post import Kind, Marks, Post
from archive.store import Filter, Store
from monitor.models import Event, EventDecision
from tests.console.factories import HOSTILE, NOW, incident, post, source, user

pytestmark = pytest.mark.django_db
TERMS = ["滨河苑", "捆绑销售", "车位"]


def made(store: Store, numbers: range, **fields: Any) -> list[Post]:
    """Posts marked as one event, which is named by the oldest; the newest is a copy of the oldest."""
    posts = [post(number, **fields) for number in numbers]
    store.put(posts)
    first = posts[-1]
    marks = {each.id: Marks(event=first.id, copy_of=first.id if each is posts[0] else None) for each in posts}
    kept = store.get(list(marks))
    store.annotate((identity, kept[identity].revision, mark) for identity, mark in marks.items())
    Event.objects.create(
        id=first.id, title=first.title, terms=TERMS, size=len(posts), first_at=first.counted_at, last_at=NOW
    )
    return posts


def events_of(store: Store, posts: list[Post]) -> list[str | None]:
    kept = store.get([each.id for each in posts])
    return [kept[each.id].marks.event for each in posts]


def test_it_shows_who_said_it_first_its_copies_words_and_posts(officer: Client, store: Store) -> None:
    source()
    posts = made(store, range(4))
    case = incident(posts=1)
    IncidentPost.objects.filter(incident=case).update(post_id=posts[0].id)
    text = officer.get(f"/events/{posts[-1].id}/").content.decode()
    for shown in ("4 条，其中同文 1 条", "首发", "市民留言板", "滨河苑、捆绑销售、车位", "首条", case.number):
        assert shown in text
    for each in posts:
        assert f"/posts/{each.id}/" in text
    assert "secret-speaker" not in text
    assert f"/events/{posts[-1].id}/" in officer.get(f"/posts/{posts[0].id}/").content.decode()


def test_it_shows_who_denied_what_is_claimed(officer: Client, store: Store) -> None:
    posts = made(store, range(1, 3))
    notice = post(0, kind=Kind.NEWS, title="情况说明", text="网传东城区长期停水的消息不实。", publisher="清江日报")
    store.put([notice])
    store.annotate([(notice.id, 1, Marks(event=posts[-1].id))])
    text = officer.get(f"/events/{posts[-1].id}/").content.decode()
    assert "辟谣" in text
    assert "清江日报" in text
    assert "网传东城区长期停水的消息不实。" in text


def test_merging_moves_the_posts_and_stands_in_the_record_and_can_be_undone(officer: Client, store: Store) -> None:
    one, two = made(store, range(3)), made(store, range(10, 12))
    survivor, gone = one[-1].id, two[-1].id
    address = {"address": f"http://127.0.0.1:8000/events/{gone}/", "reason": "同一小区的同一件事"}
    assert officer.post(f"/events/{survivor}/merge/", address)["Location"] == f"/events/{survivor}/"
    assert set(events_of(store, [*one, *two])) == {survivor}
    assert officer.get(f"/events/{gone}/")["Location"] == f"/events/{survivor}/"
    row = Event.objects.get(id=survivor)
    assert (row.size, row.first_at) == (5, two[-1].counted_at)
    page = officer.get(f"/events/{survivor}/").content.decode()
    assert f"并入“{two[-1].title}” 2 条" in page
    assert "同一小区的同一件事" in page
    told = AuditEntry.objects.get(act="event.merge")
    assert (told.actor, told.subject, told.details["other"], told.at) == ("officer", survivor, gone, NOW)
    decision = EventDecision.objects.get()
    assert officer.post(f"/events/{survivor}/undo/", {"decision": decision.pk}).status_code == 302
    assert events_of(store, [*one, *two]) == [survivor] * 3 + [gone] * 2
    assert officer.get(f"/events/{gone}/").status_code == 200
    assert AuditEntry.objects.filter(act="event.undo").count() == 1
    assert "officer 已撤销" in officer.get(f"/events/{survivor}/").content.decode()
    assert f'把这 2 条并入“<a href="/events/{survivor}/">' in officer.get(f"/events/{gone}/").content.decode()
    again = officer.post(f"/events/{survivor}/undo/", {"decision": decision.pk})
    assert (again.status_code, "已经撤销" in again.content.decode()) == (409, True)


def test_a_like_event_is_offered_and_can_be_chosen(officer: Client, store: Store) -> None:
    one, two = made(store, range(3)), made(store, range(10, 12))
    assert f'<option value="{two[-1].id}">' in officer.get(f"/events/{one[-1].id}/").content.decode()
    officer.post(f"/events/{one[-1].id}/merge/", {"other": two[-1].id, "reason": "同一件事"})
    assert Event.objects.get(id=two[-1].id).merged_into == one[-1].id


def test_what_it_was_split_from_and_what_its_incident_has_besides_is_offered(officer: Client, store: Store) -> None:
    one, two, far = made(store, range(3)), made(store, range(10, 11)), made(store, range(20, 21))
    Event.objects.update(terms=[])
    case = incident(posts=2)
    for row, each in zip(case.posts.order_by("pk"), (one[0], two[0]), strict=True):
        IncidentPost.objects.filter(pk=row.pk).update(post_id=each.id)
    page = officer.get(f"/events/{one[-1].id}/").content.decode()
    assert f'<option value="{two[0].id}">' in page, "of one incident"
    assert f'<option value="{far[0].id}">' not in page
    officer.post(f"/events/{one[-1].id}/split/", {"post": one[1].id, "reason": "别的事"})
    page = officer.get(f"/events/{one[1].id}/").content.decode()
    assert f'<option value="{one[-1].id}">' in page, "to take it back another way"
    assert 'href="#split"' not in page, "one post cannot be split"
    assert 'href="#split"' in officer.get(f"/events/{one[-1].id}/").content.decode()


def test_splitting_takes_copies_along_and_can_be_undone(officer: Client, store: Store) -> None:
    posts = made(store, range(5))
    event, chosen = posts[-1].id, posts[2]
    twin = post(20)
    store.put([twin])
    store.annotate([(twin.id, 1, Marks(event=event, copy_of=chosen.id))])
    sent = {"post": [chosen.id, posts[1].id], "reason": "另一个小区"}
    assert officer.post(f"/events/{event}/split/", sent).status_code == 302
    fresh = EventDecision.objects.get().other
    assert fresh == twin.id, "named by the first of its posts"
    assert events_of(store, [*posts, twin]) == [event, fresh, fresh, event, event, fresh]
    assert (Event.objects.get(id=event).size, Event.objects.get(id=fresh).size) == (3, 3)
    assert AuditEntry.objects.get(act="event.split").details["posts"] == 3
    page = officer.get(f"/events/{fresh}/").content.decode()
    assert f"/events/{event}/" in page, "it says where it comes from"
    undone = officer.post(f"/events/{fresh}/undo/", {"decision": EventDecision.objects.get().pk})
    assert undone["Location"] == f"/events/{event}/"
    assert store.count(Filter(event=event)) == Event.objects.get(id=event).size == 6
    assert not Event.objects.filter(id=fresh).exists(), "the index had not split yet: there never was another event"
    page = officer.get(f"/events/{event}/").content.decode()
    assert "拆出 3 条为“另一事件”" in page and f"/events/{fresh}/" not in page, "no way to what is no more"


@pytest.mark.parametrize(
    ("act", "sent", "status", "said", "why"),
    [
        ("merge", {"reason": "x"}, 409, "请选择一个事件", "none named"),
        ("merge", {"address": "f" * 64, "reason": "x"}, 409, "没有这个事件", "unknown"),
        ("merge", {"address": "{event}", "reason": "x"}, 409, "同一个事件", "itself"),
        ("merge", {"address": "f" * 64}, 422, "请填写这一项", "no reason given"),
        ("merge", {"other": HOSTILE, "reason": "x"}, 422, "已不在列表里", "what is no choice"),
        ("split", {"reason": "x"}, 409, "没有勾选", "none chosen"),
        ("split", {"post": ["{event}"], "reason": "x"}, 409, "首条不能拆出", "the post it is named by"),
        ("split", {"post": [HOSTILE, "f" * 64], "reason": "x"}, 409, "没有勾选", "what is no post of it"),
        ("split", {"post": ["f" * 64]}, 422, "请填写这一项", "no reason given"),
    ],
)
def test_what_is_refused_says_why_and_keeps_what_was_typed(
    officer: Client, store: Store, act: str, sent: dict[str, object], status: int, said: str, why: str
) -> None:
    posts = made(store, range(3))
    event = posts[-1].id
    given = {
        name: [each.replace("{event}", event) for each in value]
        if isinstance(value, list)
        else str(value).replace("{event}", event)
        for name, value in sent.items()
    }
    response = officer.post(f"/events/{event}/{act}/", given)
    text = response.content.decode()
    assert (response.status_code, said in text) == (status, True), why
    assert "<script>alert" not in text
    assert not EventDecision.objects.exists()
    assert set(events_of(store, posts)) == {event}


@pytest.mark.parametrize("act", ["merge", "split", "undo"])
def test_only_an_officer_may_and_only_from_this_site(as_role: Callable[[Role], Client], store: Store, act: str) -> None:
    posts = made(store, range(3))
    event = posts[-1].id
    reader = as_role(Role.READER)
    assert reader.post(f"/events/{event}/{act}/", {"post": posts[0].id, "reason": "x"}).status_code == 403
    page = reader.get(f"/events/{event}/").content.decode()
    assert "拆出勾选的信息" not in page
    assert "并入本事件" not in page
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(user(name="x"), backend="django.contrib.auth.backends.ModelBackend")
    assert strict.post(f"/events/{event}/{act}/", {"post": posts[0].id, "reason": "x"}).status_code == 403
    assert not EventDecision.objects.exists()


@pytest.mark.parametrize("number", ["", "999", "一", "²", "1; drop"])
def test_undoing_what_was_never_decided_here_is_not_found(officer: Client, store: Store, number: str) -> None:
    posts = made(store, range(2))
    assert officer.post(f"/events/{posts[-1].id}/undo/", {"decision": number}).status_code == 404


def test_what_stands_in_a_post_is_text(officer: Client, store: Store) -> None:
    posts = made(store, range(2), title=HOSTILE, published_at=NOW - timedelta(hours=4))
    text = officer.get(f"/events/{posts[-1].id}/").content.decode()
    assert HOSTILE not in text
    assert "&lt;script&gt;" in text
