"""登记政策, 修改政策."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts.access import needs, user_of
from accounts.models import AuditEntry, Role
from console.archive import archive
from console.pages.clock import now as clock_of
from console.pages.methods import methods
from console.pages.policy_forms import PolicyForm, blank, changes_of, form_of
from monitor import policies
from monitor.models import Policy
from monitor.policies import PolicyError
from monitor.policy_found import note_found, suggestions


@methods("GET", "POST")
@needs(Role.OFFICER)
def add(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _page(request, blank())
    form = PolicyForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    changes = changes_of(form.cleaned_data)
    try:
        made = policies.register(**changes, by=user_of(request), now=clock_of(request))
        note_found(archive(), made, clock_of(request))
    except PolicyError as error:
        form.fault(error.field, f"{error}。")
        return _page(request, form, status=422)
    messages.success(request, "已登记。")
    return redirect("policy", made.pk)


@methods("GET", "POST")
@needs(Role.OFFICER)
def edit(request: HttpRequest, identity: int) -> HttpResponse:
    """Nothing typed is lost: what is wrong (422) or was changed by somebody else meanwhile (409) comes back."""
    policy = get_object_or_404(Policy, pk=identity)
    if request.method != "POST":
        found = suggestions(archive(), policy)
        return _page(request, form_of(policy, found), policy, suggested=len(found))
    form = PolicyForm(request.POST)
    if not form.is_valid():
        return _page(request, form, policy, status=422)
    if request.POST.get("seen", "") != str(_seen(policy)):
        form.add_error(None, "别人刚刚修改了这件政策。您填的内容还在，请核对后再保存。")
        return _page(request, form, policy, status=409)
    try:
        changed = policies.amend(
            policy, changes_of(form.cleaned_data, policy), by=user_of(request), now=clock_of(request)
        )
    except PolicyError as error:
        form.fault(error.field, f"{error}。")
        return _page(request, form, policy, status=422)
    if changed:
        note_found(archive(), policy, clock_of(request))
    messages.success(request, "已保存。" if changed else "没有改动。")
    return redirect("policy", policy.pk)


def _page(
    request: HttpRequest, form: PolicyForm, policy: Policy | None = None, *, suggested: int = 0, status: int = 200
) -> HttpResponse:
    context = {"form": form, "policy": policy, "suggested": suggested, "seen": _seen(policy) if policy else 0}
    return render(request, "policy_edit.html", context, status=status)


def _seen(policy: Policy) -> int:
    """The last change of it in the trail: a form rests on what its writer saw."""
    row = AuditEntry.objects.filter(subject_kind="policy", subject=policy.title[:128]).order_by("-pk").first()
    return row.pk if row else 0
