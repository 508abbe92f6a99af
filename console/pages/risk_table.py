"""风险表: what the suggested levels are made of; changed with a look at what would have been graded otherwise."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from accounts.access import needs, user_of
from accounts.models import Role
from alerts.risk_trial import Trial, try_on_incidents
from console.pages.clock import now as clock_of
from console.pages.login import address
from console.pages.methods import methods
from monitor import risk_store
from monitor.models import RiskTable
from monitor.risk_documents import Fault, RiskTableError, read_table, write_table
from monitor.risk_tables import CAPS, POINTS, POINTS_OF, Preset

EMPTY_ROWS = 2  # of fields, for new ones
NOTE = 200  # characters
VERSIONS = 50
LISTS = (
    ("central_media", "中央媒体", "来源以这些名称开头的报道，算中央媒体报道"),
    ("provincial_media", "省级媒体", "来源以这些名称开头的报道，算省级媒体报道"),
    ("official", "官方发布", "来源以这些字样结尾的报道，算官方已发声，略减分"),
)
BANDS = (("1", "Ⅰ 特别重大"), ("2", "Ⅱ 重大"), ("3", "Ⅲ 较大"))
# What a contribution counts, in words (monitor.risk_points).
EXPLAINED = {
    "信息量": "窗口内的条数和它与平时之比；越多，每条加得越少",
    "诉求": "投诉、求助、举报的条数和占比；每条举报另加 1 分，至多 4 分",
    "领域": "三分之一以上的标题说到的领域，取分值最高的一个",
    "扩散": "信源个数；同文每 5 条 1 分，至多 4 分",
    "持续": "每 7 天 1 分，每 5 个账号 1 分，各至多 6 分",
    "未答复": "逾期未答复的条数；另外每 4 条未答复 1 分",
    "媒体": "有中央或省级媒体报道",
    "伤亡": "报道说到有人死亡或受伤",
    "上级督办": "报道提到上级督办、约谈、批示",
    "全国热搜": "报道提到登上热搜",
    "官方声音": "减分：已答复的条数和官方发布的条数",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the form holds: the table as typed, why, and the version it started from."""

    table: Mapping[str, Any]
    note: str
    base: str

    @property
    def digest(self) -> str:
        """Of the table as it was tried: what is saved must be what was looked at."""
        said = json.dumps([self.table, self.base], ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(said.encode()).hexdigest()


@methods("GET")
def risk_table(request: HttpRequest) -> HttpResponse:
    """The table in force; `?from=` puts another one into the form: a version's number, four or three."""
    in_force = risk_store.in_force()
    wanted = request.GET.get("from", "")
    chosen = _chosen(wanted)
    if wanted and chosen is None:
        messages.error(request, "没有这一版风险表，下面是现用的一版。")
    asked = Asked(write_table(chosen or in_force), "", str(_last_version()))
    return _page(request, in_force, asked, started=chosen)


@methods("POST")
@needs(Role.OFFICER)
def risk_try(request: HttpRequest) -> HttpResponse:
    """Which incidents of 90 days would have had another level. Changes nothing."""
    in_force, asked = risk_store.in_force(), _asked(request.POST)
    try:
        trial = try_on_incidents(in_force, read_table(asked.table), clock_of(request))
    except RiskTableError as error:
        return _page(request, in_force, asked, error.faults, status=422)
    return _page(request, in_force, asked, trial=trial)


@methods("POST")
@needs(Role.LEADER)
def risk_save(request: HttpRequest) -> HttpResponse:
    """A new version; only of what was tried, and with a reason."""
    in_force, asked = risk_store.in_force(), _asked(request.POST)
    try:
        table = read_table(asked.table)
        if not asked.note:
            raise RiskTableError([Fault("note", "请写明修改理由：以后看得出为什么这样定")])
        if request.POST.get("tried") != asked.digest:
            messages.warning(request, "内容在试算之后又改过（或还没有试算）。请先看下面的试算，再保存。")
            trial = try_on_incidents(in_force, table, clock_of(request))
            return _page(request, in_force, asked, trial=trial, status=409)
        user, now = user_of(request), clock_of(request)
        base = int(asked.base) if asked.base.isdecimal() else -1
        row = risk_store.save(table, note=asked.note, base=base, by=user, now=now, address=address(request))
    except RiskTableError as error:
        return _page(request, in_force, asked, error.faults, status=422)
    except risk_store.StaleTableError as error:
        return _page(request, in_force, asked, [Fault("", str(error))], status=409)
    messages.success(request, f"已保存为第 {row.version} 版，自下一轮研判起使用。")
    return redirect("risk_table")


def _page(
    request: HttpRequest,
    in_force: Preset,
    asked: Asked,
    faults: Sequence[Fault] = (),
    *,
    trial: Trial | None = None,
    started: Preset | None = None,
    status: int = 200,
) -> HttpResponse:
    wrong: dict[str, list[str]] = {}
    for fault in faults:
        wrong.setdefault(fault.field, []).append(fault.message)
    rows = [*asked.table.get("fields", []), *({"name": "", "points": "", "words": []} for _ in range(EMPTY_ROWS))]
    context = {
        "in_force": in_force,
        "saved": RiskTable.objects.filter(version=in_force.version).first(),
        "asked": asked,
        "wrong": wrong,
        "faults": faults,
        "trial": trial,
        "started": started,
        "bands": BANDS,
        "caps": [(name, EXPLAINED[name]) for name, _ in CAPS],
        "points": [(name, POINTS_OF[name]) for name, _ in POINTS],
        "rows": rows,
        "lists": LISTS,
        "versions": RiskTable.objects.all()[:VERSIONS],
        "note_length": NOTE,
        "may_try": user_of(request).may(Role.OFFICER),
        "may_save": user_of(request).may(Role.LEADER),
    }
    return render(request, "risk_table.html", context, status=status)


def _chosen(wanted: str) -> Preset | None:
    if wanted in risk_store.SHIPPED:
        return risk_store.SHIPPED[wanted]
    return risk_store.table_of(int(wanted)) if wanted.isascii() and wanted.isdecimal() and len(wanted) < 7 else None


def _last_version() -> int:
    last = RiskTable.objects.order_by("-version").first()
    return last.version if last else 0


def _asked(sent: QueryDict) -> Asked:
    """As typed: what is wrong in it is for `read_table` to say. Rows of fields that are empty are left out."""
    columns = [sent.getlist(f"field-{part}") for part in ("name", "points", "words")]
    rows = [
        {"name": name.strip(), "points": points.strip(), "words": words.strip()}
        for name, points, words in zip(*columns, strict=False)
        if name.strip() or points.strip() or words.strip()
    ]
    table = {
        "name": sent.get("name", "").strip(),
        "bands": {level: sent.get(f"band-{level}", "").strip() for level, _ in BANDS},
        "points": {name: sent.get(f"point-{name}", "").strip() for name, _ in POINTS},
        "caps": {name: sent.get(f"cap-{name}", "").strip() for name, _ in CAPS},
        "fields": rows,
        **{name: sent.get(name, "").strip() for name, _, _ in LISTS},
    }
    return Asked(table, sent.get("note", "").strip()[:NOTE], sent.get("base", ""))
