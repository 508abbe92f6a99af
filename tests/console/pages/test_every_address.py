"""Every address there is, asked by everybody there is: whoever adds a page must say here who may open it."""

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import AuditEntry, Role, User
from alerts.models import Incident, State
from tests.console.factories import NOW, incident, user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store")]

NUMBER = "2019-0802-01"
EVERYBODY = ("anonymous", *Role)
INSIDE = tuple(Role)
# Of each address: an example, the method it is for, and who may; the others are sent to the login or get 403.
PAGES = {
    "": ("/", "GET", INSIDE),
    "login/": ("/login/", "GET", EVERYBODY),
    "logout/": ("/logout/", "POST", INSIDE),
    "password/": ("/password/", "GET", INSIDE),
    "size/": ("/size/", "POST", EVERYBODY),
    "incidents/": ("/incidents/", "GET", INSIDE),
    "incidents/<number:number>/": (f"/incidents/{NUMBER}/", "GET", INSIDE),
    "incidents/<number:number>/posts/": (f"/incidents/{NUMBER}/posts/", "GET", INSIDE),
    "incidents/<number:number>/plan.docx": (f"/incidents/{NUMBER}/plan.docx", "GET", INSIDE),
    **{
        f"incidents/<number:number>/{act}/": (f"/incidents/{NUMBER}/{act}/", "POST", INSIDE[1:])
        for act in ("confirm", "dismiss", "assign", "answer", "close")
    },
    "digests/": ("/digests/", "GET", INSIDE),
    "digests/<day:day>/": ("/digests/2019-08-02/", "GET", INSIDE),
    "risk/": ("/risk/", "GET", INSIDE),
    "risk/try/": ("/risk/try/", "POST", INSIDE[1:]),
    "risk/save/": ("/risk/save/", "POST", INSIDE[2:]),
    "policies/": ("/policies/", "GET", INSIDE),
    "policies/add/": ("/policies/add/", "GET", INSIDE[1:]),
    "policies/proposals/<int:identity>/register/": ("/policies/proposals/1/register/", "POST", INSIDE[1:]),
    "policies/proposals/<int:identity>/decline/": ("/policies/proposals/1/decline/", "POST", INSIDE[1:]),
    "policies/<int:identity>/": ("/policies/1/", "GET", INSIDE),
    "policies/<int:identity>/edit/": ("/policies/1/edit/", "GET", INSIDE[1:]),
    "policies/<int:identity>/report.docx": ("/policies/1/report.docx", "GET", INSIDE),
    "policies/<int:identity>/stance/": ("/policies/1/stance/", "GET", INSIDE[1:]),
    "policies/<int:identity>/suggest/": ("/policies/1/suggest/", "POST", INSIDE[1:]),
    "policies/answers/": ("/policies/answers/", "GET", INSIDE),
    "policies/answers/adopted.csv": ("/policies/answers/adopted.csv", "GET", INSIDE),
    "policies/answers/<int:identity>/": ("/policies/answers/1/", "GET", INSIDE),
    "search/": ("/search/?q=停水", "GET", INSIDE),
    "events/<id:identity>/": (f"/events/{'0' * 64}/", "GET", INSIDE),
    **{
        f"events/<id:identity>/{act}/": (f"/events/{'0' * 64}/{act}/", "POST", INSIDE[1:])
        for act in ("merge", "split", "undo")
    },
    "posts/<id:identity>/": (f"/posts/{'0' * 64}/", "GET", INSIDE),
    "posts/<id:identity>/judge/": (f"/posts/{'0' * 64}/judge/", "POST", INSIDE[1:]),
    "judging/": ("/judging/", "GET", INSIDE),
    "judging/<int:number>/withdraw/": ("/judging/1/withdraw/", "POST", INSIDE[1:]),
    "judging/<slug:about>/learn/": ("/judging/topic/learn/", "POST", INSIDE[1:]),
    "judging/<slug:about>/undo/": ("/judging/topic/undo/", "POST", INSIDE[1:]),
    "favicon.ico": ("/favicon.ico", "GET", EVERYBODY),
    "admin/login/": ("/admin/login/", "GET", ()),
    "admin/logout/": ("/admin/logout/", "POST", INSIDE),
}
LOOKS = {  # what is looked at, and how the audit trail calls it
    f"/incidents/{NUMBER}/": "incident.view",
    f"/incidents/{NUMBER}/posts/": "incident.posts",
    f"/incidents/{NUMBER}/plan.docx": "incident.download",
}


def addresses(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, route)
        else:
            yield route


def browser(who: str) -> Client:
    client = Client()
    if who != "anonymous":
        client.force_login(user(Role(who)), backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_every_address_is_in_the_table() -> None:
    ours = {route for route in addresses(get_resolver().url_patterns) if not route.startswith("admin/")}
    assert ours | {"admin/login/", "admin/logout/"} == set(PAGES)


@pytest.mark.parametrize("who", EVERYBODY)
@pytest.mark.parametrize("route", PAGES)
def test_who_may_and_who_may_not(route: str, who: str) -> None:
    incident(NUMBER)
    address, method, may = PAGES[route]
    client = browser(who)
    before = Incident.objects.get().state
    response = client.get(address) if method == "GET" else client.post(address, {})
    if who in may:
        assert response.status_code in {200, 302, 404, 422}, response.status_code
        assert route.endswith("logout/") or "/login/" not in response.headers.get("Location", "")
        return
    if who == "anonymous":
        assert response["Location"].startswith("/login/?next=")
    else:
        assert response.status_code == 403
    assert Incident.objects.get().state == before == State.FOUND
    assert not AuditEntry.objects.filter(subject=NUMBER).exists()


@pytest.mark.parametrize("who", [who for who in EVERYBODY if who != Role.ADMIN])
def test_nobody_but_the_administrator_sees_anything_of_the_emergency_admin(who: str) -> None:
    client = browser(who)
    routes = [
        route for route in addresses(get_resolver().url_patterns) if route.startswith("admin/") and route not in PAGES
    ]
    assert len(routes) > 40
    for route in routes:
        address = "/" + route.replace("<path:object_id>", "1").replace("<id>", "1").replace("^", "").replace("$", "")
        for response in (client.get(address), client.post(address, {})):
            assert response.status_code in {302, 403, 404}, address
            target = response.headers.get("Location", "/login/")
            assert target.startswith(("/login/", "/admin/login/")), (address, target)


@pytest.mark.parametrize("address", LOOKS)
def test_every_look_at_an_incident_leaves_a_row(address: str, as_role: Callable[[Role], Client]) -> None:
    incident(NUMBER)
    as_role(Role.READER).get(address, REMOTE_ADDR="10.1.2.3")
    row = AuditEntry.objects.get(subject=NUMBER)
    assert (row.act, row.actor, row.address, row.at) == (LOOKS[address], "reader", "10.1.2.3", NOW)


def test_an_act_that_comes_back_as_a_page_is_a_look_as_well(officer: Client) -> None:
    incident(NUMBER)
    assert officer.post(f"/incidents/{NUMBER}/close/", {"summary": "办结"}).status_code == 409
    assert [row.act for row in AuditEntry.objects.filter(subject=NUMBER)] == ["incident.view"]


@pytest.mark.parametrize("act", ["confirm", "dismiss", "assign", "answer", "close"])
def test_an_act_from_another_site_is_refused(act: str) -> None:
    incident(NUMBER)
    client = Client(enforce_csrf_checks=True)
    client.force_login(user(), backend="django.contrib.auth.backends.ModelBackend")
    response = client.post(f"/incidents/{NUMBER}/{act}/", {"reason": "x"}, HTTP_ORIGIN="https://evil.example")
    assert response.status_code == 403
    assert "不是从本系统提交" in response.content.decode()


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost@evil.example"])
def test_another_host_name_gets_nothing(host: str) -> None:
    response = Client(HTTP_HOST=host).get("/login/")
    assert response.status_code == 400
    assert "evil" not in response.content.decode()


def test_who_is_administrator_no_more_has_no_power_left() -> None:
    admin, other = browser(Role.ADMIN), user(Role.ADMIN, "other")
    data = {"username": "other", "first_name": "周", "role": "reader", "is_active": "on"}
    assert admin.post(f"/admin/accounts/user/{other.pk}/change/", data).status_code == 302
    changed = User.objects.get(username="other")
    assert (changed.role, changed.is_staff, changed.is_superuser) == ("reader", False, False)
    assert not changed.may(Role.OFFICER)
    assert AuditEntry.objects.filter(act="后台修改", subject="other", actor="admin").exists()


def test_what_is_history_can_only_be_read_even_by_the_administrator() -> None:
    made = incident(NUMBER)
    admin = browser(Role.ADMIN)
    AuditEntry.objects.create(at=NOW, actor="周", act="incident.view", subject_kind="incident", subject=NUMBER)
    row = AuditEntry.objects.get()
    for address in (
        f"/admin/accounts/auditentry/{row.pk}/delete/",
        f"/admin/alerts/incident/{made.pk}/delete/",
        f"/admin/accounts/user/{User.objects.get().pk}/delete/",
        "/admin/alerts/incident/add/",
        "/admin/alerts/delivery/add/",
        "/admin/monitor/source/add/",
    ):
        assert admin.get(address).status_code == 403, address
        assert admin.post(address, {"post": "yes"}).status_code == 403, address
    action = {"action": "delete_selected", "_selected_action": [str(row.pk)], "post": "yes"}
    admin.post("/admin/accounts/auditentry/", action)
    admin.post(f"/admin/accounts/auditentry/{row.pk}/change/", {"actor": "nobody"})
    assert AuditEntry.objects.get(pk=row.pk).actor == "周"
