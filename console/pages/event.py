"""An event: its posts over time, who said it first, copies, words, denials; and merging and splitting it by hand."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import cached_property

from accounts.access import needs, user_of
from accounts.models import Role
from alerts.models import Incident
from archive.post import Post
from archive.store import Filter, Search, Store
from console.archive import archive
from console.pages.charts import day_chart
from console.pages.clock import now as clock_of
from console.pages.forms import Merge, Split
from console.pages.methods import methods
from monitor import deciding
from monitor.decisions import DecisionError
from monitor.findings import MOST_POSTS, newest
from monitor.models import Event, EventDecision, Source
from monitor.rumours import rumour, said_in

PER_PAGE = 50
ALIKE = 8  # events offered to be merged
LOOKED_AT = 500  # of the newest
READ = 200  # posts of an incident, for what other events they are of
_ID = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Shown:
    """What is known of the newest posts of an event (at most 500, by `posts`), and of all of it (`total`)."""

    store: Store
    row: Event

    @cached_property
    def posts(self) -> list[Post]:
        return newest(self.store, Filter(event=self.row.id))

    @cached_property
    def names(self) -> dict[str, str]:
        return dict(Source.objects.values_list("id", "name"))

    @cached_property
    def incidents(self) -> list[Incident]:
        return _incidents(self.posts)

    def name(self, post: Post) -> str:
        return post.publisher or self.names.get(post.source, post.source)

    def first(self) -> Post | None:
        ids = self.store.ids(Filter(event=self.row.id), deciding.MOST)
        return self.store.get(ids[-1:]).get(ids[-1]) if ids else None

    def context(self, page: Any) -> dict[str, Any]:
        result = self.store.search(Search(Filter(event=self.row.id), size=0))
        first = self.first()
        posts = self.store.get(list(page.object_list))
        sources = Counter(self.names.get(post.source, post.source) for post in self.posts)
        return {
            "event": self.row,
            "total": result.total,
            "partly": result.total > MOST_POSTS,
            "copies": sum(post.marks.copy_of is not None for post in self.posts),
            "chart": day_chart(result.days),
            "first": first,
            "first_source": self.name(first) if first else "",
            "sources": sources.most_common(10),
            "denials": mark.denials if (mark := rumour(said_in(self.posts, self.names))) else (),
            "page": page,
            "rows": [(posts[each], self.name(posts[each])) for each in page.object_list if each in posts],
            "incidents": self.incidents,
            "decisions": (decisions := list(_decisions(self.row.id))),
            "titles": _titles(decisions),
        }


@methods("GET")
def event(request: HttpRequest, identity: str) -> HttpResponse:
    row = get_object_or_404(Event, id=identity)
    if row.merged_into:
        return redirect("event", row.merged_into)
    return _page(request, row)


@methods("POST")
@needs(Role.OFFICER)
def merge(request: HttpRequest, identity: str) -> HttpResponse:
    row = get_object_or_404(Event, id=identity)
    form = Merge(alike(Shown(archive(), row)), request.POST)

    def perform(data: dict[str, Any]) -> None:
        other = _named(data)
        deciding.merge(archive(), row.id, other, data["reason"], user_of(request), clock_of(request))

    return _act(request, row, form, perform, "已合并。以后的同类信息都归入本事件。")


@methods("POST")
@needs(Role.OFFICER)
def split(request: HttpRequest, identity: str) -> HttpResponse:
    row = get_object_or_404(Event, id=identity)
    form = Split(request.POST)
    chosen = [each for each in request.POST.getlist("post") if _ID.fullmatch(each)]

    def perform(data: dict[str, Any]) -> None:
        deciding.split(archive(), row.id, chosen, data["reason"], user_of(request), clock_of(request))

    return _act(request, row, form, perform, "已拆出，成为单独的事件。以后与之相近的信息归入新事件。", chosen)


@methods("POST")
@needs(Role.OFFICER)
def undo(request: HttpRequest, identity: str) -> HttpResponse:
    row = get_object_or_404(Event, id=identity)
    number = request.POST.get("decision", "")
    decision = _decisions(row.id).filter(pk=int(number)).first() if number.isascii() and number.isdigit() else None
    if decision is None:
        raise Http404
    try:
        deciding.undo(archive(), decision, user_of(request), clock_of(request))
    except DecisionError as error:
        return _page(request, row, fault=str(error), status=409)
    messages.success(request, "已撤销。")
    return redirect("event", decision.event if decision.act == EventDecision.Act.SPLIT else identity)


def alike(shown: Shown) -> list[Event]:
    """Events that share key terms, those that share most first; before them those it was split from or lost, and those
    whose posts are of the same incident (of two or three posts there are no terms yet)."""
    words, near = set(shown.row.terms), _near(shown)
    apart = Event.objects.filter(merged_into="").exclude(id=shown.row.id)
    recent = apart.order_by("-last_at", "id")[:LOOKED_AT]
    found = {other.id: other for other in [*apart.filter(id__in=near).order_by("-last_at", "id"), *recent]}
    ranked = [(other.id in near, len(words & set(other.terms)), other) for other in found.values()]
    # The newest first among equals.
    ranked = sorted((each for each in ranked if each[0] or each[1]), key=lambda each: (not each[0], -each[1]))
    return [other for *_, other in ranked[:ALIKE]]


def _near(shown: Shown) -> set[str]:
    found = {event for each in _decisions(shown.row.id) for event in (each.event, each.other)}
    for incident in shown.incidents:
        posts = shown.store.get(list(incident.posts.values_list("post_id", flat=True)[:READ]))
        found |= {post.marks.event for post in posts.values() if post.marks.event}
    return found


def _named(data: dict[str, Any]) -> str:
    """The event chosen from the list, or whose id stands in what was typed."""
    if data["other"]:
        return str(data["other"])
    found = _ID.findall(data["address"])
    if len(found) != 1:
        raise DecisionError("请选择一个事件，或粘贴它的网址。")
    return str(found[0])


def _act(
    request: HttpRequest,
    row: Event,
    form: forms.Form,
    perform: Callable[[dict[str, Any]], None],
    done: str,
    chosen: list[str] | None = None,
) -> HttpResponse:
    """Nothing typed or chosen is lost: what is wrong (422) or refused (409) comes back filled in."""
    if not form.is_valid():
        return _page(request, row, form, "有一项没有填对，已标出。", 422, chosen)
    try:
        perform(form.cleaned_data)
    except DecisionError as error:
        return _page(request, row, form, str(error), 409, chosen)
    messages.success(request, done)
    return redirect("event", row.id)


def _page(
    request: HttpRequest,
    row: Event,
    bound: forms.Form | None = None,
    fault: str = "",
    status: int = 200,
    chosen: list[str] | None = None,
) -> HttpResponse:
    store = archive()
    pages = Paginator(store.ids(Filter(event=row.id), deciding.MOST), PER_PAGE)
    may = user_of(request).may(Role.OFFICER)
    shown = Shown(store, row)
    context = shown.context(pages.get_page(request.GET.get("page"))) | {
        "merge": bound if isinstance(bound, Merge) else Merge(alike(shown)),
        "split": bound if isinstance(bound, Split) else Split(),
        "may": may,
        "chosen": set(chosen or ()),
        "fault": fault,
    }
    return render(request, "event.html", context, status=status)


def _decisions(identity: str) -> Any:
    """Of this event and of those merged into it, the newest first."""
    parts = [identity, *Event.objects.filter(merged_into=identity).values_list("id", flat=True)]
    return EventDecision.objects.filter(Q(event__in=parts) | Q(other__in=parts))


def _titles(decisions: Sequence[EventDecision]) -> dict[str, str]:
    """Of the events they are about, as far as there are any still."""
    named = {event for row in decisions for event in (row.event, row.other)}
    return dict(Event.objects.filter(id__in=named).values_list("id", "title"))


def _incidents(posts: list[Post]) -> list[Incident]:
    ids = [post.id for post in posts]
    return list(Incident.objects.filter(posts__post_id__in=ids).distinct().order_by("-discovered_at", "-number")[:5])
