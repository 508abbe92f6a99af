"""日报: the days there are, and one of them."""

from datetime import date, datetime
from functools import partial

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from alerts.digest_counts import NONE
from alerts.digest_links import posts_address
from alerts.digest_policies import NOTHING as NO_POLICIES
from alerts.letters import natural_key
from alerts.models import Delivery, Digest
from console.pages.methods import methods

PER_PAGE = 31


@methods("GET")
def digests(request: HttpRequest) -> HttpResponse:
    page = Paginator(Digest.objects.order_by("-day"), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "digests.html", {"page": page})


@methods("GET")
def digest(request: HttpRequest, day: date) -> HttpResponse:
    found = Digest.objects.filter(day=day).first()
    if found is None:
        raise Http404
    around = Digest.objects.exclude(day=day)
    context = {
        "digest": found,
        "content": {"policy_work": NO_POLICIES, **found.content},
        "none_name": NONE,
        "posts_of": partial(posts_address, found.content),
        "since": datetime.fromisoformat(found.content["since"]),
        "until": datetime.fromisoformat(found.content["until"]),
        "before": around.filter(day__lt=day).order_by("-day").first(),
        "after": around.filter(day__gt=day).order_by("day").first(),
        "deliveries": Delivery.objects.filter(
            kind=Delivery.Kind.DIGEST, natural_key__startswith=natural_key("digest", day.isoformat(), "")
        ),
    }
    return render(request, "digest.html", context)
