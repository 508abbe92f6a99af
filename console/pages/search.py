"""检索: the whole archive in the watchlist language, with filters, days, facets and snippets."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from time import perf_counter
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from archive.highlight import Snippet, snippet
from archive.language import Query, QueryError, parse
from archive.names import KIND_NAMES, POLARITY_NAMES
from archive.post import Kind, Post
from archive.store import ArchiveError, Page, Search
from console.archive import archive
from console.pages.asked import FELT, Asked, read
from console.pages.charts import day_chart
from console.pages.clock import now as clock_of
from console.pages.formats import kind_word, moment, published, sentiment_word
from console.pages.methods import methods
from monitor.deciding import roots
from monitor.matters import UNSORTED, Matter
from monitor.models import Event, Source

PER_PAGE = 20
VOICE_NAMES = {"all": "对政策的反响（新闻、帖子、问答）", "media": "媒体（新闻）", "public": "公众（帖子、问答）"}
SHOWN = 12
_FACETS = (("source", "信源"), ("region", "地区"), ("kind", "类型"), ("topic", "领域"), ("sentiment", "情感"))
_WORDS = {
    "kind": {str(kind): word for kind, word in KIND_NAMES.items()},
    "sentiment": {str(label): word for label, word in POLARITY_NAMES.items()},
}


@dataclass(frozen=True, slots=True)
class Fault:
    """A query that cannot be read, cut so that the page can point: text before, what is wrong, text after."""

    message: str
    before: str
    here: str
    after: str
    suggestions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    post: Post
    shown: Snippet
    meta: list[str]


@dataclass(frozen=True, slots=True)
class Facet:
    """Rows are (word, count, address, whether it is the filter now in force)."""

    title: str
    rows: list[tuple[str, int, str, bool]]


@methods("GET")
def search(request: HttpRequest) -> HttpResponse:
    now = clock_of(request)
    asked = read(request.GET)
    if asked.event:  # a digest's link may name one that has been merged into another since
        asked = replace(asked, event=roots([asked.event])[0])
    names = dict(Source.objects.values_list("id", "name"))
    query, fault = _parse(asked.query)
    context: dict[str, Any] = {
        "asked": asked,
        "error": fault,
        "source_names": names,
        "words": _WORDS,
        "matters": [*Matter, UNSORTED],
        "result": None,
        "regions": [],
    }
    if fault is None:
        started = perf_counter()
        asked, result = _find(asked, query)
        feelings = _feelings(asked, query, result)
        context |= {
            "asked": asked,
            "result": result,
            "ranked": asked.order == "relevance",
            "milliseconds": max(1, round(1000 * (perf_counter() - started))),
            "hits": [_hit(post, query, names, now) for post in result.posts],
            "chart": day_chart(result.days, asked.since, asked.until),
            "chart_link": _chart_link(asked),
            "facets": _facets(asked, {**result.facets, "sentiment": feelings}, names),
            "chips": _chips(asked, names, now),
        }
    regions = {region for region in Source.objects.values_list("region", flat=True) if region} | {asked.region}
    context["regions"] = sorted(regions - {""})
    return render(request, "search.html", context, status=400 if fault else 200)


def _find(asked: Asked, query: Query | None) -> tuple[Asked, Page]:
    """An address whose place in the results is not valid (old, or made up) gets the first page and a word."""
    order: Literal["newest", "relevance"] = "relevance" if asked.order == "relevance" and query else "newest"
    wanted = Search(asked.filter(query), order=order, size=PER_PAGE)
    if asked.after:
        try:
            return asked, archive().search(replace(wanted, after=asked.after))
        except ArchiveError as error:
            asked = replace(asked, after="", faults=(*asked.faults, f"{error}。这里是第一页。"))
    return asked, archive().search(wanted)


def _parse(text: str) -> tuple[Query | None, Fault | None]:
    if not text:
        return None, None
    try:
        return parse(text), None
    except QueryError as error:
        cut = slice(error.position, error.end)
        here = error.text[cut] or "␣"
        before, after = error.text[: error.position], error.text[error.end :]
        return None, Fault(error.message, before, here, after, tuple(error.suggestions))


def _hit(post: Post, query: Query | None, names: dict[str, str], now: datetime) -> Hit:
    """A citizen's message shows its matter (诉求类型), never a sentiment; nothing shows its writer."""
    meta = [names.get(post.source, post.source)]
    if post.publisher and post.publisher != meta[0]:
        meta.append(f"来源 {post.publisher}")
    meta.append(published(post.published_at, post.published_precision, now))
    meta += [post.region] if post.region else []
    meta.append(kind_word(post.kind))
    if post.kind is Kind.QUESTION:
        meta += [post.marks.matter] if post.marks.matter else []
        meta.append("已答复" if post.reply else "待答复")
    elif post.marks.sentiment:
        meta.append(sentiment_word(post.marks.sentiment.label))
    meta += ["同文"] if post.marks.copy_of else []
    return Hit(post, snippet(post, query), meta)


def _feelings(asked: Asked, query: Query | None, result: Page) -> list[tuple[str, int]]:
    """The facet of sentiment, of what shows one: the filter it leads to counts the same."""
    kinds = {kind for kind, _ in result.facets.get("kind", [])}
    if str(Kind.QUESTION) not in kinds:
        return result.facets.get("sentiment", [])
    felt = tuple(sorted(kinds & {*FELT}))
    found = archive().search(Search(replace(asked.filter(query), kinds=felt), size=0)) if felt else None
    return found.facets.get("sentiment", []) if found else []


def _facets(asked: Asked, found: Mapping[str, list[tuple[str, int]]], names: dict[str, str]) -> list[Facet]:
    """A row leads to the search with that filter; the row of a filter in force leads to the search without it."""
    facets = []
    for name, title in _FACETS:
        rows = []
        for value, number in found.get(name, [])[:SHOWN]:
            chosen = getattr(asked, name) == value
            rows.append((_word(name, value, names), number, asked.link(**{name: "" if chosen else value}), chosen))
        if rows:
            facets.append(Facet(title, rows))
    return facets


def _chips(asked: Asked, names: dict[str, str], now: datetime) -> list[tuple[str, str]]:
    """(what is restricted, the address of the search without it)"""
    chips = [
        (f"{title}：{_word(name, value, names)}", asked.link(**{name: ""}))
        for name, title in _FACETS
        if (value := getattr(asked, name))
    ]
    if asked.since:
        chips.append((f"从 {asked.since}", asked.link(since="")))
    if asked.until:
        chips.append((f"到 {asked.until}", asked.link(until="")))
    if asked.collected_since or asked.collected_until:
        since, until = (moment(at, now) if at else "" for at in (asked.collected_since, asked.collected_until))
        word = f"采集于 {since or '开始'} 至 {until or '现在'}"
        chips.append((word, asked.link(collected_since="", collected_until="")))
    if asked.matter:
        chips.append((f"诉求类型：{asked.matter}", asked.link(matter="")))
    if asked.reaction:
        chips.append((VOICE_NAMES[asked.reaction], asked.link(reaction="")))
    if asked.watchlist:
        chips.append((f"监测方案：{asked.watchlist}", asked.link(watchlist="")))
    if asked.unwatched:
        chips.append(("未命中任何监测方案", asked.link(unwatched="")))
    if asked.event:
        known = Event.objects.filter(id=asked.event).first()
        chips.append((f"事件：{known.title[:30] if known else '（未知）'}", asked.link(event="")))
    return chips


def _chart_link(asked: Asked) -> str:
    """An address to which `since=…&until=…` of a bar is added."""
    link = asked.link(since="", until="")
    return link if link == "?" else f"{link}&"


def _word(name: str, value: str, names: dict[str, str]) -> str:
    return names.get(value, value) if name == "source" else _WORDS.get(name, {}).get(value, value)
