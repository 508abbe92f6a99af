"""The parts of a plan that the system knows, each as Markdown, by the Chinese names under which plans use them.

Counts, times and quotations only: causes, motives and forecasts are a person's to write (DESIGN, Risk)."""

from collections.abc import Callable, Iterable
from datetime import datetime

from alerts import clocks, levels
from alerts.plans.escape import MISSING, link, markdown, plain
from alerts.plans.facts import Counts, Deadline, Facts, Item
from alerts.units import unit_told
from archive.names import POLARITY_NAMES
from archive.post import CHINA
from monitor import said

SUMMARY_LIMIT = 200
QUOTE = 120
CHANGES = 4
UNKNOWN = "未统计"
NO_COUNT = "【待填：条数】"

Blocks = dict[str, str | bool | list[str]]


def blocks(facts: Facts, now: datetime, plan_name: str, plan_version: int | None) -> Blocks:
    """Every name a plan may use. What is not known reads 无 or 【待填：…】, never nothing."""
    counts = facts.counts
    basis = f"《{markdown(plan_name)}》" + (f"第 {plan_version} 版" if plan_version else "（随系统提供的文本）")
    given: Blocks = {
        "编号": markdown(facts.number) or "（未编号）",
        "标题": markdown(facts.title, 80) or "【待填：标题】",
        **_level(facts),
        "预案": basis,
        "发现时间": stamp(facts.discovered_at),
        "制作时间": stamp(now),
        "办公室": markdown(facts.office) or "市政府新闻办",
        "值班电话": markdown(facts.office_phone) or "【待填：值班电话】",
        "突发事件": _emergency(facts.emergency),
        "涉及突发事件": bool(facts.emergency),
        "时限表": deadline_table(facts, now),
        "概况": markdown(summary(facts), SUMMARY_LIMIT),
        "发现依据": _said(facts),
        "监测方案": markdown(facts.watchlist) or MISSING,
        "首发": first(facts.first),
        "走势": curve(counts),
        "平台": _pairs(counts.sources, "条") or (f"{counts.source_count} 个信源" if counts.source_count else UNKNOWN),
        "账号数": accounts(counts),
        "同文数": f"{counts.copies} 条" if counts.copies is not None else UNKNOWN,
        "媒体节点": media(facts.evidence),
        "关键词": "、".join(markdown(word, 20) for word in facts.terms) or MISSING,
        "诉求": matters(counts),
        "情感": feelings(counts),
        "答复情况": answered(counts),
        "代表内容": quotes(facts.samples),
        "级别依据": contributions(facts),
        "责任单位": markdown(unit_told(facts.unit, facts.assigned)) or "【待填：责任单位】",
        "责任单位电话": markdown(facts.unit_phone) or "【待填：责任单位值班电话】",
        "通讯录": contacts(facts),
        "政策": policy(facts),
        "以往答复": earlier(facts.earlier),
        "附件表": evidence(facts),
        "审批记录": "\n".join(f"- {markdown(line, 200)}" for line in facts.approvals) or "- 暂无",
        "时限情况": timeliness(facts),
    }
    return given


def stamp(at: datetime) -> str:
    local = at.astimezone(CHINA)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"


def short(at: datetime | None) -> str:
    if at is None:
        return "时间不详"
    local = at.astimezone(CHINA)
    return f"{local.month}月{local.day}日 {local:%H:%M}"


def when(item: Item) -> str:
    """When a post was published, as exactly as it is known."""
    known = short(item.at)
    return known.split()[0] if item.day and item.at else known


def counted(counts: Counts) -> str:
    """最近 6 小时 42 条，通常 5 条；共 60 条、19 个账号; "" where nothing is known. Not escaped."""
    return "；".join(part for part in (_burst(counts), _scope(counts)) if part)


def summary(facts: Facts) -> str:
    """At most 200 characters: counts, times and quotations, nothing else. Not escaped."""
    title = plain(facts.title, 40)
    text = f"{short(facts.discovered_at)}发现{f'“{title}”' if title else ''}相关信息："
    text += counted(facts.counts) or "条数待核"
    first_item = facts.first
    if first_item.source or first_item.at:
        text += f"。首发：{plain(first_item.source, 20) or '信源不详'} {when(first_item)}"
    if facts.counts.matters:
        text += "。其中" + "、".join(f"{plain(name, 8)} {count} 条" for name, count in facts.counts.matters)
    quoted = next((plain(item.excerpt or item.title, 50) for item in facts.samples if item.excerpt or item.title), "")
    if quoted:
        text += f"。原文摘录：“{quoted}”"
    text += "。"
    return text if len(text) <= SUMMARY_LIMIT else text[: SUMMARY_LIMIT - 1] + "…"


def deadline_table(facts: Facts, now: datetime) -> str:
    rows = [
        (
            markdown(each.name),
            markdown(each.basis),
            clocks.until(each.ends_at),
            stands(each, now),
        )
        for each in facts.deadlines
    ]
    # Of the moment of filling: on paper the hours left do not count down.
    return table(("时限", "依据", "截止", f"{short(now)} 的情况"), rows) if rows else "【待填：时限】"


def stands(deadline: Deadline, now: datetime) -> str:
    """8月4日 07:02 已完成；已停，当时已超期 3 小时 2 分；还剩 46 小时 42 分"""
    if deadline.met_at is not None:
        return f"{short(deadline.met_at)} 已完成"
    if deadline.stopped_at is None:
        return clocks.remaining(deadline.ends_at, now)
    late = deadline.stopped_at > deadline.ends_at
    return "已停" + (f"，当时{clocks.remaining(deadline.ends_at, deadline.stopped_at)}" if late else "，未超期")


def first(item: Item) -> str:
    if not (item.source or item.url or item.at):
        return "【待填：首发信源、链接、时间】"
    title = f"“{markdown(item.title, 60)}”，" if item.title else ""
    return f"{markdown(item.source, 40) or '信源不详'}，{when(item)}，{title}{link(item.url)}"


def curve(counts: Counts) -> str:
    """The last 14 days that are known, with their sum, so that a clerk can check it."""
    days = counts.days[-14:]
    if not days:
        return markdown(counted(counts)) or NO_COUNT
    total = sum(count for _, count in days)
    cells = [f"{day.month}月{day.day}日 {count} 条" for day, count in days if count]
    (first, _), (last, _) = days[0], days[-1]
    span = f"{first.month}月{first.day}日" + (f"至{last.month}月{last.day}日" if last != first else "")
    return f"{span}合计 {total} 条：" + ("、".join(cells) or MISSING)


def media(evidence: Iterable[Item]) -> str:
    """Media and official sites among the evidence; never a private person."""
    names = dict.fromkeys(item.source for item in evidence if item.kind in {"news", "policy"} and item.source)
    return "、".join(markdown(name, 30) for name in list(names)[:8]) or MISSING


def quotes(samples: Iterable[Item]) -> str:
    lines = [_quote(item) for item in samples]
    return "\n".join(lines) if lines else "- 无摘录"


def earlier(answers: Iterable[Item]) -> str:
    lines = [_quote(item, f"《{markdown(item.title, 60)}》：" if item.title else "") for item in answers]
    return "\n".join(lines) if lines else "- 无同类问题的以往答复"


def accounts(counts: Counts) -> str:
    """19 个账号; with the time at which they were counted where the total was recounted since."""
    if counts.speakers is None:
        return f"账号数{UNKNOWN}"
    if not counts.speakers:
        return "无发言账号"
    return f"{counts.speakers} 个账号" + (f"（截至 {short(counts.speakers_at)}）" if counts.speakers_at else "")


def matters(counts: Counts) -> str:
    """投诉 3 条、未归类 1 条，合计 4 条"""
    if not counts.matters and counts.speakers_at is not None:  # counted, and there were none
        return "无市民诉求"
    total = f"，合计 {sum(count for _, count in counts.matters)} 条" if len(counts.matters) > 1 else ""
    return _pairs(counts.matters, "条") + total or UNKNOWN


def feelings(counts: Counts) -> str:
    """Of what is no citizen's message: those are told by 诉求类型."""
    return _pairs(_feelings(counts), "条") or ("均按诉求类型统计" if counts.matters else UNKNOWN)


def answered(counts: Counts) -> str:
    if counts.answered is None and counts.unanswered is None:
        return UNKNOWN
    return f"已答复 {counts.answered or 0} 条、未答复 {counts.unanswered or 0} 条"


def contributions(facts: Facts) -> str:
    rows = [(markdown(n, 20), p, markdown(e, 80)) for n, p, e in facts.contributions]
    text = table(("因素", "分值", "依据"), rows) if rows else "系统未给出评分依据。"
    trigger = markdown(facts.trigger, 80) if facts.trigger else MISSING
    said = "".join(f"；{markdown(name, 20)}：“{markdown(sentence, QUOTE)}”" for name, sentence in facts.grounds)
    lines = [text, f"Ⅰ、Ⅱ级须有指定情形（中央或省级媒体、全国热搜、伤亡、上级督办）：{trigger}{said}"]
    if facts.changes:
        lines.append(f"按同一评分，下列情形会改变建议级别：{changes(facts)}")
    return "\n\n".join(lines)


def changes(facts: Facts) -> str:
    """若再有 5 条同类投诉为Ⅲ级；…: counted from the table, no forecast."""
    told = [f"若{markdown(fact, 40)}为{levels.look(level).numeral}级" for fact, level in facts.changes[:CHANGES]]
    return "；".join(told)


def contacts(facts: Facts) -> str:
    own = [(facts.unit or "", facts.unit_phone)] if facts.unit else []
    office = [(facts.office, facts.office_phone)] if facts.office else []
    rows = [
        (markdown(name, 40), markdown(phone, 40) or "【待填：电话】")
        for name, phone in dict([*own, *office, *facts.units]).items()
    ]
    return table(("单位", "值班电话"), rows[:20]) if rows else "【待填：各单位值班电话】"


def policy(facts: Facts) -> str:
    if not facts.policy:
        return "无登记的相关政策"
    note = f"（{markdown(facts.policy_note, 60)}）" if facts.policy_note else ""
    quoted = "".join(f"“{markdown(quote, QUOTE)}”" for quote in facts.policy_quotes)
    address = link(facts.policy_url, "政策原文")
    source = "" if address == MISSING else f"，{address}"
    return f"{markdown(facts.policy, 120)}{note}{source}" + (f"：{quoted}" if quoted else "")


def evidence(facts: Facts) -> str:
    rows = [
        (
            str(index),
            markdown(item.title or item.excerpt, 60),
            markdown(item.source, 30),
            when(item),
            link(item.url),
        )
        for index, item in enumerate(facts.evidence, 1)
    ]
    if not rows:
        return "无"
    rest = facts.evidence_total - len(rows)
    more = f"\n\n其余 {rest} 条见系统内原文清单。" if rest > 0 else ""
    return table(("序号", "标题", "信源", "时间", "链接"), rows) + more


def timeliness(facts: Facts) -> str:
    """Per deadline: met in how long, late, or still open; from discovery."""
    said: Callable[[datetime], str] = lambda at: f"{(at - facts.discovered_at).total_seconds() / 3600:.1f} 小时"  # noqa: E731

    def became(each: Deadline) -> str:
        if each.met_at:
            return f"用时 {said(each.met_at)}，{'超期' if each.met_at > each.ends_at else '在时限内'}"
        return "尚未完成" if each.stopped_at is None else stands(each, each.stopped_at)

    lines = [f"- {markdown(each.name)}：{became(each)}" for each in facts.deadlines]
    return "\n".join(lines) or "- 无"


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _quote(item: Item, before: str = "") -> str:
    text = markdown(item.excerpt or item.title, QUOTE)
    address = link(item.url)
    copies = f"同文 {item.copies} 条" if item.copies else ""
    place = "" if address == MISSING else address
    about = (markdown(item.source, 30), when(item), markdown(item.matter, 8), copies, place)
    return f"- {before}“{text}”（{'，'.join(part for part in about if part)}）"


def _pairs(pairs: Iterable[tuple[str, int]], unit: str) -> str:
    return "、".join(f"{markdown(name, 30)} {count} {unit}" for name, count in pairs)


def _burst(counts: Counts) -> str:
    if counts.observed is None:
        return ""
    return said.burst(counts.window_hours, counts.observed, counts.expected, counts.until)


def _scope(counts: Counts) -> str:
    # Accounts that were counted at another time than the total do not belong into one sentence with it.
    speakers = counts.speakers if counts.speakers_at is None else None
    known = ((counts.total, "条"), (speakers, "个账号"), (counts.source_count, "个信源"))
    scope = [f"{value} {unit}" for value, unit in known if value is not None]
    others = [f"{plain(name, 20)} {plain(value, 20)}" for name, value in counts.others[:3]]
    return "；".join([*(["共 " + "、".join(scope)] if scope else []), *others])


def _said(facts: Facts) -> str:
    """What the detector said, and the whole of it beside the burst."""
    burst = plain(facts.explanation) or _burst(facts.counts)
    return markdown("；".join(part for part in (burst, _scope(facts.counts)) if part)) or NO_COUNT


def _feelings(counts: Counts) -> list[tuple[str, int]]:
    names = {str(polarity): name for polarity, name in POLARITY_NAMES.items()}
    return [(names.get(name, name), count) for name, count in counts.sentiments]


def _level(facts: Facts) -> Blocks:
    if not facts.level:
        return {"级别": "【待填：级别】", "级别数": "【待填：级别】", "审签": "【待填：审签，依级别而定】"}
    look = levels.look(facts.level)
    return {
        "级别": look.full + ("（已认定）" if facts.confirmed else "（系统建议，待人工认定）"),
        "级别数": look.numeral,
        "审签": f"{look.signers}；部门内由{look.within}",
    }


def _emergency(said: bool | None) -> str:
    if said is None:
        return "未认定【待填：是或否，由值班员认定】"
    return "是（启动 5 小时、24 小时时限）" if said else "否（执行 48 小时时限）"
