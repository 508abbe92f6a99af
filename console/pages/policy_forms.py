"""A policy as a form; what it leads to is monitor.policies. A date that the policy's own text names is filled in with
the words it rests on, and becomes the policy's when a person saves the form."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from django import forms

from archive.post import CHINA
from console.pages.formats import safe_url
from monitor.models import Policy
from monitor.policies import LONGEST_TITLE, TEXTS
from monitor.policy_dates import Suggestion
from monitor.validity import Validity, day_of

_ERRORS = {"required": "请填写这一项。", "max_length": "最多 %(limit_value)d 字，现有 %(show_value)d 字。"}
_BY_DATES = "按日期判断"
# Of the form: of Policy. Days that a policy keeps as times.
MOMENTS = {"released_on": "released_at", "interpreted_on": "interpreted_at", "result_on": "result_at"}
GROUPS = (
    ("政策", ("title", "doc_number", "unit", "url")),
    ("四个日期", ("planned_on", "released_on", "effective_on", "expires_on")),
    ("征求意见", ("consulted_from", "consulted_until", "result_on", "result_url")),
    ("解读", ("needs_interpretation", "interpreted_on", "interpretation_url")),
    ("有效性", ("validity", "validity_reason")),
    ("监测", ("query", "enabled")),
)


def _text(label: str, field: str, *, required: bool = False, help_text: str = "", url: bool = False) -> forms.CharField:
    longest = LONGEST_TITLE if field == "title" else TEXTS[field][1]
    widget = forms.TextInput(attrs={"class": "stretch", **({"inputmode": "url"} if url else {})})
    return forms.CharField(
        label=label, required=required, max_length=longest, error_messages=_ERRORS, help_text=help_text, widget=widget
    )


def _day(label: str, help_text: str = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        help_text=help_text,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": "日期应形如 2026-04-01。"},
    )


class PolicyForm(forms.Form):
    title = _text("标题", "title", required=True)
    doc_number = _text("文号", "doc_number")
    unit = _text("责任单位", "unit")
    url = _text("链接", "url", url=True)
    planned_on = _day("拟发布日期")
    released_on = _day("发布日期", "不填就是尚未发布；尚未发布的也照样监测。")
    effective_on = _day("施行日期", "不填按发布之日起算。")
    expires_on = _day("失效日期", "从这一天起不再有效。“有效期三年”就是施行满三年的那一天。")
    consulted_from = _day("征求意见开始")
    consulted_until = _day("征求意见截止", "最后一天。意见采纳情况应在此后一个月内公布。")
    result_on = _day("意见采纳情况公布日期", "采集到时自动填上。")
    result_url = _text("意见采纳情况链接", "result_url", url=True)
    needs_interpretation = forms.BooleanField(
        label="须配解读", required=False, help_text="解读应与政策同日发布；没有的，日报每天提醒。"
    )
    interpreted_on = _day("解读发布日期", "采集到时自动填上。")
    interpretation_url = _text("解读链接", "interpretation_url", url=True)
    validity = forms.ChoiceField(
        label="有效性",
        required=False,
        choices=[("", _BY_DATES), *((each.value, each.value) for each in Validity)],
        error_messages={"invalid_choice": "请从列出的几种里选。"},
    )
    validity_reason = _text("认定理由", "validity_reason", help_text="不按日期判断的，要写明依据，例如被哪个文件废止。")
    query = forms.CharField(
        label="检索式",
        required=False,
        max_length=2000,
        error_messages=_ERRORS,
        help_text="不填由标题和文号生成。",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    enabled = forms.BooleanField(label="监测这件政策", required=False)
    use_required_attribute = True

    def __init__(self, data: object = None, initial: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial=dict(initial or {}), auto_id="policy_%s", label_suffix="")  # type: ignore[arg-type]

    def clean(self) -> dict[str, Any]:
        for name in ("url", "result_url", "interpretation_url"):
            address = self.cleaned_data.get(name, "").strip()
            if address and not safe_url(address):
                self.add_error(name, "链接应以 http:// 或 https:// 开头。")
        return self.cleaned_data

    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        return [(title, [self[name] for name in names]) for title, names in GROUPS]

    def fault(self, field: str, message: str) -> None:
        """What monitor.policies refused, at the field it is about."""
        shown = {kept: name for name, kept in MOMENTS.items()}.get(field, field)
        self.add_error(shown if shown in self.fields else None, message)


def blank() -> PolicyForm:
    return PolicyForm(initial={"needs_interpretation": True, "enabled": True})


def form_of(policy: Policy, suggested: Sequence[Suggestion]) -> PolicyForm:
    """As it is registered, with the dates its text names where there are none."""
    initial: dict[str, Any] = {name: getattr(policy, name) for name in PolicyForm.base_fields if name not in MOMENTS}
    initial |= {name: day_of(at) for name, kept in MOMENTS.items() if (at := getattr(policy, kept))}
    form = PolicyForm(initial=initial)
    for each in suggested:
        name = {kept: name for name, kept in MOMENTS.items()}.get(each.field, each.field)
        form.initial[name] = each.day
        form.fields[name].help_text = f"从正文中找到，请核对：“{each.words}”"
    return form


def changes_of(data: Mapping[str, Any], policy: Policy | None = None) -> dict[str, Any]:
    """Fields of Policy. A day that did not change keeps the time of day it was known by."""
    changes = {name: value for name, value in data.items() if name not in MOMENTS}
    changes["query"] = changes["query"].replace("\r\n", "\n")  # browsers send lines so
    for name, kept in MOMENTS.items():
        changes[kept] = _moment(data[name], getattr(policy, kept) if policy else None)
    return changes


def _moment(day: date | None, before: datetime | None) -> datetime | None:
    if day is None:
        return None
    return before if before and day_of(before) == day else datetime.combine(day, time(), CHINA)
