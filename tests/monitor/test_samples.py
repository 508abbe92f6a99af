"""Which posts stand for a matter: each text once, critical voices, every source."""

from dataclasses import replace

from archive.post import Kind, Marks, Post, Sentiment
from monitor.samples import SAMPLES, samples
from tests.monitor.city import HOUR, NOW, post

ANGRY, CALM = Sentiment(0.8, 0.1, 0.1), Sentiment(0.1, 0.8, 0.1)


def said(title: str, back: int, marks: Marks, kind: Kind = Kind.QUESTION, source: str = "board") -> Post:
    return post(title, at=NOW - back * HOUR, kind=kind, source=source, key=title).with_marks(marks)


def test_a_text_stands_once_however_often_it_was_copied() -> None:
    first = said("停水通告", 9, Marks(sentiment=CALM), Kind.NEWS, "daily")
    copies = [said(f"停水通告 转 {n}", n, Marks(copy_of=first.id), Kind.NEWS, "daily") for n in range(1, 4)]
    complaint = said("停水三天没人管", 5, Marks(matter="投诉"))
    told = samples([*copies, complaint, first], {})
    assert [(each["title"], each["copies"]) for each in told] == [("停水三天没人管", 0), ("停水通告", 3)]


def test_copies_without_their_original_stand_for_it_once() -> None:
    copies = [said(f"转 {n}", n, Marks(copy_of="elsewhere"), Kind.NEWS, "daily") for n in range(1, 4)]
    assert [(each["title"], each["copies"]) for each in samples(copies, {})] == [("转 3", 2)], "the first of them"


def test_critical_voices_come_first_and_every_source_is_heard_before_any_speaks_twice() -> None:
    posts = [
        said("问路", 1, Marks(matter="咨询")),
        said("水浑了", 2, Marks(matter="投诉")),
        said("又停水", 3, Marks(matter="求助")),
        said("供水公司抢修", 1, Marks(sentiment=CALM), Kind.NEWS, "daily"),
        said("居民不满停水", 8, Marks(sentiment=ANGRY), Kind.NEWS, "daily"),
        said("转发停水", 4, Marks(sentiment=ANGRY), Kind.POST, "forum"),
    ]
    assert [each["title"] for each in samples(posts, {})] == [
        *("水浑了", "转发停水", "居民不满停水"),
        *("又停水", "供水公司抢修"),
        "问路",
    ]


def test_people_speak_before_the_news_even_where_it_is_the_critical_one() -> None:
    article = said("停车收费办法印发", 1, Marks(sentiment=ANGRY), Kind.NEWS, "daily")
    asked = said("夜间收费吗", 9, Marks(matter="咨询"))
    assert [each["title"] for each in samples([article, asked], {})] == ["夜间收费吗", "停车收费办法印发"]


def test_a_message_is_never_critical_by_its_sentiment() -> None:
    asked = said("咨询水价", 1, Marks(matter="咨询", sentiment=ANGRY))
    complaint = said("水价乱收", 9, Marks(matter="投诉", sentiment=CALM))
    assert [each["title"] for each in samples([asked, complaint], {})] == ["水价乱收", "咨询水价"]


def test_doubles_are_left_out_and_there_are_at_most_eight() -> None:
    posts = [said(f"停水{n}", n, Marks(matter="投诉")) for n in range(20)]
    doubled = [replace(each, marks=Marks(matter="投诉", double=True)) for each in posts[:15]]
    assert len(samples(posts, {})) == SAMPLES
    assert len(samples([*doubled, *posts[15:]], {})) == 5
