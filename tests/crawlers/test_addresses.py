"""Where requests may go, and the people's pages that may not be sources."""

import asyncio

import pytest

from crawlers import address_book
from crawlers.accounts import refuse_address
from crawlers.address_book import AddressBook, RefusedRequest, is_public


@pytest.mark.parametrize(
    ("address", "public", "why"),
    [
        ("202.98.96.68", True, "an ordinary address"),
        ("2400:da00::1", True, "an ordinary v6 address"),
        ("127.0.0.1", False, "loopback"),
        ("127.9.9.9", False, "all of 127/8 is loopback"),
        ("10.1.2.3", False, "private"),
        ("172.31.0.1", False, "private"),
        ("192.168.1.1", False, "private"),
        ("169.254.169.254", False, "link-local: a cloud's metadata"),
        ("100.64.0.1", False, "carrier-grade NAT"),
        ("0.0.0.0", False, "this host"),
        ("224.0.0.1", False, "multicast"),
        ("255.255.255.255", False, "broadcast"),
        ("::1", False, "v6 loopback"),
        ("fc00::1", False, "v6 unique local"),
        ("fe80::1", False, "v6 link-local"),
        ("fe80::1%eth0", False, "with a zone"),
        ("::ffff:127.0.0.1", False, "v4 in v6"),
        ("64:ff9b::7f00:1", False, "v4 in NAT64"),
        ("2002:7f00:1::", False, "v4 in 6to4"),
        ("fec0::1", False, "v6 site-local: withdrawn, and still an inner address where it is in use"),
    ],
)
def test_only_addresses_of_the_public_internet_may_be_asked(address: str, public: bool, why: str) -> None:
    assert is_public(address) is public, why


@pytest.mark.parametrize(
    ("url", "answers", "allowed", "why"),
    [
        ("http://qj.example/", ["202.98.96.68"], True, "a name with a public address"),
        ("http://qj.example/", ["202.98.96.68", "10.0.0.1"], False, "one internal address among public ones"),
        ("http://oa.qj.example:8080/", ["10.0.0.1"], True, "internal, on the list with this port"),
        ("http://oa.qj.example/", ["10.0.0.1"], False, "on the list, but with another port"),
        ("http://2130706433/", ["127.0.0.1"], False, "a number that is loopback"),
        ("ftp://qj.example/", ["202.98.96.68"], False, "another protocol"),
        ("file:///etc/passwd", [], False, "a file"),
        ("http://qj.example:99999/", ["202.98.96.68"], False, "no port"),
    ],
)
def test_names_are_judged_by_all_their_addresses(
    url: str, answers: list[str], allowed: bool, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def resolve(host: str) -> list[str]:
        return answers

    monkeypatch.setattr(address_book, "resolve", resolve)
    book = AddressBook(["oa.qj.example:8080"])
    if allowed:
        asyncio.run(book.check(url))
        assert list(book.known.values()) == [answers]
    else:
        with pytest.raises(RefusedRequest):
            asyncio.run(book.check(url))


def test_an_ip_literal_is_resolved_for_real() -> None:
    for url in ("http://127.0.0.1:1/", "http://[::1]:1/", "http://0x7f.1:1/"):
        with pytest.raises(RefusedRequest, match="内部地址"):
            asyncio.run(AddressBook([]).check(url))
    asyncio.run(AddressBook(["127.0.0.1:1"]).check("http://127.0.0.1:1/"))


@pytest.mark.parametrize(
    ("url", "refused"),
    [
        ("https://www.cngy.gov.cn/govop/list.html", ""),
        ("https://liuyan.people.com.cn/threads/list?fid=1", ""),
        ("https://weibo.com/u/1234567", "微博"),
        ("https://m.weibo.cn/detail/1", "微博"),
        ("https://mp.weixin.qq.com/s/abc", "微信公众号"),
        ("https://space.bilibili.com/12345", "个人账号"),
        ("https://bbs.example.cn/space-uid-123.html", "个人账号"),
        ("https://bbs.example.cn/home.php?mod=space&uid=12", "个人账号"),
        ("https://www.zhihu.com/people/somebody", "个人账号"),
        ("https://bbs.example.cn/forum-2-1.html", ""),
    ],
)
def test_a_persons_page_and_a_platform_not_crawled_cannot_be_sources(url: str, refused: str) -> None:
    reason = refuse_address(url)
    assert refused in reason and bool(reason) is bool(refused)
