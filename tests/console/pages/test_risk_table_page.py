"""风险表: who may try and save, what is shown before saving, and that nothing typed is lost."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import AuditEntry, Role
from console.pages.risk_table import BANDS, LISTS
from monitor.models import RiskTable
from monitor.risk import assess
from monitor.risk_documents import write_table
from monitor.risk_store import in_force
from monitor.risk_tables import FOUR_LEVELS, THREE_LEVELS
from monitor.situation import Situation, Voice
from tests.console.factories import HOSTILE, NOW, incident, user

pytestmark = pytest.mark.django_db
PAGE = "/risk/"


def typed(**changes: Any) -> dict[str, Any]:
    """The form of the table that ships, as a browser sends it."""
    table = write_table(FOUR_LEVELS)
    fields = table["fields"] + [{"name": "", "points": "", "words": []}] * 2
    sent: dict[str, Any] = {
        "name": table["name"],
        **{f"band-{level}": table["bands"].get(level, "") for level, _ in BANDS},
        **{f"point-{name}": points for name, points in table["points"].items()},
        **{f"cap-{name}": points for name, points in table["caps"].items()},
        "field-name": [each["name"] for each in fields],
        "field-points": [each["points"] for each in fields],
        "field-words": ["、".join(each["words"]) for each in fields],
        **{name: "、".join(table[name]) for name, _, _ in LISTS},
        "note": "例会决定",
        "base": "0",
    }
    return sent | changes


def graded(number: str, complaints: int, days_ago: int = 1, **fields: Any) -> None:
    """An incident of a school with so many complaints, as the table that ships grades it."""
    voices = tuple(Voice(f"{n}", "小学食堂的伙食", "board", "投诉") for n in range(complaints))
    risk = assess(Situation(24, complaints, 0.3, complaints, 1, voices))
    incident(number, posts=0, situation=risk.situation.as_dict(), risk=risk.as_dict(), suggested_level=risk.level,
             discovered_at=NOW - timedelta(days=days_ago), title=f"食堂 {complaints} 条", **fields)  # fmt: skip


def tried(text: str) -> str:
    found = re.search(r'name="tried" value="([0-9a-f]{64})"', text)
    assert found
    return found[1]


@pytest.mark.parametrize(
    ("role", "offers"), [(Role.READER, (False, False)), (Role.OFFICER, (True, False)), (Role.LEADER, (True, True))]
)
def test_everybody_may_read_it_and_is_offered_what_they_may_do(
    as_role: Callable[[Role], Client], role: Role, offers: tuple[bool, bool]
) -> None:
    text = as_role(role).get(PAGE).content.decode()
    assert "随系统附带的一版“四级（Ⅰ、Ⅱ、Ⅲ、Ⅳ）”" in text
    assert "停水、停电、停气" in text
    assert ("试算近 90 天" in text, 'formaction="/risk/save/"' in text) == offers
    assert ('<fieldset class="bare" disabled>' in text) is not offers[0]


def test_before_saving_it_shows_what_would_have_had_another_level_and_why(officer: Client) -> None:
    graded("2019-0801-01", 3)  # 35 points
    graded("2019-0801-02", 12, level=4)
    graded("2019-0401-01", 3, days_ago=120)
    incident("2019-0802-09", posts=0)  # an earlier version kept nothing to try it on
    response = officer.post("/risk/try/", typed(**{"band-3": "30"}))
    text = response.content.decode()
    assert response.status_code == 200
    assert "试算：近 90 天 2 起舆情中，1 起的建议级别会不同" in text
    assert "另有 1 起是旧版本留下的" in text
    assert "食堂 3 条" in text
    assert "食堂 12 条" not in text
    assert "Ⅲ 级由 40 分改为 30 分" in text
    for column in ("现用的表", "改后"):
        assert f'<td data-name="{column}">' in text, "on a phone a row stands without its head"
    assert not RiskTable.objects.exists()


def test_a_change_of_points_is_told_part_by_part(officer: Client) -> None:
    graded("2019-0801-01", 2)
    sent = typed(**{"cap-领域": 40})
    sent["field-points"] = [40 if name == "食品药品" else points
                            for name, points in zip(sent["field-name"], sent["field-points"], strict=True)]  # fmt: skip
    text = officer.post("/risk/try/", sent).content.decode()
    assert "领域 18 → 40 分，合计" in text


def test_it_is_saved_as_tried_with_a_reason_and_used_from_then_on(as_role: Callable[[Role], Client]) -> None:
    leader = as_role(Role.LEADER)
    sent = typed(**{"band-3": "30"})
    looked = leader.post("/risk/try/", sent).content.decode()
    response = leader.post("/risk/save/", sent | {"tried": tried(looked)}, follow=True)
    assert "已保存为第 1 版，自下一轮研判起使用。" in response.content.decode()
    assert dict(in_force().bands)[3] == 30
    row = RiskTable.objects.get()
    assert (row.version, row.by, row.note, row.at) == (1, "leader", "例会决定", NOW)
    assert AuditEntry.objects.get(act="修改风险表").details["changed"] == ["Ⅲ 级：40 → 30"]


def test_what_was_not_tried_is_shown_first_and_not_saved(as_role: Callable[[Role], Client]) -> None:
    leader = as_role(Role.LEADER)
    looked = leader.post("/risk/try/", typed(**{"band-3": "30"})).content.decode()
    other = typed(**{"band-3": "26"})
    response = leader.post("/risk/save/", other | {"tried": tried(looked)})
    text = response.content.decode()
    assert response.status_code == 409
    assert "请先看下面的试算" in text
    assert 'name="band-3" value="26"' in text
    assert not RiskTable.objects.exists()
    assert leader.post("/risk/save/", other | {"tried": tried(text)}).status_code == 302


def test_without_a_reason_it_is_not_saved(as_role: Callable[[Role], Client]) -> None:
    leader = as_role(Role.LEADER)
    sent = typed(**{"band-3": "30", "note": " "})
    looked = leader.post("/risk/try/", sent).content.decode()
    response = leader.post("/risk/save/", sent | {"tried": tried(looked)})
    assert response.status_code == 422
    assert "请写明修改理由" in response.content.decode()
    assert not RiskTable.objects.exists()


@pytest.mark.parametrize("address", ["/risk/try/", "/risk/save/"])
def test_a_table_that_is_wrong_comes_back_with_its_fields_marked(
    as_role: Callable[[Role], Client], address: str
) -> None:
    response = as_role(Role.LEADER).post(address, typed(**{"band-3": "四十", "cap-诉求": "300", "field-name": ["甲"]}))
    text = response.content.decode()
    assert response.status_code == 422
    assert "有 2 处没有填对" in text
    assert 'value="四十"' in text
    assert "Ⅲ 级的分数应是 1 至 300 的整数" in text
    assert 'aria-describedby="cap-诉求-help cap-诉求-error" aria-invalid="true"' in text


def test_a_field_that_is_wrong_is_marked_in_its_own_row(officer: Client) -> None:
    sent = typed()
    sent["field-name"][0] = sent["field-points"][0] = sent["field-words"][0] = ""  # deleted
    sent["field-points"][2] = "很多"
    text = officer.post("/risk/try/", sent).content.decode()
    assert '<p class="late" id="field-2-error">领域“教育”的分值应是 0 至 100 的整数</p>' in text


def test_two_who_save_at_once_do_not_overwrite(as_role: Callable[[Role], Client]) -> None:
    leader = as_role(Role.LEADER)
    first, second = typed(**{"band-3": "30"}), typed(**{"band-3": "35"})
    first["tried"] = tried(leader.post("/risk/try/", first).content.decode())
    second["tried"] = tried(leader.post("/risk/try/", second).content.decode())
    assert leader.post("/risk/save/", first).status_code == 302
    response = leader.post("/risk/save/", second)
    assert response.status_code == 409
    assert "leader 刚刚保存了第 1 版" in response.content.decode()
    assert dict(in_force().bands)[3] == 30


def test_an_older_version_and_what_ships_can_be_put_into_the_form(officer: Client) -> None:
    strict = replace(FOUR_LEVELS, bands=((1, 80), (2, 55), (3, 30), (4, 0)))
    for version, table in ((1, strict), (2, THREE_LEVELS)):
        RiskTable.objects.create(version=version, table=write_table(table), note=HOSTILE, by="chen", at=NOW)
    text = officer.get(PAGE).content.decode()
    assert "第 2 版“三级（重大、较大、一般）”，chen" in text
    assert "<script>alert" not in text
    older = officer.get(PAGE, {"from": "1"}).content.decode()
    assert "下面填的是第 1 版" in older
    assert 'name="band-3" value="30"' in older
    assert 'name="base" value="2"' in older
    assert 'name="band-1" value="80"' in officer.get(PAGE, {"from": "four"}).content.decode()


@pytest.mark.parametrize("wanted", ["9", "-1", "x", "９", "99999999999999999999", "four'--"])
def test_a_version_that_is_not_there_is_said(officer: Client, wanted: str) -> None:
    response = officer.get(PAGE, {"from": wanted})
    assert response.status_code == 200
    assert "没有这一版风险表" in response.content.decode()


def test_hostile_text_stays_text(officer: Client) -> None:
    sent = typed(name=HOSTILE, official=HOSTILE, note=HOSTILE, base=HOSTILE)
    sent["field-name"][0] = HOSTILE
    text = officer.post("/risk/try/", sent).content.decode()
    assert "<script>alert" not in text


def test_a_form_that_is_torn_is_refused(officer: Client) -> None:
    response = officer.post("/risk/try/", {"field-name": ["a", "b"], "field-points": ["1"]})
    assert response.status_code == 422


@pytest.mark.parametrize("address", ["/risk/try/", "/risk/save/"])
def test_a_form_of_another_site_is_refused(address: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(user(Role.LEADER), backend="django.contrib.auth.backends.ModelBackend")
    response = client.post(address, typed(**{"band-3": "30"}), HTTP_ORIGIN="https://evil.example")
    assert response.status_code == 403
    assert not RiskTable.objects.exists()
