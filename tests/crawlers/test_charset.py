"""Bytes to text: what the bytes say against what was declared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.charset import codec_of, decode

CHINESE = "清江市人民政府办公室关于印发供水管网改造工作方案的通知，请认真贯彻执行。" * 3
TRADITIONAL = "臺北市政府關於供水管網改造方案的通知，請認真貫徹執行。" * 3
RARE = "清江市喆昇镕小区的㐂𠮷先生反映停水，供水公司说正在抢修，请相关部门尽快处理。"
LATE_META = (
    "<html><head>" + "<!-- 0123456789 -->" * 330 + '<meta http-equiv="Content-Type" content="text/html; charset={}">'
)


def page(charset: str, text: str = CHINESE) -> str:
    return f'<html><head><meta charset="{charset}"></head><body>{text}</body></html>'


CASES = [
    (page("utf-8").encode(), None, "utf-8", "as it should be"),
    (page("gbk").encode(), None, "utf-8", "UTF-8 declared as GBK"),
    (page("x").encode(), "text/html; charset=gbk", "utf-8", "UTF-8 sent as GBK"),
    (page("gb2312").encode("gbk"), None, "gb18030", "any GB name is gb18030"),
    (page("GB_2312-80").encode("gbk"), None, "gb18030", "an old name"),
    (page("gbk", RARE).encode("gb18030"), None, "gb18030", "characters that only gb18030 has"),
    (page("utf-8").encode("gbk"), None, "gb18030", "GBK declared as UTF-8"),
    (page("x").encode("gbk"), "text/html; charset=utf-8", "gb18030", "GBK sent as UTF-8"),
    (page("iso-8859-1").encode("gbk"), "text/html; charset=ISO-8859-1", "gb18030", "a server's default header"),
    (page("").encode("gbk"), None, "gb18030", "nothing declared"),
    ((LATE_META.format("gbk") + CHINESE).encode("gbk"), None, "gb18030", "a meta tag 6 KB into the page"),
    ((LATE_META.format("big5") + TRADITIONAL).encode("big5"), None, "big5hkscs", "Big5 declared late"),
    (page("big5", TRADITIONAL).encode("big5"), None, "big5hkscs", "Big5 is respected where declared"),
    (page("x", TRADITIONAL).encode("big5"), "text/html; charset=Big5", "big5hkscs", "Big5 by header"),
    (page("", TRADITIONAL).encode("big5"), None, "big5hkscs", "Big5 undeclared"),
    (("\ufeff" + page("gbk")).encode(), None, "utf-8", "a BOM beats the meta tag"),
    (page("utf-16").encode("utf-16"), None, "utf-16-le", "UTF-16 with a BOM"),
    (page("x").encode("utf-16-le"), None, "utf-16-le", "UTF-16 without one"),
    (page("x").encode("utf-16-be"), None, "utf-16-be", "the other order"),
    (page("utf-8").encode()[:-20][:200], None, "utf-8", "cut in the middle of a character"),
    (page("zlib").encode("gbk"), None, "gb18030", "a codec that is no charset is not reached"),
    (('<?xml version="1.0" encoding="gb2312"?>' + page("")).encode("gbk"), None, "gb18030", "an XML declaration"),
]


@pytest.mark.parametrize(("raw", "header", "name", "reason"), CASES)
def test_reads_by_what_the_bytes_are(raw: bytes, header: str | None, name: str, reason: str) -> None:
    text, used = decode(raw, header)
    assert used == name, reason
    assert (
        ("清江市人民政府办公室关于印发" in text) or ("臺北市政府關於供水" in text) or ("喆昇镕小区的㐂𠮷先生" in text)
    ), reason
    assert not text.startswith("\ufeff")


def test_western_text_stays_readable() -> None:
    assert decode("café crème, naïve".encode("cp1252") + b" plain text", "text/html; charset=iso-8859-1")[0].startswith(
        "caf"
    )


@pytest.mark.parametrize(
    "name", ["zlib", "rot13", "unicode_escape", "punycode", "idna", "utf-7", "iso-8859-1", "", "\x00", "no such"]
)
def test_trusts_no_other_codec(name: str) -> None:
    assert codec_of(name) is None


@given(st.binary(max_size=400), st.none() | st.text(max_size=60))
def test_never_raises(raw: bytes, header: str | None) -> None:
    text, name = decode(raw, header)
    assert isinstance(text, str)
    assert name


@given(st.text(alphabet=st.characters(codec="gb18030", exclude_characters="\ufeff"), max_size=200))
def test_utf8_survives_any_declaration(text: str) -> None:
    assert decode(("<p>" + text).encode(), "text/html; charset=gbk")[0] == "<p>" + text
