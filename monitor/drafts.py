"""A watchlist as somebody wrote it, and what is wrong with it."""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from archive.language import QueryError, parse

FIELDS = ("name", "purpose", "query", "immediate", "approved_by", "enabled", "plan")
APPROVERS = 2  # for an immediate list: who wrote it and a second person

# A watchlist names a matter. What names a person can be told by its form for these; a private person's name cannot,
# and the page says so beside the box.
_PERSONAL = (
    ("手机号", re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")),
    ("身份证号", re.compile(r"(?<!\d)\d{17}[\dxX](?![\dA-Za-z])")),
    ("邮箱", re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    ("账号", re.compile(r"(?<![\w.])@[\w\u4e00-\u9fff-]{2,}")),
    ("账号", re.compile(r"(?:微信号?|QQ号?|抖音号|微博号|快手号)\s*[:：]?\s*[A-Za-z0-9_-]{5,}", re.I)),
)
_NOT_IN_NAMES = frozenset({"Cc", "Zl", "Zp", "Cs"})  # a name stands on one line, in a mail's subject too
_SEPARATED = re.compile(r"(?<=\d)[-\s_.·](?=\d)")


class WatchlistError(Exception):
    """A watchlist cannot be saved; `faults` (Chinese) says why, one each. Raised by `draft_of` and
    `monitor.watchlists.save`."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("；".join(faults))
        self.faults = list(faults)


@dataclass(frozen=True, slots=True)
class Draft:
    """A watchlist as somebody wrote it. `approved_by` are the names of those who agree to an immediate list."""

    name: str
    purpose: str
    query: str
    immediate: bool = False
    approved_by: tuple[str, ...] = ()
    enabled: bool = True
    plan: str = ""


def personal(query: str) -> list[str]:
    """Kinds of personal number or account that stand in a query, in Chinese."""
    plain = unicodedata.normalize("NFKC", query)
    joined = _SEPARATED.sub("", plain)
    found = [kind for kind, form in _PERSONAL if form.search(plain) or form.search(joined)]
    return list(dict.fromkeys(found))


def check(draft: Draft, plans: Collection[str] | None = None) -> list[str]:
    """What is wrong with a draft, in Chinese; empty if it may be saved. `plans` are the ids of the plans there are;
    None where the caller does not know them."""
    faults = []
    if not draft.name.strip():
        faults.append("缺少名称")
    elif len(draft.name) > 64:
        faults.append("名称超过 64 个字")
    elif any(unicodedata.category(character) in _NOT_IN_NAMES for character in draft.name.strip()):
        faults.append("名称里有换行或别的控制字符，请删去")
    if plans is not None and draft.plan and draft.plan not in plans:
        faults.append(f"没有编号为 {draft.plan} 的预案（plan）；现有：{'、'.join(sorted(plans))}")
    if not draft.purpose.strip():
        faults.append("缺少监测目的：监测方案针对事项，请写明为哪项政策或工作而设")
    elif len(draft.purpose) > 200:
        faults.append("监测目的超过 200 个字")
    if len(draft.plan) > 64:
        faults.append("预案编号超过 64 个字")
    faults += [f"检索式含有{kind}：监测方案针对事项，不针对个人" for kind in personal(draft.query)]
    try:
        parse(draft.query)
    except QueryError as error:
        faults.append(f"检索式有误（第 {error.position + 1} 个字）：{error}")
    if draft.immediate and len(approvers(draft.approved_by)) < APPROVERS:
        faults.append("即报须有两个不同的人同意（approved_by）")
    return faults


def approvers(names: Sequence[object]) -> list[str]:
    """Different names, in order; one written in full width, in other letters or with spaces is no second one."""
    found: dict[str, str] = {}
    for name in names:
        if isinstance(name, str) and (plain := "".join(unicodedata.normalize("NFKC", name).casefold().split())):
            found.setdefault(plain, name.strip())
    return list(found.values())


def draft_of(entry: Any) -> Draft:
    """A draft from one entry. Raises WatchlistError naming fields that are unknown or of the wrong kind."""
    if not isinstance(entry, Mapping):
        raise WatchlistError(["应有 name、purpose、query 等字段"])
    faults = [f"不认识的字段 {key}，可用：{'、'.join(FIELDS)}" for key in entry if key not in FIELDS]
    for key in ("name", "purpose", "query", "plan"):
        if not isinstance(entry.get(key, ""), str):
            faults.append(f"{key} 应是文字，现为 {entry[key]!r}（可加引号）")
    for key in ("immediate", "enabled"):
        if not isinstance(entry.get(key, False), bool):
            faults.append(f"{key} 应是 true 或 false，现为 {entry[key]!r}")
    approved = entry.get("approved_by", [])
    if not isinstance(approved, list) or not all(isinstance(name, str) for name in approved):
        faults.append(f"approved_by 应是姓名的列表，现为 {approved!r}")
    if faults:
        raise WatchlistError(faults)
    return Draft(
        name=entry.get("name", "").strip(),
        purpose=entry.get("purpose", ""),
        query=entry.get("query", ""),
        immediate=entry.get("immediate", False),
        approved_by=tuple(approved),
        enabled=entry.get("enabled", True),
        plan=entry.get("plan", ""),
    )
