"""Where Scrapy and Twisted meet the address check (crawlers.address_book)."""

from collections.abc import Sequence
from typing import Any

from scrapy.http import Request
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import IHostnameResolver, IHostResolution
from zope.interface import implementer  # type: ignore[import-untyped]

from crawlers.accounts import refuse_platform
from crawlers.address_book import AddressBook, RefusedRequest


class AddressMiddleware:
    """Downloader middleware: the checks, first of all on the way out, of links and redirects too."""

    def __init__(self, book: AddressBook) -> None:
        self.book = book

    @classmethod
    def from_crawler(cls, crawler: Any) -> "AddressMiddleware":
        return cls(crawler.desk.book)

    async def process_request(self, request: Request) -> None:
        if reason := refuse_platform(request.url):
            raise RefusedRequest("platform", reason)
        await self.book.check(request.url)


@implementer(IHostResolution)
class _Resolution:
    def __init__(self, name: str) -> None:
        self.name = name

    def cancel(self) -> None:
        """Nothing is under way: the answer is given at once."""


@implementer(IHostnameResolver)
class CheckedResolver:
    """Twisted's resolver of names, answering only with addresses that were checked."""

    def __init__(self, reactor: Any, book: AddressBook) -> None:
        self.reactor, self.book = reactor, book

    @classmethod
    def from_crawler(cls, crawler: Any, reactor: Any) -> "CheckedResolver":
        return cls(reactor, crawler.desk.book)

    def install_on_reactor(self) -> None:
        self.reactor.installNameResolver(self)

    def resolveHostName(  # noqa: N802 - Twisted's name, as are those of the arguments
        self,
        resolutionReceiver: Any,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Sequence[type] | None = None,  # noqa: N803
        transportSemantics: str = "TCP",  # noqa: N803
    ) -> Any:
        resolutionReceiver.resolutionBegan(_Resolution(hostName))
        for address in self.book.known.get(hostName.lower(), []):
            kind = IPv6Address if ":" in address else IPv4Address
            resolutionReceiver.addressResolved(kind("TCP", address, portNumber))
        resolutionReceiver.resolutionComplete()
        return resolutionReceiver
