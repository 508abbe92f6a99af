"""政策咨询问答库: entries, each to be edited and decided by a person; what is adopted can be taken out as a table."""

import csv
from collections.abc import Iterable, Iterator
from io import StringIO
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header

from accounts.access import needs, user_of
from accounts.audit import record
from accounts.models import AuditEntry, Role
from archive.post import CHINA
from console.archive import archive
from console.pages.clock import now as clock_of
from console.pages.formats import day_in_china
from console.pages.login import address
from console.pages.methods import methods
from monitor.models import PolicyAnswer
from monitor.policy_answers import LONGEST_ANSWER, LONGEST_QUESTION, AnswerError
from monitor.policy_answers import edit as edit_answer

PER_PAGE = 30
POSTS = 10  # of an entry that are listed
Status = PolicyAnswer.Status
_ERRORS = {"required": "请填写这一项。", "max_length": "最多 %(limit_value)d 字，现有 %(show_value)d 字。"}


class AnswerForm(forms.Form):
    question = forms.CharField(
        label="问题",
        max_length=LONGEST_QUESTION,
        error_messages=_ERRORS,
        widget=forms.TextInput(attrs={"class": "stretch"}),
    )
    answer = forms.CharField(
        label="答复",
        required=False,
        max_length=LONGEST_ANSWER,
        error_messages=_ERRORS,
        help_text="请删去只与某一个人有关的内容后再采纳。",
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    status = forms.ChoiceField(
        label="状态", choices=Status.choices, error_messages={"invalid_choice": "请从三种状态里选。"}
    )
    use_required_attribute = True
    names: ClassVar = ("question", "answer", "status")

    def __init__(self, data: object = None, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial, auto_id="answer_%s", label_suffix="")  # type: ignore[arg-type]


@methods("GET")
def answers(request: HttpRequest) -> HttpResponse:
    chosen = request.GET.get("status", Status.SUGGESTED)
    chosen = chosen if chosen in Status.values else Status.SUGGESTED
    found = PolicyAnswer.objects.filter(status=chosen).select_related("policy")
    context = {
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "chosen": chosen,
        "choices": [(key, word, PolicyAnswer.objects.filter(status=key).count()) for key, word in Status.choices],
    }
    return render(request, "answers.html", context)


@methods("GET", "POST")
def answer(request: HttpRequest, identity: int) -> HttpResponse:
    """Everybody reads; whoever may act edits and decides. What was typed comes back where it is refused."""
    entry = get_object_or_404(PolicyAnswer.objects.select_related("policy"), pk=identity)
    if request.method == "POST":
        return _save(request, identity)
    initial = {name: getattr(entry, name) for name in AnswerForm.names}
    return _page(request, entry, AnswerForm(initial=initial))


@needs(Role.OFFICER)
def _save(request: HttpRequest, identity: int) -> HttpResponse:
    entry = get_object_or_404(PolicyAnswer, pk=identity)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, entry, form, status=422)
    if request.POST.get("seen", "") != str(_seen(entry)):
        form.add_error(None, "别人刚刚修改了这一条。您填的内容还在，请核对后再保存。")
        return _page(request, entry, form, status=409)
    data = form.cleaned_data
    try:
        changed = edit_answer(
            entry, data["question"], data["answer"], Status(data["status"]), by=user_of(request), now=clock_of(request)
        )
    except AnswerError as error:
        form.add_error("answer", f"{error}。")
        return _page(request, entry, form, status=422)
    messages.success(request, "已保存。" if changed else "没有改动。")
    return redirect("answer", identity)


def _page(request: HttpRequest, entry: PolicyAnswer, form: AnswerForm, status: int = 200) -> HttpResponse:
    posts = archive().get(entry.posts[-POSTS:])
    context = {
        "entry": entry,
        "form": form,
        "posts": [posts[each] for each in reversed(entry.posts[-POSTS:]) if each in posts],
        "history": AuditEntry.objects.filter(subject_kind="policy_answer", subject=str(entry.pk)),
        "seen": _seen(entry),
    }
    return render(request, "answer.html", context, status=status)


def _seen(entry: PolicyAnswer) -> int:
    row = AuditEntry.objects.filter(subject_kind="policy_answer", subject=str(entry.pk)).order_by("-pk").first()
    return row.pk if row else 0


@methods("GET")
def answers_csv(request: HttpRequest) -> HttpResponse:
    """What is adopted, as a table that Excel opens: UTF-8 with its mark, no cell that it would take for a formula."""
    now = clock_of(request)
    found = PolicyAnswer.objects.filter(status=Status.ADOPTED).select_related("policy").order_by("policy_id", "pk")
    record(now, user_of(request), "answers.download", "policy_answer", "all", {"rows": len(found)}, address(request))
    response = HttpResponse("\ufeff" + table(found), content_type="text/csv; charset=utf-8")
    name = f"政策咨询问答库 {day_in_china(now)}.csv"
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


def table(entries: Iterable[PolicyAnswer]) -> str:
    """CSV with a head; times of Asia/Shanghai."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(["政策", "文号", "问题", "答复", "提问次数", "答复日期"])
    for entry in entries:
        writer.writerow(_cells(entry))
    return out.getvalue()


def _cells(entry: PolicyAnswer) -> Iterator[str]:
    at = f"{entry.answered_at.astimezone(CHINA):%Y-%m-%d}" if entry.answered_at else ""
    for text in (entry.policy.title, entry.policy.doc_number, entry.question, entry.answer):
        yield harmless(text)
    yield from (str(entry.asked), at)


def harmless(text: str) -> str:
    """A text that a spreadsheet shows and never runs: =, +, - and @ at its beginning (also behind white space, which
    some drop, and in full width) begin a formula, so a text that has one gets an apostrophe before it."""
    plain = text.replace("\x00", "")
    begins = plain.lstrip()[:1] or plain[:1]
    return f"'{plain}" if begins in set("=+-@＝＋－＠|%") or plain[:1] in set("\t\r\n") else plain
