"""Behind a TLS proxy: who really asks, and by HTTPS; from anybody else the headers are not believed."""

from ipaddress import ip_network

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from pytest_django import Settings

from accounts.models import AuditEntry
from console import config
from console.pages.proxy import client
from tests.console.factories import PASSWORD, user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store")]
PROXY = "10.0.0.1"
OURS = [ip_network(PROXY), ip_network("10.0.9.0/24")]
SAID = {"X-Forwarded-For": "6.6.6.6, 192.0.2.7", "X-Forwarded-Proto": "https"}


@pytest.mark.parametrize(
    ("forwarded", "found", "why"),
    [
        ("192.0.2.7", "192.0.2.7", "whom the proxy was asked by"),
        ("6.6.6.6, 192.0.2.7", "192.0.2.7", "what stands to the left was sent by the client"),
        ("192.0.2.7, 10.0.9.4", "192.0.2.7", "through two proxies of ours"),
        ("2001:db8::7", "2001:db8::7", "IPv6"),
        ("", PROXY, "the proxy says nothing"),
        ("192.0.2.7, unknown", PROXY, "what is no address ends the search"),
        ("10.0.9.9", "10.0.9.9", "a proxy asks for itself"),
    ],
)
def test_the_client_is_the_last_that_is_no_proxy_of_ours(forwarded: str, found: str, why: str) -> None:
    assert client(PROXY, forwarded, OURS) == found, why


def log_in(asked_by: str) -> str | None:
    user()
    Client().post("/login/", {"username": "officer", "password": PASSWORD}, headers=SAID, REMOTE_ADDR=asked_by)
    return AuditEntry.objects.get().address


def test_the_audit_trail_has_the_visitors_address(settings: Settings) -> None:
    settings.PROXIES = OURS
    assert log_in(PROXY) == "192.0.2.7"


def test_nobody_else_is_believed(settings: Settings) -> None:
    settings.PROXIES = OURS
    assert log_in("192.0.2.99") == "192.0.2.99"


def test_by_default_nobody_is() -> None:
    assert log_in(PROXY) == PROXY


def test_the_lock_of_a_login_is_each_visitors_own(settings: Settings) -> None:
    settings.PROXIES = OURS
    user()

    def wrong(visitor: str) -> int:
        given, said = {"username": "officer", "password": "wrong"}, {"X-Forwarded-For": visitor}
        return Client().post("/login/", given, headers=said, REMOTE_ADDR=PROXY).status_code

    assert [wrong("192.0.2.7") for _ in range(settings.AXES_FAILURE_LIMIT)][-1] == 429
    assert wrong("192.0.2.8") == 400


def test_over_https_the_browser_is_told_to_stay_there(settings: Settings) -> None:
    settings.PROXIES = OURS
    settings.SECURE_HSTS_SECONDS = 365 * 24 * 3600
    assert Client().get("/login/", headers=SAID, REMOTE_ADDR=PROXY)["Strict-Transport-Security"] == "max-age=31536000"
    assert "Strict-Transport-Security" not in Client().get("/login/", headers=SAID, REMOTE_ADDR="192.0.2.99")


def test_what_is_no_address_is_named_by_its_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINSHENG_PROXY", "10.0.0.1, 10.0.9.0/24, ::1")
    assert len(config.networks("MINSHENG_PROXY")) == 3
    monkeypatch.setenv("MINSHENG_PROXY", "nginx")
    with pytest.raises(ImproperlyConfigured, match="MINSHENG_PROXY"):
        config.networks("MINSHENG_PROXY")
