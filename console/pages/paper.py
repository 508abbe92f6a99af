"""The filled plan as a Word file."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header

from accounts.access import user_of
from accounts.audit import record
from alerts.models import FilledPlan, Incident
from alerts.plans.word import docx
from console.pages.clock import now as clock_of
from console.pages.login import address
from console.pages.methods import methods

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@methods("GET")
def plan_docx(request: HttpRequest, number: str) -> HttpResponse:
    found = get_object_or_404(Incident, number=number)
    plan = FilledPlan.objects.filter(incident=found).first()
    if plan is None:
        raise Http404
    body = docx(plan.text, found.title, plan.at)
    record(clock_of(request), user_of(request), "incident.download", "incident", number, address=address(request))
    response = HttpResponse(body, content_type=WORD)
    response["Content-Disposition"] = content_disposition_header(True, f"{number} 应对处置方案.docx") or "attachment"
    return response
