"""How a crawl ended, for people."""

from collections.abc import Mapping
from typing import Any

from crawlers.job import Outcome

_COUNTS = (
    ("new", "新"), ("updated", "更新"), ("unchanged", "未变"), ("outside", "不涉本市"), ("failed", "失败"),
)  # fmt: skip
_FIELDS = (
    ("url", "网址"), ("kind", "类型"), ("title", "标题"), ("published", "发布时间"), ("publisher", "来源"),
    ("doc_number", "文号"), ("text", "正文"), ("reply", "答复"), ("replied", "答复时间"), ("likes", "点赞"),
    ("comments", "评论"), ("shares", "转发"), ("speaker", "带账号（只存散列）"), ("in_scope", "在范围内"),
)  # fmt: skip
MOST_FAULTS_SHOWN = 10


def as_text(name: str, outcome: Outcome) -> str:
    """A line, and one more for each fault."""
    counts = "，".join(f"{label} {outcome.counts[key]}" for key, label in _COUNTS if outcome.counts[key])
    asked = f"{outcome.counts['requests']} 次请求，{outcome.seconds:.1f} 秒"
    lines = [f"{'✓' if outcome.ok else '✗'} {name}：{counts or '没有新信息'}（{asked}）"]
    for trouble in outcome.faults[:MOST_FAULTS_SHOWN]:
        lines.append(f"    {trouble.message}{f'  {trouble.where}' if trouble.where else ''}")
    if (more := outcome.counts["faults"] - MOST_FAULTS_SHOWN) > 0:
        lines.append(f"    另有 {more} 个问题，--json 可看全部")
    return "\n".join(lines)


def robots_text(outcome: Outcome) -> str:
    return "\n".join(
        f"robots.txt {site}：{check['answer']}"
        + (f"；不允许 {'、'.join(check['refused'])}" if check["refused"] else "")
        for site, check in outcome.robots.items()
    )


def post_text(number: int, post: Mapping[str, Any]) -> str:
    """A post of a trial crawl, field by field; what was not found is said to be so."""
    lines = [f"第 {number} 条"]
    for key, label in _FIELDS:
        value = post.get(key)
        shown = {True: "是", False: "否", None: "—", "": "—"}.get(value, value)
        if key == "text" and post.get("length", 0) > len(str(value)):
            shown = f"{value}……（共 {post['length']} 字）"
        if key == "published" and value:
            shown = f"{value}（{ {'minute': '精确到分', 'day': '精确到日'}.get(post['precision'], '') }）"
        lines.append(f"  {label}：{str(shown).replace(chr(10), chr(10) + '    ')}")
    return "\n".join(lines)
