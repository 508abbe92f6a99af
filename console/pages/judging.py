"""研判校正: what people say of posts where the machine may be wrong, and the corrections learned from it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts.access import needs, user_of
from accounts.models import Role
from archive.post import Kind, Post, Sentiment
from archive.store import Filter
from console.archive import archive
from console.pages.back import back_to
from console.pages.clock import now as clock_of
from console.pages.judged import choices, topic_names, word
from console.pages.methods import methods
from monitor import corrections, judging
from monitor.correction import LEAST, CorrectionError
from monitor.engines import engine
from monitor.judging import About, JudgementError
from monitor.linear import ModelError
from monitor.models import Correction, Judgement
from monitor.offered import MOST, RECENT, offered
from monitor.second import opinions
from monitor.sentiment import SentimentError

SHOWN = 30


@dataclass(frozen=True, slots=True)
class Standing:
    """A kind of judgement: how many there are, the correction in force and the last one made."""

    about: About
    judged: int
    wanted: int  # more before a correction can be learned
    active: Correction | None
    last: Correction | None


@methods("GET")
def judging_page(request: HttpRequest) -> HttpResponse:
    rows = list(Judgement.objects.all()[:SHOWN])
    held = archive().get([row.post_id for row in rows])
    context = {
        "offered": _offered(clock_of(request)),
        "standings": [_standing(about) for about in About],
        "rows": [(row, held.get(row.post_id), word(row.value)) for row in rows],
        "word": word,
    }
    return render(request, "judging.html", context)


def _offered(now: datetime) -> list[dict[str, Any]]:
    store = archive()
    ids = store.ids(Filter(since=now - RECENT, until=now, kinds=(Kind.NEWS, Kind.POST)), MOST)
    judged = set(Judgement.objects.filter(about=About.SENTIMENT).values_list("post_id", flat=True))
    posts = store.get(ids).values()
    return [{"post": post, "why": why, "asked": choices(post)} for post, why in offered(posts, opinions(ids), judged)]


def _standing(about: About) -> Standing:
    made = Correction.objects.filter(about=about)
    judged = Judgement.objects.filter(about=about).exclude(value="").count()
    return Standing(about, judged, max(0, LEAST - judged), made.filter(active=True).first(), made.first())


@methods("POST")
@needs(Role.OFFICER)
def judge(request: HttpRequest, identity: str) -> HttpResponse:
    about, value = request.POST.get("about", ""), request.POST.get("value", "")
    watchlist = request.POST.get("watchlist", "")
    try:
        judging.judge(
            archive(),
            identity,
            about,
            value,
            user_of(request),
            clock_of(request),
            topics=topic_names(),
            watchlist=watchlist,
        )
    except JudgementError as error:
        messages.error(request, f"没有记下：{error}。")
    else:
        messages.success(request, f"已记下您的判断：{word(value)}。")
    return redirect(back_to(request))


@methods("POST")
@needs(Role.OFFICER)
def withdraw(request: HttpRequest, number: int) -> HttpResponse:
    row = get_object_or_404(Judgement, pk=number)
    try:
        judging.withdraw(archive(), row, user_of(request), clock_of(request), _scored)
    except SentimentError as error:
        messages.error(request, f"没有撤回：{error}。")
    else:
        messages.success(request, "已撤回这条判断，恢复为系统的判断。")
    return redirect(back_to(request))


def _scored(post: Post) -> Sentiment | None:
    """As a round would score it. Raises SentimentError."""
    with engine(settings.SENTIMENT_ENGINE) as shipped:
        scoring = corrections.on_top(shipped)
        return scoring.score([(corrections.text_of(post), post.kind)])[0] if scoring else None


@methods("POST")
@needs(Role.OFFICER)
def learn(request: HttpRequest, about: str) -> HttpResponse:
    try:
        row = _learn(request, about)
    except (CorrectionError, SentimentError, ModelError) as error:
        messages.error(request, f"没有生成校正：{error}。")
        return redirect("judging")
    told = row.compared
    figures = (
        f"未参与校正的判断 {told['judged']} 条，原来判对 {told['right_before']} 条，校正后 {told['right_after']} 条"
    )
    if row.active:
        messages.success(request, f"已启用新的校正：{figures}。")
    else:
        messages.info(request, f"校正没有更准，未启用：{figures}。")
    return redirect("judging")


def _learn(request: HttpRequest, about: str) -> Correction:
    user, now = user_of(request), clock_of(request)
    if about == About.RELEVANCE:
        return corrections.retrain(archive(), about, corrections.RelevanceBase(), user, now)
    if about == About.SENTIMENT:
        with engine(settings.SENTIMENT_ENGINE) as shipped:
            if shipped is None or shipped.name != corrections.LEARNED_ON:
                raise CorrectionError("情感校正只加在自带的模型上，现在用的是别的引擎（管理员设置）")
            return corrections.retrain(archive(), about, corrections.SentimentBase(shipped), user, now)
    if about == About.TOPIC:
        return corrections.retrain(archive(), about, corrections.TopicBase(), user, now)
    raise CorrectionError("没有这一种校正")


@methods("POST")
@needs(Role.OFFICER)
def undo(request: HttpRequest, about: str) -> HttpResponse:
    try:
        before = corrections.undo(about, user_of(request), clock_of(request))
    except CorrectionError as error:
        messages.error(request, f"{error}。")
    else:
        messages.success(request, "已撤销，恢复为上一次的校正。" if before else "已撤销，恢复为出厂模型。")
    return redirect("judging")
