"""What a person does about an incident: POST only, then back to its page. The second click finds it done."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from accounts.access import needs, user_of
from accounts.audit import SYSTEM
from accounts.models import Role, User
from alerts import acts
from alerts.history import signed
from alerts.models import Incident, IncidentStep
from console.pages.clock import now as clock_of
from console.pages.forms import FORMS
from console.pages.incident import page_of
from console.pages.login import address
from console.pages.methods import methods

Perform = Callable[[Incident, User, datetime, dict[str, Any]], object]


@methods("POST")
@needs(Role.OFFICER)
def confirm(request: HttpRequest, number: str) -> HttpResponse:
    return _act(
        request,
        number,
        "confirm",
        lambda found, user, now, data: acts.confirm(found, user, now, data["level"], data["emergency"], data["reason"]),
        "已认定级别。",
    )


@methods("POST")
@needs(Role.OFFICER)
def dismiss(request: HttpRequest, number: str) -> HttpResponse:
    return _act(
        request,
        number,
        "dismiss",
        lambda found, user, now, data: acts.dismiss(found, user, now, data["reason"]),
        "已存档，不作舆情处置。",
    )


@methods("POST")
@needs(Role.OFFICER)
def assign(request: HttpRequest, number: str) -> HttpResponse:
    return _act(
        request,
        number,
        "assign",
        lambda found, user, now, data: acts.assign(found, user, now, data["unit"]),
        "已交办。",
    )


@methods("POST")
@needs(Role.OFFICER)
def answer(request: HttpRequest, number: str) -> HttpResponse:
    return _act(
        request,
        number,
        "answer",
        lambda found, user, now, data: acts.answer(
            found, user, now, data["what"], data["url"], when=data["when"], press=data["press"]
        ),
        "已登记回应。",
    )


@methods("POST")
@needs(Role.OFFICER)
def close(request: HttpRequest, number: str) -> HttpResponse:
    return _act(
        request,
        number,
        "close",
        lambda found, user, now, data: acts.close(found, user, now, data["summary"]),
        "已办结。",
    )


def _act(request: HttpRequest, number: str, name: str, perform: Perform, done: str) -> HttpResponse:
    """Nothing typed is lost: a form that is wrong (422) or an act that is refused (409) comes back filled in."""
    found = get_object_or_404(Incident, number=number)
    user, form = user_of(request), FORMS[name](request.POST)
    if not form.is_valid():
        return _again(request, found, {name: form}, "有一项没有填对，已标出。", status=422)
    try:
        with transaction.atomic():
            # Locked before looking at what others did, so that of two clicks one comes first.
            locked = Incident.objects.select_for_update().get(pk=found.pk)
            since = _acted_since(locked, request.POST.get("seen", ""))
            if since and since.by == user.get_username() and since.act == name:
                messages.info(request, "这一步刚才已经办好，没有重复登记。")
                return redirect("incident", number)
            if since:
                other = signed([since])[0][1]
                raise acts.ActError(f"{other} 刚刚更新了这起舆情（{since.what}）。您填的内容还在，请核对后再提交。")
            perform(locked, user, clock_of(request), form.cleaned_data)
    except acts.ActError as error:
        found.refresh_from_db()
        return _again(request, found, {name: form}, str(error), status=409)
    messages.success(request, done)
    return redirect("incident", number)


def _again(request: HttpRequest, incident: Incident, bound: dict[str, Form], fault: str, status: int) -> HttpResponse:
    """The page that comes back shows the incident, so it is a look as well."""
    acts.view(incident, user_of(request), clock_of(request), address(request))
    return page_of(request, incident, bound, fault, status)


def _acted_since(incident: Incident, seen: str) -> IncidentStep | None:
    """The last step a person took that the writer of the form had not seen."""
    step = incident.steps.exclude(by=SYSTEM).order_by("-id").first()
    return step if step and str(step.pk) != seen else None
