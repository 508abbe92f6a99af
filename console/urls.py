"""Every address of the console. Each page is a file in console/pages."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import path, register_converter
from django.views.generic import RedirectView

from console.pages import (
    acts,
    answers,
    digests,
    event,
    incident,
    incidents,
    judging,
    login,
    overview,
    paper,
    policies,
    policy,
    policy_edit,
    policy_stance,
    post,
    risk_table,
    search,
    size,
)
from console.pages.addresses import DayConverter, IdConverter, NumberConverter

register_converter(DayConverter, "day")
register_converter(NumberConverter, "number")
register_converter(IdConverter, "id")

urlpatterns = [
    path("", overview.overview, name="overview"),
    path("login/", login.login, name="login"),
    path("logout/", login.logout, name="logout"),
    path("password/", login.password, name="password"),
    path("size/", size.size, name="size"),
    path("incidents/", incidents.incidents, name="incidents"),
    path("incidents/<number:number>/", incident.incident, name="incident"),
    path("incidents/<number:number>/posts/", incident.posts, name="incident_posts"),
    path("incidents/<number:number>/plan.docx", paper.plan_docx, name="plan_docx"),
    path("incidents/<number:number>/confirm/", acts.confirm, name="confirm"),
    path("incidents/<number:number>/dismiss/", acts.dismiss, name="dismiss"),
    path("incidents/<number:number>/assign/", acts.assign, name="assign"),
    path("incidents/<number:number>/answer/", acts.answer, name="answer"),
    path("incidents/<number:number>/close/", acts.close, name="close"),
    path("digests/", digests.digests, name="digests"),
    path("digests/<day:day>/", digests.digest, name="digest"),
    path("risk/", risk_table.risk_table, name="risk_table"),
    path("risk/try/", risk_table.risk_try, name="risk_try"),
    path("risk/save/", risk_table.risk_save, name="risk_save"),
    path("policies/", policies.policies, name="policies"),
    path("policies/add/", policy_edit.add, name="policy_add"),
    path("policies/proposals/<int:identity>/register/", policies.register, name="proposal_register"),
    path("policies/proposals/<int:identity>/decline/", policies.decline, name="proposal_decline"),
    path("policies/<int:identity>/", policy.policy, name="policy"),
    path("policies/<int:identity>/edit/", policy_edit.edit, name="policy_edit"),
    path("policies/<int:identity>/report.docx", policy.policy_docx, name="policy_docx"),
    path("policies/<int:identity>/stance/", policy_stance.stance, name="policy_stance"),
    path("policies/<int:identity>/suggest/", policy.suggest, name="policy_suggest"),
    path("policies/answers/", answers.answers, name="answers"),
    path("policies/answers/adopted.csv", answers.answers_csv, name="answers_csv"),
    path("policies/answers/<int:identity>/", answers.answer, name="answer"),
    path("search/", search.search, name="search"),
    path("events/<id:identity>/", event.event, name="event"),
    path("events/<id:identity>/merge/", event.merge, name="event_merge"),
    path("events/<id:identity>/split/", event.split, name="event_split"),
    path("events/<id:identity>/undo/", event.undo, name="event_undo"),
    path("posts/<id:identity>/", post.post, name="post"),
    path("posts/<id:identity>/judge/", judging.judge, name="judge"),
    path("judging/", judging.judging_page, name="judging"),
    path("judging/<int:number>/withdraw/", judging.withdraw, name="withdraw_judgement"),
    path("judging/<slug:about>/learn/", judging.learn, name="correct"),
    path("judging/<slug:about>/undo/", judging.undo, name="undo_correction"),
    # Browsers ask for it on their own where a page names no icon (the emergency admin).
    path("favicon.ico", login_not_required(RedirectView.as_view(url="/static/minsheng.svg"))),
    path("admin/login/", login.admin_login),
    path("admin/logout/", login.logout),  # ours, which the audit trail hears of
    path("admin/", admin.site.urls),
]

handler400 = "console.pages.errors.bad_request"
handler403 = "console.pages.errors.forbidden"
handler404 = "console.pages.errors.not_found"
handler500 = "console.pages.errors.broken"
