"""日报."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.conf import settings

from alerts.digest_counts import NONE
from alerts.digest_links import posts_address
from alerts.digest_policies import NOTHING
from alerts.mail.letter import Letter, letter
from alerts.plans.escape import plain, web_address

_OTHERS_WORDS = {"title", "explanation"}


def digest_letter(content: Mapping[str, Any]) -> Letter:
    """From the content of a Digest."""
    day = date.fromisoformat(content["day"])
    base = f"近 {content['usual_days']} 期平均" if content.get("usual_days") else "往期平均"
    usual = "" if content["usual"] is None else f"（{base} {content['usual']:g} 条）"
    number = len(content["open_incidents"])
    overdue = sum(row["overdue"] for row in content["open_incidents"])
    late = f"（{overdue} 起超期）" if overdue else ""
    volume = f"涉本市信息 {content['total']} 条{usual}"
    subject = f"【日报】{day.month}月{day.day}日 {volume}，舆情 {number} 起在办{late}"
    known = {
        "late": 0,  # digests kept before it was counted
        "policy_work": NOTHING,
        **_quoted(content),
        "date": f"{day.month}月{day.day}日 星期{'一二三四五六日'[day.weekday()]}",
        "volume": volume,
        "link": web_address(f"{settings.BASE_URL.rstrip('/')}/digests/{day}/"),
        "office": settings.OFFICE_NAME,
        "safe": web_address,
        "base": base,
        "none_name": NONE,
        "posts_of": lambda **only: _posts(content, only),
        "policy_link": lambda key: web_address(f"{settings.BASE_URL.rstrip('/')}/policies/{key}/") if key else "",
        "policies_link": web_address(f"{settings.BASE_URL.rstrip('/')}/policies/"),
        "incident_link": lambda number: web_address(f"{settings.BASE_URL.rstrip('/')}/incidents/{number}/"),
    }
    lines = [subject, f"打开日报：{known['link']}", "内部资料 注意保管"]
    lines += [f"{row['number']} {row['level_text']} {row['title']} {row['left']}" for row in known["open_incidents"]]
    return letter("digest", subject, known, lines)


def _posts(content: Mapping[str, Any], only: Mapping[str, str]) -> str:
    address = posts_address(content, **only)
    return web_address(settings.BASE_URL.rstrip("/") + address) if address else ""


def _quoted(content: Any) -> Any:
    """The content with what others wrote made plain: a title must not bring a link into a government mail."""
    if isinstance(content, Mapping):
        return {
            name: plain(value, 300) if name in _OTHERS_WORDS and isinstance(value, str) else _quoted(value)
            for name, value in content.items()
        }
    return [_quoted(each) for each in content] if isinstance(content, list) else content


def digest_brief(day: date) -> Letter:
    """For other domains: that there is one."""
    told = f"{day.month}月{day.day}日"
    subject = f"【日报】{told} 已生成，请在办公内网查看或致电值班室"
    return letter("digest_brief", subject, {"day": told}, [subject], full=False)
