"""Behind a reverse proxy every request comes from its address and without TLS. What headers say of the real ones is
believed of the proxies in MINSHENG_PROXY alone: anybody else could make such a header up, to get around the lock of a
login or into the audit trail under another's address."""

from collections.abc import Callable, Iterable
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from console.config import Network


class BehindProxy:
    """REMOTE_ADDR becomes the last address in X-Forwarded-For that is no proxy of ours; the scheme what the last
    proxy says it is."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked_by = request.META.get("REMOTE_ADDR") or ""
        forwarded = request.META.pop("HTTP_X_FORWARDED_FOR", "")
        scheme = request.META.pop("HTTP_X_FORWARDED_PROTO", "")
        if trusted(asked_by, settings.PROXIES):
            request.META["REMOTE_ADDR"] = client(asked_by, forwarded, settings.PROXIES)
            if scheme.rpartition(",")[2].strip().lower() == "https":
                request.META["wsgi.url_scheme"] = "https"
        return self.get_response(request)


def trusted(address: str, proxies: Iterable[Network]) -> bool:
    try:
        known = ip_address(address)
    except ValueError:
        return False
    return any(known in network for network in proxies)


def client(asked_by: str, forwarded: str, proxies: Iterable[Network]) -> str:
    """From the right: each proxy adds whom it was asked by, and what stands further left anybody may have written.
    What is no address ends the search."""
    found = asked_by
    for word in reversed(forwarded.split(",")):
        try:
            found = str(ip_address(word.strip()))
        except ValueError:
            return found
        if not trusted(found, proxies):
            return found
    return found
