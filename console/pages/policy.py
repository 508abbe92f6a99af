"""A policy: what its dates say, and its report: how much, about what, who, asked and answered or not."""

from datetime import date, datetime
from functools import partial
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header

from accounts.access import needs, user_of
from accounts.audit import record
from accounts.models import Role
from archive.language import QueryError
from console.archive import archive
from console.pages.charts import Chart, day_chart
from console.pages.clock import now as clock_of
from console.pages.login import address
from console.pages.methods import methods
from console.pages.paper import WORD
from console.pages.policies import row_of
from console.pages.policy_paper import paper
from monitor import policy_answers, policy_stance
from monitor.models import Policy, PolicyAnswer, Source
from monitor.policy_found import suggestions
from monitor.policy_report import Report, report
from monitor.validity import day_of

SOURCES = 8  # of each kind of voice that are named


@methods("GET")
def policy(request: HttpRequest, identity: int) -> HttpResponse:
    """A query that cannot be read any more leaves the page without its report, and says so."""
    found, now = get_object_or_404(Policy, pk=identity), clock_of(request)
    try:
        told, fault = report(archive(), found, now), ""
    except QueryError as error:
        told, fault = None, f"检索式有误（第 {error.position + 1} 个字）：{error}。请修改后再看反响。"
    taken = policy_stance.sample(found, policy_stance.counted(told.spoken)) if told else None
    answers = PolicyAnswer.objects.filter(policy=found).exclude(status=PolicyAnswer.Status.DECLINED)
    context = {
        "policy": found,
        "row": row_of(found, now),
        "report": told,
        "fault": fault,
        "sample": taken,
        "share": policy_stance.share,
        "suggested": suggestions(archive(), found),
        "chart": _chart(told, now) if told else None,
        "posts_of": partial(posts_address, found),
        "source_names": dict(Source.objects.values_list("id", "name")),
        "sources_shown": SOURCES,
        "answers": answers.order_by("status", "-asked", "pk"),
        "today": day_of(now),
    }
    return render(request, "policy.html", context)


def posts_address(policy: Policy, first: date, last: date, reaction: str = "all", **only: str) -> str:
    """The search of exactly the posts that are counted: of these days, both included."""
    wanted = {"q": policy.query, "since": first, "until": last, "reaction": reaction, **only}
    return f"{reverse('search')}?{urlencode({name: value for name, value in wanted.items() if value})}"


def _chart(told: Report, now: datetime) -> Chart | None:
    """From a week before to today, days without posts included; the days before the release come from the spans."""
    return day_chart(told.days, told.since, day_of(now)) if told.days else None


@methods("GET")
def policy_docx(request: HttpRequest, identity: int) -> HttpResponse:
    found, now = get_object_or_404(Policy, pk=identity), clock_of(request)
    try:
        told = report(archive(), found, now)
    except QueryError as error:
        messages.error(request, f"检索式有误，报告没有生成：{error}。")
        return redirect("policy", found.pk)
    taken = policy_stance.sample(found, policy_stance.counted(told.spoken))
    body = paper(found, row_of(found, now), told, taken, now)
    record(now, user_of(request), "policy.download", "policy", found.title, address=address(request))
    response = HttpResponse(body, content_type=WORD)
    name = f"政策反响报告 {found.title[:40]}.docx"
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


@methods("POST")
@needs(Role.OFFICER)
def suggest(request: HttpRequest, identity: int) -> HttpResponse:
    """Look now for what is asked again and again; otherwise it is done every morning."""
    found = get_object_or_404(Policy, pk=identity)
    try:
        new, changed = policy_answers.suggest(archive(), found, clock_of(request))
    except QueryError as error:
        messages.error(request, f"检索式有误：{error}。")
    else:
        word = (
            f"新建议 {new} 条，更新 {changed} 条。" if new or changed else "没有新的建议：同一问题至少要有人问过两次。"
        )
        messages.success(request, word)
    return redirect(f"{reverse('policy', args=[found.pk])}#answers")
