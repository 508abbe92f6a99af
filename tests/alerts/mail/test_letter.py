"""Letters: subjects that cannot carry a header, and a broken template that does not hold up the mail."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from alerts.mail.alert import alert
from alerts.mail.digest import digest_brief
from alerts.mail.letter import SUBJECT_LIMIT, one_line
from alerts.mail.life import life, life_brief
from alerts.mail.notice import Notice, brief, values
from alerts.mail.update import update
from alerts.plans.asked import facts_from
from alerts.plans.facts import Item
from alerts.plans.files import shipped
from alerts.plans.fill import fill
from alerts.smtp import Mail, SMTPSender, message
from archive.post import CHINA
from console.config import MailServer
from tests.alerts.plans.test_fill import FACTS, HOSTILE

NOW = datetime(2019, 8, 2, 8, 20, tzinfo=CHINA)


def notice(why: str = "", **changes: object) -> Notice:
    facts = facts_from(FACTS | changes, NOW)
    done = fill(shipped()["complaint"].plan, facts, NOW)
    return Notice(
        facts, done.text, "《民生诉求类预案》第 1 版", done.fault, "http://m.example.gov.cn/incidents/1/", why
    )


def test_the_alert_says_what_happened_until_when_and_carries_the_plan() -> None:
    made = alert(notice(watchlist="住房与物业（第 2 版）"), NOW)
    assert (
        made.subject
        == "【Ⅲ较大·黄】滨河苑职工购房捆绑销售车位：最近 24 小时 5 条，通常 0.3 条；共 23 条、19 个账号、2 个信源"[
            :SUBJECT_LIMIT
        ]
    )
    for body in (made.text, made.html):
        for said in (
            *("Ⅲ 较大 · 黄色", "系统建议，待人工认定", "8月4日 07:02 前", "十三、附件", "【待填", "内部资料 注意保管"),
            *("住房与物业（第 2 版）", "http://m.example.gov.cn/incidents/1/", "2019-0802-01"),
        ):
            assert said in body
    assert "background:#fff1a8" in made.html, "blanks are highlighted"
    assert [each["name"] for each in made.attachments] == ["应对处置方案-2019-0802-01.docx"]


def test_copies_are_told_of_the_whole_and_not_of_the_first_source() -> None:
    """The first to say it may be a citizen, and the copies a newspaper's."""
    made = alert(notice(counts=FACTS["counts"] | {"copies": 3}), NOW)
    for body in (made.text, made.html):
        assert "2 个信源，其中同文 3 条" in body
        assert "首发" in body and "7月7日 07:28　同文" not in body


def test_the_update_says_why_it_comes() -> None:
    made = update(notice("级别升高"), NOW)
    assert made.subject.startswith("【续报·Ⅲ较大·黄】")
    assert "续报原因：级别升高" in made.text and "续报原因：级别升高" in made.html


def test_the_short_notice_says_nothing_else() -> None:
    made = brief(notice(), NOW)
    assert made.subject == "【Ⅲ较大·黄】编号 2019-0802-01，8月4日 07:02 前，请致电值班室"
    assert made.attachments == []
    for leak in ("滨河苑", "住建", "23 条", "http", "车位"):
        assert leak not in made.subject + made.text + made.html


def test_after_the_deadline_the_short_notice_says_so() -> None:
    late = brief(notice(), NOW + timedelta(days=3))
    assert late.subject == "【Ⅲ较大·黄】编号 2019-0802-01，8月4日 07:02 前（已超期），请致电值班室"
    assert "时限：8月4日 07:02 前（已超期）" in late.text


def test_the_chart_shows_the_days_without_posts_too() -> None:
    days = values(notice(), NOW)["days"]
    assert [day["label"] for day in days] == [f"{n}日" for n in (27, 28, 29, 30, 31, 1, 2)]
    assert [day["count"] for day in days] == [0, 0, 0, 0, 0, 5, 3]
    assert values(notice(counts={"total": 3}), NOW)["days"] == [], "no day is known"


def test_a_guessed_unit_is_told_as_one() -> None:
    guessed = notice()
    guessed = replace(guessed, facts=replace(guessed.facts, assigned=False))
    assert "责任单位：市住建局（建议，未交办）" in alert(guessed, NOW).text
    assert "（建议，未交办）" not in alert(notice(), NOW).text


@pytest.mark.parametrize("text", ["a\r\nBcc: x@evil.example", "a\nb", "a\u2028b", "a\x00b", "a\u202eb", "长" * 500])
def test_a_subject_is_one_short_line(text: str) -> None:
    made = alert(notice(title=text, explanation=text), NOW)
    assert len(made.subject) <= SUBJECT_LIMIT
    assert made.subject.isprintable()
    assert one_line(text, 10).isprintable()


@pytest.mark.parametrize("sign", ["\u00ad", "\ue000", "\ufff9", "\u0378", "\U000e0020", "\U0010fffe"])
def test_no_character_of_a_title_keeps_the_alert_from_going_out(sign: str) -> None:
    made = alert(notice(title=f"停水{sign}三天"), NOW)
    assert "停水三天" in made.subject
    sender = SMTPSender(MailServer("smtp", "127.0.0.1", 25, "", "", "minsheng@example.gov.cn"))
    mail = Mail("press@example.gov.cn", "<1@example.gov.cn>", made.subject, made.text, made.html, NOW, made.attachments)
    assert message(sender.client(), mail), "made, not refused"


def test_hostile_text_stays_text_in_html() -> None:
    made = alert(notice(title=HOSTILE, explanation=HOSTILE, samples=[{"excerpt": HOSTILE, "url": "javascript:x"}]), NOW)
    assert "<script" not in made.html
    assert "javascript:" not in made.html
    assert "evil.example" not in made.html + made.text


@pytest.mark.parametrize("broken", ["{% if %}", "{{ nothing_there }}", "{{ 1/0 }}", "{% include 'gone' %}"])
def test_a_broken_template_sends_all_facts_plainly_and_says_so(settings: Settings, broken: str) -> None:
    folder = Path(settings.VAR) / "mail-templates"
    folder.mkdir()
    (folder / "alert.html").write_text(broken, encoding="utf-8")
    made = alert(notice(), NOW)
    for body in (made.text, made.html):
        for said in ("邮件模板 alert 有误", "滨河苑", "8月4日 07:02 前", "十三、附件", "内部资料 注意保管"):
            assert said in body


def test_an_office_may_have_templates_of_its_own(settings: Settings) -> None:
    folder = Path(settings.VAR) / "mail-templates"
    folder.mkdir()
    (folder / "alert.txt").write_text("本局专用 {{ title }}", encoding="utf-8")
    assert alert(notice(), NOW).text == "本局专用 滨河苑职工购房捆绑销售车位"


def test_a_broken_plan_is_told_at_the_head_of_the_mail() -> None:
    facts = facts_from(FACTS, NOW)
    made = alert(Notice(facts, "# 事实", "《坏》", "预案第 1 行有语法错误", "http://m.example.gov.cn/", ""), NOW)
    assert "预案未能填写" in made.html and "第 1 行有语法错误" in made.text


def test_life_calls_for_110_first() -> None:
    made = life([Item("题", "市民留言板", "http://board.example/9", NOW, "", "我不想活了")], NOW, "0839-1")
    assert "请立即拨打110" in made.subject
    assert made.text.startswith("请立即拨打110")
    assert "http://board.example/9" in made.html
    assert "不想活" not in life_brief(NOW).text


def test_the_short_digest_holds_no_content() -> None:
    made = digest_brief(date(2019, 8, 2))
    assert "8月2日" in made.subject
    assert not made.full
