"""Pages that mean harm or are none: extraction ends, with less, and never raises."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawlers.extract import extract
from crawlers.extract.bodies import MAX_TEXT
from tests.crawlers.extract.maker import TEXT, page

BOMB = (
    '<!DOCTYPE h [<!ENTITY a "水水水水水水水水水水"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)
EIGHT_MB = 8 * 1024 * 1024
HOSTILE = [
    (b"", "empty"),
    (b" \n" * 50_000, "white space"),
    (b"\x00" * 100_000, "NUL"),
    (bytes(range(256)) * 2_000, "binary"),
    (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 100, "a picture"),
    (b"%PDF-1.7\n" + bytes(range(256)) * 100, "a PDF"),
    (b"<" * 1_000_000, "open brackets"),
    (b"<p>" * 1_000_000, "open paragraphs"),
    (b"<a href=x>" * 300_000, "open links"),
    ("<p>停水。</p>".encode() * 600_000, "8 MB of paragraphs"),
    (b"<title>" + "停水_".encode() * 500_000, "an endless title"),
    (b"<h1>x</h1>" + "<p>2023-01-01 10:10 来源：</p>".encode() * 60_000, "nothing but headlines"),
    (b'<meta name="PubDate" content="' + b"2023-01-01 " * 300_000 + b'">', "an endless date"),
    (b'<div class="' + b"content " * 300_000 + b'">x</div>', "an endless class"),
    (b'<script type="application/ld+json">' + b"[" * 100_000 + b"</script><p>x", "JSON nested too deep"),
    (
        b'<script type="application/ld+json">{"datePublished":{"name":[1]},"headline":[],"articleBody":7}</script>',
        "JSON of wrong types",
    ),
    (b"<table><tr><td>" * 30_000 + "停水".encode(), "30,000 tables in one another"),
    (b"<script>" + b"pubtime='2023" * 400_000, "a script that never ends"),
    ((BOMB + "<p>&c;</p>").encode(), "an entity bomb"),
    (b'<!DOCTYPE h [<!ENTITY x SYSTEM "file:///etc/passwd">]><p>&x;</p>', "an external entity"),
]


@pytest.mark.parametrize(("raw", "reason"), HOSTILE)
def test_ends_without_an_error(raw: bytes, reason: str) -> None:
    article = extract(raw)
    assert len(article.text) <= MAX_TEXT, reason
    assert len(article.title) <= 300, reason
    assert "root:" not in article.text, reason


def test_an_entity_bomb_does_not_go_off() -> None:
    assert "水水" not in extract((BOMB + "<p>&c;</p>").encode()).text


def test_text_under_60_000_nested_elements_is_still_read() -> None:
    raw = "<title>深</title><body>" + "<div>" * 60_000 + TEXT + "</div>" * 60_000
    article = extract(raw.encode())
    assert article.title == "深"
    assert article.text.startswith("为保障居民用水安全")
    assert article.text.endswith("感谢理解和支持。")


def test_a_page_large_by_its_pictures_and_scripts_is_read() -> None:
    picture = f'<img src="data:image/png;base64,{"A" * 3_000_000}">'
    raw = page(text=f"<script>{'x' * 2_000_000}</script>{picture}{TEXT}")
    assert len(raw) < EIGHT_MB
    assert extract(raw).text.startswith("为保障居民用水安全")


def test_markup_in_text_comes_out_as_text() -> None:
    article = extract(page(text=TEXT + "<p>输入&lt;script&gt;alert(1)&lt;/script&gt;后页面出错，请修复。</p>"))
    assert article.text.endswith("输入<script>alert(1)</script>后页面出错，请修复。")


PIECES = st.sampled_from(
    [
        *("<div>", "</div>", "<p>", "<table><tr><td>", "</td>", "<a href=x>", "</a>", "<h1>", "<title>", "</title>"),
        *("<script>", "<!--", "-->", "<br>", "]]>", "<![CDATA[", "<span class=source>", "\x00", "&nbsp;"),
        *(
            "停水，",
            "来源：清江日报",
            "作者：",
            "发文字号：",
            "2023-05-06 08:15",
            "<meta name=PubDate content=2023-05-06>",
        ),
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES | st.text(max_size=8), max_size=40))
def test_broken_markup_of_any_kind_is_survived(pieces: list[str]) -> None:
    extract("".join(pieces).encode("utf-8", "surrogatepass"))


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=600))
def test_any_bytes_are_survived(raw: bytes) -> None:
    extract(raw)
