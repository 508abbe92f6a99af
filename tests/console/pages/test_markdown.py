import pytest

from console.pages.markdown import fills, plan_html


@pytest.mark.parametrize(
    ("text", "never", "why"),
    [
        ("<script>alert(1)</script>", "<script", "raw HTML is text"),
        ('<img src="http://x.cn/1.png" onerror=x>', "<img", "raw HTML inline is text"),
        ("![p](http://x.cn/1.png)", "<img", "no picture is fetched"),
        ("[a](javascript:alert(1))", "<a", "no link but to the web"),
        ("[a](data:text/html,x)", "<a", "no link but to the web"),
        ("[a](/logout/)", "<a", "no link into the console"),
        ("<javascript:alert(1)>", "<a", "nor an autolink"),
        ('【待填"><script>x</script>】', "<script", "a blank is escaped like any text"),
        ('[a](http://x.cn "【待填】")', 'title="<mark', "a blank in an attribute stays there"),
    ],
)
def test_what_comes_from_outside_stays_text(text: str, never: str, why: str) -> None:
    assert never not in plan_html(text), why


def test_headings_go_below_those_of_the_page() -> None:
    assert plan_html("# 一\n\n## 二\n\n###### 六") == "<h3>一</h3>\n<h4>二</h4>\n<h6>六</h6>\n"


def test_blanks_are_set_off_and_counted() -> None:
    text = "口径：【待填】，结论：【待填：一句话】"
    assert '<mark class="fill">【待填：一句话】</mark>' in plan_html(text)
    assert fills(text) == 2


def test_links_tell_the_other_site_nothing() -> None:
    assert '<a href="http://x.cn/1" rel="noopener noreferrer">' in plan_html("[原文](http://x.cn/1)")


def test_the_title_of_the_paper_is_not_said_twice() -> None:
    assert plan_html("# 应对处置方案\n\n## 一、抬头") == "<h4>一、抬头</h4>\n"
    assert "应对处置方案（修订）" in plan_html("# 应对处置方案（修订）")
