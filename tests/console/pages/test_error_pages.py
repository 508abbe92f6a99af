import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from pytest_django import Settings

from archive.store import Store
from console import archive as opened
from console.pages import overview
from console.pages.errors import bad_request, broken

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store")]


def test_every_page_forbids_what_is_not_ours(officer: Client) -> None:
    for page in ("/", "/search/", "/nowhere/", "/login/"):
        headers = officer.get(page, follow=True).headers
        policy = headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "http" not in policy
        for directive in ("default-src 'self'", "frame-ancestors 'none'", "form-action 'self'", "object-src 'none'"):
            assert directive in policy
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cache-Control"] == "no-store, private"
        assert "geolocation=()" in headers["Permissions-Policy"]


def test_no_page_carries_a_style_or_a_script_in_itself(officer: Client) -> None:
    for page in ("/", "/incidents/", "/search/", "/digests/", "/password/", "/nowhere/"):
        text = officer.get(page).content.decode()
        assert " style=" not in text
        assert "<style" not in text
        assert " onclick=" not in text
        assert text.count("<script") == text.count('<script src="/static/')


def test_a_page_that_breaks_says_so_and_tells_nothing(officer: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(overview, "by_urgency", fail)
    officer.raise_request_exception = False
    response = officer.get("/")
    assert response.status_code == 500
    assert "系统出错了" in response.content.decode()
    assert "secret" not in response.content.decode()


@pytest.mark.parametrize(("view", "says"), [(bad_request, "看不懂"), (None, "系统出错了")])
def test_handlers_need_no_database(view: object, says: str, settings: Settings) -> None:
    request: HttpRequest = RequestFactory().get("/")
    response: HttpResponse = bad_request(request, ValueError()) if view else broken(request)
    assert says in response.content.decode()


def test_an_archive_that_cannot_be_read_is_named(officer: Client, store: Store, settings: Settings) -> None:
    settings.ARCHIVE_URL = "mysql://nowhere"
    opened.archive.cache_clear()
    for page in ("/search/", f"/posts/{'0' * 64}/"):
        response = officer.get(page)
        assert response.status_code == 503
        assert "信息库暂时打不开" in response.content.decode()
        assert "MINSHENG_ARCHIVE" in response.content.decode()


def test_a_wrong_clock_setting_is_named(officer: Client, settings: Settings) -> None:
    settings.NOW = "tomorrow"
    with pytest.raises(Exception, match="MINSHENG_NOW 应为 ISO 8601 时间"):
        officer.get("/")
