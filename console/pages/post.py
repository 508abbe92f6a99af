"""A post as it is kept: text, reply, copies, the way to the original. Who wrote it is never shown."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from archive.post import Kind
from archive.store import Filter, Search
from console.archive import archive
from console.pages.clock import now
from console.pages.formats import published
from console.pages.judged import choices, word
from console.pages.methods import methods
from console.pages.weighty import of_post
from monitor import corrections
from monitor.judging import About
from monitor.matters import counted_as
from monitor.models import Event, Source
from monitor.reading import SCORED

COPIES = 50


@methods("GET")
def post(request: HttpRequest, identity: str) -> HttpResponse:
    store = archive()
    found = store.get([identity]).get(identity)
    if found is None:
        raise Http404
    first = found.marks.copy_of
    copies = []
    if found.marks.event:
        same = store.search(Search(Filter(event=found.marks.event), size=COPIES)).posts
        family = first or found.id
        copies = [other for other in same if other.id != found.id and family in (other.id, other.marks.copy_of)]
    asked = choices(found)
    said = {(each["about"], each["watchlist"]): each["row"] for each in asked}
    context = {
        "post": found,
        "source": Source.objects.filter(id=found.source).first(),
        "copies": copies,
        "event": Event.objects.filter(id=found.marks.event).first() if found.marks.event else None,
        "published": published(found.published_at, found.published_precision, now(request)),
        "matter": counted_as(found.kind, found.marks.matter),
        "asked": asked,
        "said_of": lambda about, watchlist="": said.get((about, watchlist)),
        "scored": SCORED,
        "doubtful": corrections.doubtful({found.id: corrections.text_of(found)} if found.marks.watchlists else {}),
        "word": word,
        "why": of_post(found, judged=said.get((About.SENTIMENT, "")) is not None),
        "is_question": found.kind is Kind.QUESTION,
    }
    return render(request, "post.html", context)
