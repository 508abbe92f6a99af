"""What the mails about an incident are made from, and the short notice for whoever may not get content."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from markupsafe import Markup

from alerts import clocks, levels
from alerts.mail.letter import Letter, letter
from alerts.plans import reading
from alerts.plans.blocks import counted, short, stands, when
from alerts.plans.escape import plain, web_address
from alerts.plans.facts import Facts, Item
from alerts.units import unit_told
from archive.post import CHINA

DAYS = 7
BAR = 48  # pixels of the highest day


@dataclass(frozen=True, slots=True)
class Notice:
    """`plan` is the filled plan in Markdown; `link` opens the incident; `why` is said in an update. `raised`: the
    suggested level that has risen above the confirmed one, which stays a person's."""

    facts: Facts
    plan: str
    plan_basis: str
    plan_fault: str
    link: str
    why: str = ""
    raised: int | None = None

    @property
    def look(self) -> levels.Look:
        """Of the level the mail is about."""
        return levels.look(self.facts.level if self.raised is None else self.raised)

    @property
    def tag(self) -> str:
        """For the subject line."""
        return ("" if self.raised is None else "建议") + self.look.tag

    @property
    def level(self) -> str:
        known = levels.look(self.facts.level).full + (
            "（已认定）" if self.facts.confirmed else "（系统建议，待人工认定）"
        )
        return known if self.raised is None else f"系统建议升为 {self.look.full}，待人工研判；现为 {known}"


def happened(notice: Notice) -> str:
    """截至 8月2日 07:00 的 24 小时 5 条（通常 0.3 条）"""
    return plain(notice.facts.explanation, 120) or plain(counted(notice.facts.counts), 120) or "条数待核"


def values(notice: Notice, now: datetime) -> dict[str, Any]:
    """For the templates. Text is escaped there; links were checked to be http(s)."""
    facts = notice.facts
    return {
        "look": notice.look,
        "level": notice.level,
        "number": facts.number,
        "title": plain(facts.title, 80),
        "happened": happened(notice),
        "scope": _scope(facts),
        "found": short(facts.discovered_at),
        "first": _first(facts),
        "denials": [_sample(item) for item in facts.denials[:2]],
        "clocks": [_clock(each, now) for each in facts.deadlines],
        "topic": plain(facts.topic, 120),
        "unit": plain(unit_told(facts.unit, facts.assigned), 60),
        "unit_phone": plain(facts.unit_phone, 40),
        "office": facts.office,
        "office_phone": facts.office_phone,
        "link": web_address(notice.link),
        "days": _days(facts, now),
        "samples": [_sample(item) for item in facts.samples[:3]],
        "watchlist": plain(facts.watchlist, 80),
        "plan_basis": plain(notice.plan_basis, 80),
        "plan_fault": plain(notice.plan_fault, 300),
        "plan_html": Markup(reading.html(notice.plan)),  # noqa: S704 - raw HTML is off; every text is escaped
        "plan_text": reading.words(notice.plan),
        "why": notice.why,
    }


def lines(notice: Notice, now: datetime) -> list[str]:
    """All that matters, plainly, should a template be broken."""
    known = values(notice, now)
    return [
        f"{known['level']} {known['title']}",
        f"编号 {known['number']}，{known['happened']}",
        *([f"首发：{known['first']['said']} {known['first']['url']}"] if known["first"] else []),
        *(f"辟谣：{each['about']} “{each['excerpt']}” {each['url']}" for each in known["denials"]),
        *(f"{each['name']}：{each['until']}，{each['left']}" for each in known["clocks"]),
        *([f"领域：{known['topic']}"] if known["topic"] else []),
        f"责任单位：{known['unit'] or '【待填】'} {known['unit_phone']}",
        f"值班室：{known['office_phone']}",
        f"打开研判：{known['link']}",
        "内部资料 注意保管",
        "",
        *str(known["plan_text"]).splitlines(),
    ]


def brief(notice: Notice, now: datetime) -> Letter:
    """Number, level, deadline and 请致电值班室: nothing else may leave for other domains, in the subject neither."""
    facts, look = notice.facts, notice.look
    level = look.full if notice.raised is None else f"建议升为 {look.full}"
    open_clocks = [each for each in facts.deadlines if each.running]
    deadline = _deadline(open_clocks[0].ends_at, now) if open_clocks else "时限已完成"
    known = {"look": look, "number": facts.number, "deadline": deadline, "level": level}
    plainly = [f"编号 {facts.number}", level, f"时限：{deadline}", "请致电值班室"]
    subject = f"【{notice.tag}】编号 {facts.number}，{deadline}，请致电值班室"
    return letter("brief", subject, known, plainly, full=False)


def _deadline(ends_at: datetime, now: datetime) -> str:
    """8月4日 07:02 前; when that is over, that it is."""
    return clocks.until(ends_at) + ("（已超期）" if now > ends_at else "")


def _clock(deadline: Any, now: datetime) -> dict[str, Any]:
    if not deadline.running:
        return {"name": deadline.name, "until": stands(deadline, now), "left": "", "late": False}
    left = clocks.remaining(deadline.ends_at, now)
    return {
        "name": deadline.name,
        "until": clocks.until(deadline.ends_at),
        "left": left,
        "late": now > deadline.ends_at,
    }


def _scope(facts: Facts) -> str:
    counts = facts.counts
    speakers = counts.speakers if counts.speakers_at is None else None  # not of the time the total is of
    parts = [
        f"{value} {unit}"
        for value, unit in ((counts.total, "条"), (speakers, "个账号"), (counts.source_count, "个信源"))
        if value
    ]
    since = f"{short(facts.first.at)}起" if facts.first.at else ""
    copies = f"，其中同文 {counts.copies} 条" if counts.copies else ""
    return f"{since}共 " + "、".join(parts) + copies if parts else ""


def _first(facts: Facts) -> dict[str, str]:
    """The first source, empty where it is not known. Not beside it the copies there are: they may be another's."""
    item = facts.first
    if not (item.source or item.url):
        return {}
    said = "　".join(part for part in (plain(item.source, 30), when(item)) if part)
    return {"said": said, "url": web_address(item.url)}


def _days(facts: Facts, now: datetime) -> list[dict[str, Any]]:
    """The last 7 days, those without posts too; none where no day is known."""
    known = dict(facts.counts.days)
    today = now.astimezone(CHINA).date()
    days = [(day, known.get(day, 0)) for day in (today - timedelta(days=back) for back in reversed(range(DAYS)))]
    if not known:
        return []
    most = max((count for _, count in days), default=0) or 1
    return [
        {"label": f"{day.day}日", "count": count, "height": max(1, round(BAR * count / most))} for day, count in days
    ]


def _about(item: Item) -> tuple[str, ...]:
    copies = f"同文 {item.copies} 条" if item.copies else ""
    return plain(item.source, 30), short(item.at), plain(item.matter, 8), copies


def _sample(item: Any) -> dict[str, str]:
    return {
        "title": plain(item.title, 60),
        "excerpt": plain(item.excerpt, 120),
        "about": "　".join(part for part in _about(item) if part),
        "url": web_address(item.url),
    }
