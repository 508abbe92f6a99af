"""The acts on an incident as forms; what they lead to is alerts.acts."""

from collections.abc import Sequence
from typing import ClassVar, cast

from django import forms

from accounts.by_character import ByCharacter
from alerts.models import Incident, Level, Unit
from console.pages.formats import level_words, safe_url
from monitor.models import Event

_REQUIRED = {"required": "请填写这一项。", "max_length": "最多 %(limit_value)d 字，现有 %(show_value)d 字。"}
LONGEST = 2000  # characters; alerts.acts keeps no more


class ActForm(forms.Form):
    """`title` heads the form, `button` does it, `warning` says what cannot be undone."""

    title: ClassVar[str]
    button: ClassVar[str]
    warning: ClassVar[str] = ""
    use_required_attribute = True

    def __init__(self, data: object = None, initial: dict[str, object] | None = None) -> None:
        super().__init__(data, initial=initial, auto_id=f"{type(self).__name__.lower()}_%s", label_suffix="")  # type: ignore[arg-type]

    @classmethod
    def for_incident(cls, incident: Incident) -> "ActForm":
        return cls()


class Confirm(ActForm):
    title, button = "认定级别", "认定"
    level = forms.TypedChoiceField(
        label="级别",
        coerce=int,
        choices=[(level.value, level_words(level).text) for level in Level],
        error_messages={"required": "请选择级别。", "invalid_choice": "请从四个级别中选一个。"},
    )
    emergency = forms.BooleanField(
        label="涉及特别重大、重大突发事件", required=False, help_text="勾选后启动 5 小时、24 小时时限，自发现时起算。"
    )
    reason = forms.CharField(
        label="认定理由（与建议级别不同的请写明）",
        required=False,
        max_length=LONGEST,
        error_messages=_REQUIRED,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    @classmethod
    def for_incident(cls, incident: Incident) -> "Confirm":
        return cls(initial={"level": int(incident.effective_level), "emergency": bool(incident.emergency)})


class Dismiss(ActForm):
    title, button = "不作舆情处置（存档）", "不作舆情处置"
    warning = "存档后停止提醒，记录和原文仍保留。"
    reason = forms.CharField(
        label="理由", max_length=LONGEST, error_messages=_REQUIRED, widget=forms.Textarea(attrs={"rows": 2})
    )


class Assign(ActForm):
    title, button = "交办责任单位", "交办"
    unit = forms.ModelChoiceField(
        label="责任单位",
        queryset=Unit.objects.order_by(ByCharacter("name")),
        empty_label="请选择",
        error_messages={"required": "请选择责任单位。", "invalid_choice": "这个单位不在名录里，请重新选择。"},
    )

    @classmethod
    def for_incident(cls, incident: Incident) -> "Assign":
        return cls(initial={"unit": incident.unit_id})


class Answer(ActForm):
    title, button = "登记回应", "已回应"
    what = forms.CharField(
        label="回应内容", max_length=LONGEST, error_messages=_REQUIRED, widget=forms.Textarea(attrs={"rows": 3})
    )
    url = forms.CharField(
        label="发布链接（没有可不填）",
        required=False,
        max_length=1000,
        widget=forms.TextInput(attrs={"inputmode": "url"}),
    )

    when = forms.DateTimeField(
        label="回应时间（不填为现在）",
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        error_messages={"invalid": "时间应形如 2019-08-02T08:20。"},
    )
    press = forms.BooleanField(label="以新闻发布会回应", required=False)

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"].strip()
        if url and not safe_url(url):
            raise forms.ValidationError("链接应以 http:// 或 https:// 开头。")
        return url


class Close(ActForm):
    title, button = "办结", "办结"
    warning = "办结后不再提醒，也不能再改。"
    summary = forms.CharField(
        label="总结（起因、处置、成效）",
        max_length=LONGEST,
        error_messages=_REQUIRED,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


_REASON = forms.CharField(
    label="理由", max_length=500, error_messages=_REQUIRED, widget=forms.Textarea(attrs={"rows": 2})
)


class Merge(forms.Form):
    """Another event for this one: from a list of like ones, or by its address."""

    other = forms.ChoiceField(
        label="相近的事件",
        required=False,
        error_messages={"invalid_choice": "这个事件已不在列表里，请重新选择或粘贴它的网址。"},
    )
    address = forms.CharField(label="或粘贴另一事件的网址", required=False, max_length=300)
    reason = _REASON

    def __init__(self, alike: Sequence[Event], data: object = None) -> None:
        super().__init__(data, auto_id="merge_%s", label_suffix="")  # type: ignore[arg-type]
        choices = [(event.id, f"{event.title[:40] or '（无标题）'}（{event.size} 条）") for event in alike]
        cast(forms.ChoiceField, self.fields["other"]).choices = [("", "请选择"), *choices]


class Split(forms.Form):
    reason = _REASON

    def __init__(self, data: object = None) -> None:
        super().__init__(data, auto_id="split_%s", label_suffix="")  # type: ignore[arg-type]


FORMS: dict[str, type[ActForm]] = {
    "confirm": Confirm,
    "dismiss": Dismiss,
    "assign": Assign,
    "answer": Answer,
    "close": Close,
}
