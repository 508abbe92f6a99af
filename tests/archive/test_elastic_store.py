"""What only Elasticsearch has: months, conflicts, answers that are lost, templates that grow."""

import json
import threading
import urllib.request
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from elastic_transport import ConnectionError as NodeGone

from archive.elastic import ElasticStore, template, write
from archive.elastic.address import read_address
from archive.elastic.documents import document
from archive.language import parse
from archive.merge import first
from archive.post import Marks, order_of, period_of
from archive.store import ArchiveError, Filter
from tests.archive.makers import NOW, make_post

MONTH = timedelta(days=31)


@pytest.fixture
def store(elastic_url: str) -> ElasticStore:
    return ElasticStore(elastic_url)


def ask(url: str, path: str, body: dict[str, Any] | None = None, method: str = "GET") -> dict[str, Any]:
    address = read_address(url)
    data = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(
        f"{address.hosts[0]}/{path}", data, {"Content-Type": "application/json"}, method=method
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        found: dict[str, Any] = json.loads(answer.read())
        return found


def months(url: str) -> list[str]:
    return sorted(ask(url, f"{read_address(url).alias}-*"))


def test_a_post_stays_in_the_month_of_its_first_collection(store: ElasticStore, elastic_url: str) -> None:
    post = make_post()
    store.put([post])
    for later in (MONTH, 5 * MONTH, 14 * MONTH):
        report = store.put([replace(post, collected_at=NOW + later, reply=f"答 {later}")])
        assert report.updated == [post.id], f"it is found again after {later}"
    assert months(elastic_url) == [read_address(elastic_url).month("2026.11")]
    assert store.size() == 1


def test_retention_drops_whole_months_and_picks_what_is_over_out_of_the_last(
    store: ElasticStore, elastic_url: str
) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    store.put([make_post(str(day), collected_at=start + timedelta(days=day)) for day in range(70)])
    assert len(months(elastic_url)) == 3
    assert store.expire(start + timedelta(days=40)) == 40
    assert months(elastic_url) == [read_address(elastic_url).month(name) for name in ("2026.02", "2026.03")]
    assert store.size() == 30
    assert store.put([make_post("3", collected_at=start)]).buried == [make_post("3").id]


def test_a_month_of_which_much_is_out_of_date_is_merged_too(store: ElasticStore, elastic_url: str) -> None:
    past = [make_post(f"past{number}", collected_at=NOW - MONTH) for number in range(10)]
    store.put(past)
    store.size()
    store.annotate([(post.id, 1, Marks(topic="供水")) for post in past[:5]])  # written again, whole
    store.size()
    assert segments(elastic_url, "2026.10") == 2
    assert store.tidy(NOW + timedelta(days=2)) == 1
    assert segments(elastic_url, "2026.10") == 1
    assert store.count(Filter(topics=("供水",))) == 5


def test_months_that_are_over_are_merged_and_the_one_in_use_is_not(store: ElasticStore, elastic_url: str) -> None:
    for number in range(6):
        store.put([make_post(f"past{number}", collected_at=NOW - MONTH), make_post(f"now{number}")])
        store.size()  # makes what was written a segment
    assert segments(elastic_url, "2026.11") > 3 < segments(elastic_url, "2026.10")
    later = NOW + timedelta(days=2)
    assert store.tidy(later) == 1
    assert segments(elastic_url, "2026.10") == 1
    assert segments(elastic_url, "2026.11") > 3
    assert store.tidy(later) == 0
    assert store.size() == 12


def segments(url: str, month: str) -> int:
    name = read_address(url).month(month)
    (copies,) = ask(url, f"{name}/_segments")["indices"][name]["shards"].values()
    return int(copies[0]["num_search_segments"])


def test_two_programs_that_put_the_same_at_once_write_it_once(elastic_url: str) -> None:
    stores = [ElasticStore(elastic_url) for _ in range(4)]
    posts = [make_post(str(n), text="短") for n in range(60)]
    faults: list[ArchiveError] = []

    def write(number: int) -> None:
        try:
            stores[number].put([replace(post, source=f"s{number}", text="长" * number) for post in posts])
        except ArchiveError as error:
            faults.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert stores[0].size() == 60
    assert {post.text for post in stores[0].get([post.id for post in posts]).values()} == {"长长长"}, "the longest"


def test_an_answer_and_marks_written_at_once_both_stay(elastic_url: str) -> None:
    crawler, monitor = ElasticStore(elastic_url), ElasticStore(elastic_url)
    post = make_post()
    crawler.put([post])
    turns = 12

    def answer() -> None:
        for turn in range(turns):
            crawler.put([replace(post, likes=turn + 1)])  # does not raise the revision

    thread = threading.Thread(target=answer)
    thread.start()
    for turn in range(turns):
        assert monitor.annotate([(post.id, 1, Marks(topic=str(turn)))]) == []
    thread.join()
    found = monitor.get([post.id])[post.id]
    assert (found.likes, found.marks.topic) == (turns, str(turns - 1))


@pytest.mark.parametrize("lost", range(1, 5))
def test_a_write_whose_answer_is_lost_is_done_once(
    elastic_url: str, monkeypatch: pytest.MonkeyPatch, lost: int
) -> None:
    """The node does as it was told, and the line breaks before its answer: the nth time of a run of writes."""
    store = ElasticStore(elastic_url)
    posts = [make_post(str(n)) for n in range(3)]
    client = store._client._client
    real: Callable[..., Any] = client.bulk
    calls = 0

    def breaking(**asked: Any) -> Any:
        nonlocal calls
        calls += 1
        answer = real(**asked)
        if calls == lost:
            raise NodeGone("the line broke")
        return answer

    monkeypatch.setattr(client, "bulk", breaking)
    store.put(posts)
    assert store.annotate([(post.id, 1, Marks(topic="水")) for post in posts]) == []
    store.put([replace(posts[0], reply="答")])
    assert store.annotate([(posts[0].id, 2, Marks(topic="电"))]) == []
    assert calls >= lost
    found = store.get([post.id for post in posts])
    assert [found[post.id].revision for post in posts] == [2, 1, 1]
    assert [found[post.id].marks.topic for post in posts] == ["电", "水", "水"]
    assert (store.size(), found[posts[0].id].reply) == (3, "答")


def test_a_month_of_an_older_mapping_is_brought_up_to_date_at_opening(
    elastic_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if a field had come with this version: the months there are lack it, and their documents too."""
    older = json.loads(json.dumps(template.template_file()))
    mappings = older["template"]["mappings"]
    mappings["_meta"] = {"version": 0}
    for name in ("tok_publisher", "region_folded"):
        del mappings["properties"][name]
    address = read_address(elastic_url)
    ask(elastic_url, f"{address.month('2026.11')}", {"mappings": mappings, "aliases": {address.alias: {}}}, "PUT")
    post = make_post(publisher="广元日报", region="昭化區", text="停水 一天")
    made = document(first(post), order_of(post.id, post.counted_at), 1, period_of(post))
    for name in ("tok_publisher", "region_folded"):
        made.pop(name)
    made["tok"] = "x"  # another fold's
    ask(elastic_url, f"{address.month('2026.11')}/_doc/{post.id}?refresh=true", made, "PUT")
    store = ElasticStore(elastic_url)
    for query in ("来源:广元", "地区:昭化区", "停水 + 一天", "正文:停水"):
        assert store.count(Filter(query=parse(query))) == 1, query
    assert (
        template.metas(store._client)[address.month("2026.11")]
        == template.template_of(address)["template"]["mappings"]["_meta"]
    )


def test_an_archive_of_a_newer_version_is_left_alone(store: ElasticStore, elastic_url: str) -> None:
    address = read_address(elastic_url)
    body = template.template_of(address)
    body["template"]["mappings"]["_meta"]["version"] = 99
    ask(elastic_url, f"_index_template/{address.alias}", body, "PUT")
    with pytest.raises(ArchiveError, match="较新的版本"):
        ElasticStore(elastic_url)


def test_what_is_not_there_is_not_made_unless_asked(elastic_url: str) -> None:
    with pytest.raises(ArchiveError, match="没有前缀为"):
        ElasticStore(elastic_url, create=False)


def test_a_cluster_that_is_as_it_should_be_has_nothing_to_say(store: ElasticStore) -> None:
    store.put([make_post()])
    assert store.notes() == []


def test_copies_that_cannot_be_made_are_told(elastic_url: str) -> None:
    store = ElasticStore(f"{elastic_url}?replicas=1")  # of one node
    store.put([make_post()])
    (told,) = store.notes()
    assert "副本没有就位" in told


def copies(url: str) -> dict[str, int]:
    """Replicas of every index, and of the months to come."""
    address = read_address(url)
    found = ask(url, ",".join(address.everything) + "/_settings?flat_settings=true")
    made = {name: int(each["settings"]["index.number_of_replicas"]) for name, each in found.items()}
    template = ask(url, f"_index_template/{address.alias}")["index_templates"][0]["index_template"]["template"]
    return made | {"to come": int(template["settings"]["index"]["number_of_replicas"])}


def test_replicas_are_also_of_what_is_there_already(store: ElasticStore, elastic_url: str) -> None:
    """As where an archive was copied into a cluster that grew a second node afterwards."""
    store.put([make_post()])
    assert set(copies(elastic_url).values()) == {0}
    ElasticStore(f"{elastic_url}?replicas=1")
    assert len(copies(elastic_url)) == 4 and set(copies(elastic_url).values()) == {1}
    ElasticStore(elastic_url)
    assert set(copies(elastic_url).values()) == {1}, "an address that does not speak of them changes none"
    ElasticStore(f"{elastic_url}?replicas=0")
    assert set(copies(elastic_url).values()) == {0}


def test_long_texts_are_sent_in_portions(store: ElasticStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """500 of the longest in one request are half a gigabyte, of which no node takes more than 100 MB."""
    monkeypatch.setattr(write, "MOST_BYTES", 80_000)
    client = store._client._client
    real, sizes = client.bulk, []

    def bulk(**asked: Any) -> Any:
        sizes.append(len(asked["operations"]) // 2)
        return real(**asked)

    monkeypatch.setattr(client, "bulk", bulk)
    posts = [make_post(str(number), text="长" * 3000) for number in range(5)]
    report = store.put([*posts, make_post("longer than all", text="长" * 30_000)])
    assert sizes == [2, 2, 1, 1] and len(report.new) == store.size() == 6
    assert store.put(posts).unchanged == [post.id for post in posts]


def test_a_node_that_could_keep_no_snapshot_is_told(store: ElasticStore, monkeypatch: pytest.MonkeyPatch) -> None:
    nodes = store._client._client.nodes
    real = nodes.info

    def bare(**asked: Any) -> Any:
        answer = real(**asked)
        for node in answer.body["nodes"].values():
            del node["settings"]
        return answer

    monkeypatch.setattr(nodes, "info", bare)
    (told,) = store.notes()
    assert "n0 没有设置 path.repo" in told


@pytest.mark.parametrize(
    ("setting", "says"),
    [("blocks.write", "被设成了只读"), ("blocks.read_only_allow_delete", "磁盘将满"), (None, "已关闭")],
)
def test_months_that_cannot_be_used_are_told(
    store: ElasticStore, elastic_url: str, setting: str | None, says: str
) -> None:
    store.put([make_post()])
    (month,) = months(elastic_url)
    if setting:
        ask(elastic_url, f"{month}/_settings", {f"index.{setting}": True}, "PUT")
    else:
        ask(elastic_url, f"{month}/_close", method="POST")
    (told,) = store.notes()
    assert month in told and says in told
    if setting == "blocks.write":
        with pytest.raises(ArchiveError, match="只读"):
            store.put([make_post("二")])


def test_an_index_somebody_made_beside_the_months_is_no_month(store: ElasticStore, elastic_url: str) -> None:
    store.put([make_post()])
    ask(elastic_url, f"{read_address(elastic_url).alias}-2026.11-backup", method="PUT")
    assert store.expire(NOW + 3 * MONTH) == 1
