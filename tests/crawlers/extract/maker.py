"""Pages made for a test: a head, a headline and a text of 清江."""

TEXT = (
    "<p>为保障居民用水安全，6月1日起对城区老旧供水管网进行改造，每次停水不超过8小时。</p>"
    "<p>改造涉及38个小区，施工单位将提前三天公告，请居民提前储水，感谢理解和支持。</p>"
)


def page(
    headline: str = "", *, head: str = "", title: str = "清江市更换供水管网", text: str = TEXT, foot: str = ""
) -> bytes:
    return (
        f'<html><head><meta charset="utf-8"><title>{title}</title>{head}</head><body>'
        f'<div class="nav"><a href="/">首页</a><a href="/a">新闻</a></div><h1>清江市更换供水管网</h1>{headline}'
        f'<div class="con">{text}</div>{foot}</body></html>'
    ).encode()
