"""登录, 退出, 密码, 大字: the pages before and around all others."""

import pytest
from django.conf import settings as configured
from django.test import Client

from accounts.models import AuditEntry, Role, User
from tests.console.factories import PASSWORD, incident, user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store")]


def log_in(client: Client, password: str = PASSWORD, **more: str) -> int:
    return client.post("/login/", {"username": "officer", "password": password, **more}).status_code


def test_a_right_password_leads_where_one_wanted_to_go() -> None:
    user()
    incident()
    client = Client()
    wanted = client.get("/incidents/2019-0802-01/")["Location"]
    assert wanted == "/login/?next=/incidents/2019-0802-01/"
    assert 'name="next" value="/incidents/2019-0802-01/"' in client.get(wanted).content.decode()
    response = client.post("/login/", {"username": "officer", "password": PASSWORD, "next": "/search/"})
    assert response["Location"] == "/search/"
    assert AuditEntry.objects.get().act == "登录"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "\\\\evil"])
def test_login_leads_nowhere_else(elsewhere: str) -> None:
    user()
    response = Client().post("/login/", {"username": "officer", "password": PASSWORD, "next": elsewhere})
    assert response["Location"] == "/"


def test_a_wrong_password_says_so_and_keeps_the_name() -> None:
    user()
    response = Client().post("/login/", {"username": "officer", "password": "wrong"})
    text = response.content.decode()
    assert response.status_code == 400
    assert "登录名或密码不对" in text
    assert 'value="officer"' in text
    assert "wrong" not in text


def test_an_account_out_of_use_cannot_log_in() -> None:
    user()
    User.objects.update(is_active=False)
    assert log_in(Client()) == 400


def test_too_many_wrong_passwords_lock_the_name_from_that_address_only() -> None:
    user()
    client = Client()
    statuses = [log_in(client, "wrong") for _ in range(configured.AXES_FAILURE_LIMIT)]
    assert statuses == [400] * (configured.AXES_FAILURE_LIMIT - 1) + [429]
    locked = client.post("/login/", {"username": "officer", "password": PASSWORD})
    assert locked.status_code == 429
    assert "登录已暂时锁定" in locked.content.decode()
    assert "15 分钟" in locked.content.decode()
    assert Client(REMOTE_ADDR="10.0.0.9").post("/login/", {"username": "officer", "password": PASSWORD})["Location"]


def test_every_page_needs_a_login() -> None:
    for page in (
        "/",
        "/incidents/",
        "/digests/",
        "/digests/2019-08-02/",
        "/search/",
        f"/posts/{'0' * 64}/",
        "/password/",
    ):
        assert Client().get(page)["Location"] == f"/login/?next={page}", page
    assert Client().post("/logout/")["Location"].startswith("/login/")
    assert "/login/" in Client().get("/admin/")["Location"]


def test_logging_out_takes_a_click_not_a_link(officer: Client) -> None:
    assert officer.get("/logout/").status_code == 405
    assert officer.post("/logout/")["Location"] == "/login/"
    assert officer.get("/")["Location"] == "/login/?next=/"


def test_who_is_in_need_not_log_in_again(officer: Client) -> None:
    assert officer.get("/login/?next=/search/")["Location"] == "/search/"


@pytest.mark.parametrize(
    ("old", "new", "again", "says"),
    [
        ("wrong", "new-words-2019", "new-words-2019", "旧密码"),
        (PASSWORD, "new-words-2019", "other-words-2019", "密码"),
        (PASSWORD, "short", "short", "密码太短，至少 10 个字符"),
        (PASSWORD, "12345678901", "12345678901", "密码只包含数字"),
    ],
)
def test_a_new_password_must_be_good(old: str, new: str, again: str, says: str) -> None:
    user()
    client = Client()
    log_in(client)
    response = client.post("/password/", {"old_password": old, "new_password1": new, "new_password2": again})
    assert response.status_code == 400
    assert says in response.content.decode()
    assert User.objects.get().check_password(PASSWORD)


def test_a_new_password_holds_and_the_session_stays() -> None:
    user()
    client = Client()
    log_in(client)
    new = "new-words-2019"
    data = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert client.post("/password/", data)["Location"] == "/"
    assert "密码已修改" in client.get("/").content.decode()
    assert User.objects.get().check_password(new)


def test_large_type_is_remembered_without_script(officer: Client) -> None:
    assert '<html lang="zh-CN">' in officer.get("/").content.decode()
    response = officer.post("/size/", {"size": "large", "next": "/search/?q=%E5%81%9C%E6%B0%B4"})
    assert response["Location"] == "/search/?q=%E5%81%9C%E6%B0%B4"
    assert '<html lang="zh-CN" class="large">' in officer.get("/").content.decode()
    assert 'class="large"' in officer.get("/nowhere/").content.decode()
    officer.post("/size/", {"size": "normal"})
    assert '<html lang="zh-CN">' in officer.get("/").content.decode()
    assert officer.get("/size/").status_code == 405
    assert Client().post("/size/", {"size": "large", "next": "//evil.example"})["Location"] == "/"


def test_only_the_administrator_reaches_the_emergency_admin(officer: Client) -> None:
    user(Role.ADMIN)
    admin = Client()
    admin.force_login(User.objects.get(username="admin"), backend="django.contrib.auth.backends.ModelBackend")
    assert admin.get("/admin/").status_code == 200
    refused = officer.get("/admin/", follow=True)
    assert refused.status_code == 403
    assert "应急管理后台只供管理员使用" in refused.content.decode()
    incident()
    for page in ("user", "auditentry"):
        assert admin.get(f"/admin/accounts/{page}/").status_code == 200
    assert admin.get("/admin/alerts/incident/").status_code == 200
    assert admin.get("/admin/accounts/auditentry/add/").status_code == 403
    admin.post("/admin/alerts/unit/add/", {"name": "市应急局", "phone": "", "topics": "[]", "region": ""})
    assert AuditEntry.objects.filter(act="后台新增", subject="市应急局", actor="admin").exists()


def test_before_the_first_account_the_page_says_how_to_make_one() -> None:
    hint = "minsheng user add 登录名 --role admin --generate"
    assert hint in Client().get("/login/").content.decode()
    user()
    assert hint not in Client().get("/login/").content.decode()
