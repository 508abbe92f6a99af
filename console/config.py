"""Typed readers of the environment. A bad value is named with its key, in Chinese."""

import os
import secrets
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

Network = IPv4Network | IPv6Network

# Nobody waits for ever: not for a server or a machine that is gone without a word, not for a lock somebody keeps.
POSTGRESQL = {
    "application_name": "minsheng",
    "connect_timeout": "10",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
    "options": "-c lock_timeout=30s -c idle_in_transaction_session_timeout=300s"
    " -c tcp_keepalives_idle=30 -c tcp_keepalives_interval=10 -c tcp_keepalives_count=3",
}


def text(key: str, default: str = "") -> str:
    """`KEY` from the environment, or the contents of the file that `KEY_FILE` names."""
    if path := os.environ.get(f"{key}_FILE"):
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{key}_FILE 指向的文件 {path} 读不出：{error.strerror}") from error
    return os.environ.get(key, default)


def flag(key: str, default: bool = False) -> bool:
    value = text(key, "1" if default else "0").lower()
    if value not in {"0", "1", "true", "false", "yes", "no", ""}:
        raise ImproperlyConfigured(f"{key} 应为 1 或 0，现为 {value!r}")
    return value in {"1", "true", "yes"}


def words(key: str, default: str = "") -> list[str]:
    """A list separated by commas."""
    return [word.strip() for word in text(key, default).split(",") if word.strip()]


def networks(key: str) -> list[Network]:
    """A list of addresses or networks (10.0.0.0/8), separated by commas."""
    found = []
    for word in words(key):
        try:
            found.append(ip_network(word))
        except ValueError as error:
            raise ImproperlyConfigured(
                f"{key} 应是 IP 地址或网段，如 10.1.2.3 或 10.1.2.0/24，现有 {word!r}"
            ) from error
    return found


def folder(key: str, default: Path) -> Path:
    """A folder of ours, made if it is not there and found to be writable."""
    path = Path(text(key) or default)
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(f"{key}：文件夹 {path} 建立不了（{error.strerror}），请换一个位置") from error
    if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
        raise ImproperlyConfigured(f"{key}：文件夹 {path} 不能读写，请检查它的权限或换一个位置")
    return path


def private() -> None:
    """Whatever this process and its children make (databases, locks, keys) is for its own account alone."""
    os.umask(0o077)


def secret(key: str, path: Path) -> str:
    """A secret from the environment, else kept in `path`, made on first use and readable by its owner alone."""
    if value := text(key):
        return value
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text(encoding="ascii").strip()
        value = secrets.token_urlsafe(48)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(value)
        return value


def _parts(key: str, url: str) -> SplitResult:
    """The parts of an address. What is wrong with it is said without repeating it: a password may be in it."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        advice = "密码里的 / ? # @ : 等符号要写成 %2F %3F %23 %40 %3A，或另用" + f" {key}_PASSWORD 给出"
        raise ImproperlyConfigured(f"{key} 的主机或端口读不懂（内容不显示）；{advice}") from None
    return parts


def with_login(key: str, url: str) -> str:
    """An Elasticsearch address with the password `KEY_PASSWORD` or the `KEY_API_KEY` put in, where it has none of its
    own: on a command line they would be seen by everybody."""
    if not url.startswith("elasticsearch"):
        return url
    scheme, _, rest = url.partition("://")
    login, found, place = rest.partition("@")
    if (password := text(f"{key}_PASSWORD")) and found and ":" not in login:
        return f"{scheme}://{login}:{quote(password, safe='')}@{place}"
    if (api_key := text(f"{key}_API_KEY")) and not found and "api_key=" not in url:
        return f"{url}{'&' if '?' in url else '?'}api_key={quote(api_key, safe='')}"
    return url


def database(key: str, default: str) -> dict[str, Any]:
    """Django's DATABASES entry from `sqlite:///path` or `postgresql://user:password@host:port/name?option=x`."""
    url = text(key, default)
    parts = _parts(key, url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": url.removeprefix("sqlite:///"),
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 30,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA temp_store=MEMORY;",
            },
        }
    if parts.scheme in {"postgresql", "postgres"}:
        options = dict(parse_qsl(parts.query))
        if not parts.path.strip("/") and "service" not in options:
            raise ImproperlyConfigured(f"{key} 缺少库名，应形如 postgresql://用户@主机:5432/minsheng")
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or "") or text("MINSHENG_DATABASE_PASSWORD"),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
            "OPTIONS": POSTGRESQL | options,
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
        }
    raise ImproperlyConfigured(f"{key} 应以 sqlite:/// 或 postgresql:// 开头，现为 {parts.scheme!r}://…")


@dataclass(frozen=True, slots=True)
class MailServer:
    """`scheme`: smtp (plain), starttls or smtps. `password` is never printed."""

    scheme: str
    host: str
    port: int
    user: str
    password: str
    sender: str

    def __repr__(self) -> str:
        return f"MailServer({self.scheme}://{self.user or '-'}@{self.host}:{self.port})"


def mail_server(key: str, sender: str) -> MailServer | None:
    """From `smtp://user@host:port`; the password comes from `KEY_PASSWORD` (or `KEY_PASSWORD_FILE`) or the URL."""
    url = text(key)
    if not url:
        return None
    parts = _parts(key, url)
    ports = {"smtp": 25, "starttls": 587, "smtps": 465}
    if parts.scheme not in ports or not parts.hostname:
        raise ImproperlyConfigured(
            f"{key} 应形如 smtps://user@host:465（或 smtp、starttls），现为 {parts.scheme!r}://…"
        )
    return MailServer(
        parts.scheme,
        parts.hostname,
        parts.port or ports[parts.scheme],
        unquote(parts.username or ""),
        text(f"{key}_PASSWORD") or unquote(parts.password or ""),
        sender or unquote(parts.username or "") or f"minsheng@{parts.hostname}",
    )
