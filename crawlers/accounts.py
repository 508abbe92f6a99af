"""Addresses that may not be a source: a person's own page, and platforms that are not crawled (SOURCES.md)."""

import re
from urllib.parse import SplitResult, urlsplit

_NOT_CRAWLED = {
    "weibo.com": "微博", "weibo.cn": "微博", "douyin.com": "抖音", "iesdouyin.com": "抖音",
    "xiaohongshu.com": "小红书", "tieba.baidu.com": "贴吧", "mp.weixin.qq.com": "微信公众号",
}  # fmt: skip
_PERSONAL_HOSTS = ("space.bilibili.com", "kuaishou.com/profile", "blog.sina.com.cn/u")
_PERSONAL = re.compile(
    r"/(u|user|users|people|profile|member|members|space|home/main|author)/[^/?#]+"
    r"|space-(uid|username)-|[?&](mod=space|uid=|userid=|user_id=|un=|username=)|/@[^/]+",
    re.I,
)


def refuse_platform(url: str) -> str:
    """Why nothing at all is asked of this site (Chinese), or "": neither as a source, nor by a link or a redirect."""
    host = (_split(url).hostname or "").lower().rstrip(".")
    for domain, platform in _NOT_CRAWLED.items():
        if host == domain or host.endswith("." + domain):
            return f"{platform}不自动采集，请用人工登记或文件导入"
    return ""


def refuse_address(url: str) -> str:
    """Why `url` may not be a source (Chinese), or ""."""
    if reason := refuse_platform(url):
        return reason
    parts = _split(url)
    address = f"{(parts.hostname or '').lower()}{parts.path}"
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    if any(address.startswith(place) for place in _PERSONAL_HOSTS) or _PERSONAL.search(path):
        return "这是个人账号的页面，不能作信源：民声关注事、不关注人。请改用栏目页或版块页"
    return ""


def _split(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:  # no address at all, which others say
        return SplitResult("", "", "", "", "")
