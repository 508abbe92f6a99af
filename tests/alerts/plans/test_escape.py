"""Whatever somebody posts stays text: in Markdown, in a link, in a template."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.plans.escape import link, markdown, plain, web_address
from alerts.plans.reading import html, parse
from alerts.plans.sandbox import render

NASTY = st.text(
    st.sampled_from("ab1.#*_`~[]()<>!|\\{}%&;:/\"'-+=@ \n\t\r\u2028中【】待填\u200b") | st.characters(), max_size=40
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("见 http://a.cn/x（超期：回应（48 小时））", "见 〔链接略〕（超期：回应（48 小时））"),
        ("“http://a.cn/x”已公布", "“〔链接略〕”已公布"),
        ("「www.a.cn/x」《http://a.cn》、http://b.cn！好", "「〔链接略〕」《〔链接略〕》、〔链接略〕！好"),
        ("http://a.cn/x?q=1&p=(2) 之后", "〔链接略〕 之后"),
    ],
)
def test_a_left_out_address_takes_nothing_else_with_it(text: str, shown: str) -> None:
    assert plain(text) == shown


FRAMES = ("{}", "- {}", "| |\n| --- |\n| {} |", "## {}", "前 {} 后", "1. {}")


@given(NASTY, st.sampled_from(FRAMES))
def test_escaped_text_shows_itself_wherever_it_stands(text: str, frame: str) -> None:
    """Law: in any frame it makes no token but text, and that says what `plain` says."""
    own = {token.type for token in parse(frame.format("字"))}
    said = ""
    for token in parse(frame.format(markdown(text))):
        assert token.type in own
        for child in token.children or ():
            assert child.type in {"text", "text_special"}, child.type
            said += child.content
    wanted = frame.format(plain(text)) if frame.startswith("前") else plain(text)
    assert " ".join(said.split()) == " ".join(wanted.split())


@given(NASTY | st.text(st.sampled_from("{%#}"), max_size=8))
def test_escaped_text_never_becomes_a_template(text: str) -> None:
    escaped = markdown(text)
    assert "{{" not in escaped and "{%" not in escaped and "{#" not in escaped
    assert render("{{ x }}", {"x": escaped}) == escaped


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "//example.com",
        "http://",
        "http://user:secret@example.com/",
        "http://example.com/ x",
        "http://exa\u202emple.com/",
        "http://[::1",
        "x" * 3000,
        None,
        7,
        "",
    ],
)
def test_only_web_addresses_become_links(url: object) -> None:
    assert web_address(url) == ""
    assert link(url) == "无"


@pytest.mark.parametrize(
    "url", ["http://a.cn/x>(y)", 'https://a.cn/?q="><script>', "http://a.cn/`*_[]|", "http://a.cn/中文#a)b"]
)
def test_an_address_cannot_break_out_of_its_link(url: str) -> None:
    (paragraph,) = [token for token in parse(f"| h |\n| - |\n| {link(url)} |") if token.type == "inline"][1:]
    kinds = [child.type for child in paragraph.children or ()]
    assert kinds == ["link_open", "text", "link_close"]
    assert "<script" not in html(link(url))


def test_a_quoted_link_is_left_out_so_that_no_mail_program_makes_it_one() -> None:
    shown = plain("加微信看 http://evil.example/x 和 www.evil.example 以及 HTTPS://EVIL.example")
    assert "evil" not in shown.lower()
    assert shown.count("〔链接略〕") == 3


def test_long_text_is_cut_and_newlines_go() -> None:
    assert plain("一\n二\r\n\u2028三") == "一 二 三"
    assert len(plain("长" * 1000)) == 300


def test_a_post_cannot_pretend_to_be_a_blank() -> None:
    assert "【待填" not in plain("【待填：领导签字】")
