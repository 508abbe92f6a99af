"""政策: what is registered, with what its dates say, and what waits to be registered."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts.access import needs, user_of
from accounts.models import Role
from console.archive import archive
from console.pages.clock import now as clock_of
from console.pages.methods import methods
from monitor.models import Policy, PolicyAnswer, PolicyProposal
from monitor.policies import PolicyError
from monitor.policy_found import decline as decline_proposal
from monitor.policy_found import note_found, register_proposal
from monitor.validity import Due, Standing, Validity, interpretation_due, result_due, standing

PER_PAGE = 30
PROPOSED = 20
# state in the address: (word, what is in it)
CHOICES: dict[str, tuple[str, tuple[Validity, ...]]] = {
    "all": ("全部", tuple(Validity)),
    "coming": ("尚未发布", (Validity.PLANNED, Validity.CONSULTING, Validity.CONSULTED)),
    "pending": ("尚未施行", (Validity.PENDING,)),
    "force": ("有效", (Validity.IN_FORCE,)),
    "over": ("失效、已废止", (Validity.EXPIRED, Validity.REPEALED)),
}


@dataclass(frozen=True, slots=True)
class Row:
    policy: Policy
    standing: Standing
    interpretation: Due | None
    result: Due | None

    @property
    def late(self) -> bool:
        overdue = [due.overdue for due in (self.interpretation, self.result) if due]
        return any(overdue) and not self.standing.over


def row_of(policy: Policy, now: datetime) -> Row:
    return Row(policy, standing(policy, now), interpretation_due(policy, now), result_due(policy, now))


@methods("GET")
def policies(request: HttpRequest) -> HttpResponse:
    """What is overdue stands first, then what is newest."""
    now = clock_of(request)
    chosen = request.GET.get("state", "all")
    chosen = chosen if chosen in CHOICES else "all"
    rows = [row_of(policy, now) for policy in Policy.objects.all()]
    shown = sorted((row for row in rows if row.standing.validity in CHOICES[chosen][1]), key=lambda row: not row.late)
    waiting = PolicyProposal.objects.filter(decided="").order_by(F("published_at").desc(nulls_last=True), "pk")
    context = {
        "page": Paginator(shown, PER_PAGE).get_page(request.GET.get("page")),
        "chosen": chosen,
        "choices": [
            (key, word, sum(row.standing.validity in states for row in rows)) for key, (word, states) in CHOICES.items()
        ],
        "proposals": waiting[:PROPOSED],
        "proposed": waiting.count(),
        "suggested": PolicyAnswer.objects.filter(status=PolicyAnswer.Status.SUGGESTED).count(),
    }
    return render(request, "policies.html", context)


@methods("POST")
@needs(Role.OFFICER)
def register(request: HttpRequest, identity: int) -> HttpResponse:
    """With what its page says; then to where the dates found in its text are to be looked at."""
    proposal = get_object_or_404(PolicyProposal, pk=identity)
    if proposal.decided:
        messages.info(request, "这件政策刚才已经有人处理了。")
        return redirect("policies")
    try:
        policy = register_proposal(proposal, by=user_of(request), now=clock_of(request))
        note_found(archive(), policy, clock_of(request))
    except PolicyError as error:
        messages.error(request, f"没有登记：{error}。")
        return redirect("policies")
    messages.success(request, "已登记。请核对下面的日期后保存。")
    return redirect("policy_edit", policy.pk)


@methods("POST")
@needs(Role.OFFICER)
def decline(request: HttpRequest, identity: int) -> HttpResponse:
    proposal = get_object_or_404(PolicyProposal, pk=identity)
    try:
        decline_proposal(proposal, by=user_of(request), now=clock_of(request))
    except PolicyError as error:
        messages.info(request, f"{error}。")
    else:
        messages.success(request, f"不登记《{proposal.title[:60]}》。")
    return redirect("policies")
