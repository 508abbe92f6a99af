"""The address check: no request leaves for an internal address unless its host:port is on the list.

It runs on every request (robots.txt, redirects, IP literals). Names are resolved once, checked, and the
connection is made to what was checked: the resolver knows no other address.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Iterable
from urllib.parse import urlsplit

from scrapy.exceptions import CannotResolveHostError, IgnoreRequest

_SHARED = ipaddress.ip_network("100.64.0.0/10")  # carrier-grade NAT: not "private" in ipaddress's sense
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_PORTS = {"http": 80, "https": 443}


class RefusedRequest(IgnoreRequest):
    """We will not send this request; `reason` is Chinese, `code` names the rule."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


def is_public(address: str) -> bool:
    """Whether an IP address (v4 or v6, also one embedded in the other) is on the public internet."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is None and ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
        if ip.is_site_local:
            return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved and ip not in _SHARED


async def resolve(host: str) -> list[str]:
    """Every address of `host`. Raises CannotResolveHostError."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as error:
        raise CannotResolveHostError(host) from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class AddressBook:
    """Hosts that were resolved and checked in this process, by name."""

    def __init__(self, allowed: Iterable[str]) -> None:
        self.allowed = {entry.lower() for entry in allowed}
        self.known: dict[str, list[str]] = {}

    async def check(self, url: str) -> None:
        """Raises RefusedRequest or CannotResolveHostError."""
        parts = urlsplit(url)
        try:
            host, port = (parts.hostname or "").lower(), parts.port or _PORTS.get(parts.scheme, 0)
        except ValueError as error:
            raise RefusedRequest("address", "网址的端口不对") from error
        if parts.scheme not in _PORTS or not host:
            raise RefusedRequest("address", f"不采集 {parts.scheme or '无协议'} 地址，只采集 http 和 https")
        if host not in self.known:
            self.known[host] = await resolve(host)
        if f"{host}:{port}" in self.allowed or f"[{host}]:{port}" in self.allowed:
            return
        inner = [address for address in self.known[host] if not is_public(address)]
        if inner:
            raise RefusedRequest(
                "address",
                f"指向内部地址 {host}:{port}，已拒绝；确要采集请把它加入 MINSHENG_ALLOW_INTERNAL",
            )
