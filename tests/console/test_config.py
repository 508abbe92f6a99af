"""Settings from the environment: what is wrong is said without the secret, what is made is for us alone."""

import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from django.core.exceptions import ImproperlyConfigured

from console import config
from console.config import MailServer

SECRET = "h/u#s@h[u"


def mail_of(key: str) -> object:
    return config.mail_server(key, "")


def database_of(key: str) -> object:
    return config.database(key, "")


@pytest.mark.parametrize(
    ("url", "login", "became", "why"),
    [
        ("sqlite:///a", "PASSWORD", "sqlite:///a", "a file needs none"),
        (
            "elasticsearch://press@es:9200/m",
            "PASSWORD",
            f"elasticsearch://press:{quote(SECRET, '')}@es:9200/m",
            "its user's",
        ),
        ("elasticsearch://press:own@es:9200", "PASSWORD", "elasticsearch://press:own@es:9200", "it has its own"),
        ("elasticsearch://es:9200", "PASSWORD", "elasticsearch://es:9200", "whose would it be"),
        (
            "elasticsearch://es:9200/m",
            "API_KEY",
            f"elasticsearch://es:9200/m?api_key={quote(SECRET, '')}",
            "a key alone",
        ),
        (
            "elasticsearch://es:9200/m?shards=2",
            "API_KEY",
            f"elasticsearch://es:9200/m?shards=2&api_key={quote(SECRET, '')}",
            "",
        ),
    ],
)
def test_the_archives_secret_comes_from_a_place_of_its_own(
    url: str, login: str, became: str, why: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text(SECRET)
    monkeypatch.setenv(f"MINSHENG_ARCHIVE_{login}_FILE", str(tmp_path / "secret"))
    assert config.with_login("MINSHENG_ARCHIVE", url) == became, why


@pytest.mark.parametrize(
    ("read", "url"),
    [
        (mail_of, f"smtps://press:{SECRET}@mail.example.cn:465"),
        (mail_of, "smtps://press:hush@mail.example.cn:hush"),
        (mail_of, "http://press:hush@mail.example.cn"),
        (database_of, f"postgresql://minsheng:{SECRET}@db:5432/minsheng"),
        (database_of, "postgresql://minsheng:hush@db:hush/minsheng"),
        (database_of, "mysql://minsheng:hush@db/minsheng"),
    ],
)
def test_a_bad_address_is_named_by_its_key_and_never_repeated(
    read: Callable[[str], object], url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MINSHENG_X", url)
    with pytest.raises(ImproperlyConfigured, match="MINSHENG_X") as caught:
        read("MINSHENG_X")
    assert caught.value.__cause__ is None and (caught.value.__context__ is None or caught.value.__suppress_context__)
    assert "hush" not in str(caught.value) and "h/u" not in str(caught.value) and "#s" not in str(caught.value)


def test_a_mail_server_never_shows_its_password() -> None:
    server = MailServer("smtps", "mail.example.cn", 465, "press", "hush", "press@example.cn")
    assert "hush" not in f"{server} {server!r} {[server]}"


def test_what_an_installation_makes_is_for_its_own_account_alone(tmp_path: Path) -> None:
    var = tmp_path / "var"
    environment = {key: value for key, value in os.environ.items() if not key.startswith("MINSHENG_")}
    subprocess.run(
        [sys.executable, "-m", "console", "user", "add", "zhou", "--role", "admin", "--generate"],
        env=environment | {"MINSHENG_VAR": str(var), "DJANGO_SETTINGS_MODULE": "console.settings"},
        umask=0o022,
        check=True,
        capture_output=True,
    )
    modes = {str(path.relative_to(tmp_path)): stat.S_IMODE(path.stat().st_mode) for path in [var, *var.rglob("*")]}
    assert "var/state.sqlite3" in modes and "var/secret_key" in modes
    assert {path for path, mode in modes.items() if mode & 0o077} == set()


@pytest.mark.parametrize(("https", "seconds"), [("0", "0"), ("1", "31536000")])
def test_https_only_means_that_browsers_are_told_so(tmp_path: Path, https: str, seconds: str) -> None:
    shown = subprocess.run(
        [sys.executable, "-c", "from console import settings; print(settings.SECURE_HSTS_SECONDS)"],
        env=os.environ | {"MINSHENG_VAR": str(tmp_path), "MINSHENG_HTTPS": https},
        check=True,
        capture_output=True,
        text=True,
    )
    assert shown.stdout.strip() == seconds
