"""What a plan may quote: the policy's own text, earlier answers to like questions. Found in the archive, bounded."""

import pytest

from archive.post import Kind, Marks
from archive.store import Store
from monitor.models import Policy
from monitor.references import OFFERED, earlier_answers, policy_text
from tests.monitor.city import HOUR, NOW, post

pytestmark = pytest.mark.django_db
TITLE = "清江市城区停车收费管理办法"
TEXT = """各县（区）人民政府，市级各部门：
第二条 城区道路停车泊位分为一类区域和二类区域，一类区域首小时五元。
第三条 停放不超过三十分钟的，免收停车费；二十二时至次日七时免收停车费。
第六条 本办法由市发展和改革委员会负责解释，自下月一日起施行。"""
ASKED = post("停车三十分钟内免费怎么算", "夜间二十二时以后停放还收费吗", key="asked")


def policy(**fields: str) -> Policy:
    return Policy.objects.create(**({"title": TITLE, "released_at": NOW, "query": "停车", "unit": "市发改委"} | fields))


def published(store: Store, number: str = "清府办发〔2026〕18号") -> None:
    page = post(f"关于印发《{TITLE}》的通知", TEXT, kind=Kind.POLICY, key="policy")
    other = post("关于停车收费的另一个通知", "停车收费按照规定执行，请遵照办理。", kind=Kind.POLICY, key="other")
    object.__setattr__(page, "doc_number", number)
    store.put([page, other])


@pytest.mark.parametrize("known", [{}, {"doc_number": "清府办发〔2026〕18号"}], ids=["by title", "by number"])
def test_a_policy_without_an_address_is_found_and_its_own_words_are_quoted(store: Store, known: dict[str, str]) -> None:
    published(store)
    text = policy_text(store, policy(**known), [ASKED])
    assert text is not None
    assert text["url"] == "http://board.qingjiang.test/policy"
    assert text["doc_number"] == "清府办发〔2026〕18号"
    assert any("停放不超过三十分钟的，免收停车费" in quote for quote in text["quotes"]), "what the question is about"
    assert all(quote in TEXT for quote in text["quotes"]), "word for word"


def test_a_policy_that_most_posts_mention_is_the_matters(store: Store) -> None:
    published(store)
    row = policy()
    mentions = [ASKED.with_marks(Marks(policies=(str(row.pk),))), post("停车难", key="b")]
    assert policy_text(store, None, mentions) is not None
    assert policy_text(store, None, [*mentions, post("停车贵", key="c")]) is None, "fewer than half"
    assert policy_text(store, None, []) is None


def test_a_policy_the_archive_does_not_have_is_not_quoted(store: Store) -> None:
    assert policy_text(store, policy(), [ASKED]) is None


def test_earlier_answers_to_like_questions_are_offered(store: Store) -> None:
    like = post("夜间停车还收费吗", "二十二时以后停车收费吗", at=NOW - 900 * HOUR, reply="夜间免收停车费。", key="like")
    unlike = post("停车场旁的广场舞", "噪音太大", at=NOW - 800 * HOUR, reply="已劝离。", key="unlike")
    waiting = post("停车免费时长", "三十分钟怎么算", key="waiting")
    accused = post("举报停车收费员", "夜间停车收费", reply="已转办。", key="accused").with_marks(Marks(matter="举报"))
    store.put([like, unlike, waiting, accused])
    store.annotate([(accused.id, 1, accused.marks)])
    offered = earlier_answers(store, [ASKED], ["停车", "收费"], {"board": "市民留言板"}, NOW)
    assert [(each["title"], each["excerpt"], each["source"]) for each in offered] == [
        ("夜间停车还收费吗", "夜间免收停车费。", "市民留言板")
    ]


def test_answers_of_the_matter_itself_and_of_later_are_not_earlier_ones(store: Store) -> None:
    own = post("停车收费不合理", reply="已答复。", key="own")
    later = post("停车收费太贵", at=NOW + 5 * HOUR, reply="已答复。", key="later")
    many = [post(f"停车收费第{n}问", at=NOW - n * HOUR, reply="见办法。", key=f"m{n}") for n in range(1, 9)]
    store.put([own, later, *many])
    offered = earlier_answers(store, [own], ["停车", "收费"], {}, NOW)
    assert len(offered) == OFFERED
    assert not {own.url, later.url} & {each["url"] for each in offered}


@pytest.mark.parametrize("terms", [[], [" "], ["“"]])
def test_without_words_nothing_is_asked(store: Store, terms: list[str]) -> None:
    assert earlier_answers(store, [ASKED], terms, {}, NOW) == []
