"""The law of the archive: for every query and post, the matcher, both stores and a naive scan agree."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.language import Query, QueryError, parse
from archive.matcher import Matcher
from archive.post import Post, post_id
from archive.store import Filter, Search, Store, open_store
from bench.servers.elastic import Cluster
from tests.archive.makers import dense_near, dense_texts, make_post, posts, query_texts, texts


def _parsed(texts: list[str]) -> dict[str, Query]:
    """Those that are no error (a ~ between two fields, for one) with their texts."""
    queries = {}
    for text in texts:
        try:
            queries[text] = parse(text)
        except QueryError as error:
            assert "同一个字段" in error.message  # the only error the grammar of these tests can make
    return queries


@pytest.fixture(scope="module", params=["sqlite", "elastic"])
def archive(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """One archive for all examples; each looks only at a source of its own."""
    if request.param == "elastic":
        nodes: Cluster = request.getfixturevalue("elastic")
        return open_store(nodes.url("law"))
    return open_store(f"sqlite:///{tmp_path_factory.mktemp('law')}/archive.sqlite3")


_count = iter(range(10**9))
_slow = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@settings(_slow, max_examples=150)
@given(st.lists(query_texts, min_size=1, max_size=6), st.lists(posts(), min_size=1, max_size=6))
def test_matcher_store_and_naive_scan_agree(archive: Store, written: list[str], drawn: list[Post]) -> None:
    _agree(archive, _parsed(written), drawn)


@settings(_slow, max_examples=100)
@given(
    st.lists(dense_near, min_size=1, max_size=6), st.lists(st.tuples(dense_texts, dense_texts), min_size=1, max_size=6)
)
def test_they_agree_on_what_is_near(archive: Store, written: list[str], said: list[tuple[str, str]]) -> None:
    _agree(archive, _parsed(written), [make_post(title=title, text=text) for title, text in said])


def _agree(store: Store, queries: dict[str, Query], drawn: list[Post]) -> None:
    source = f"law {next(_count)}"
    some = [
        replace(post, id=post_id(source=source, item_id=str(index)), source=source) for index, post in enumerate(drawn)
    ]
    store.put(some)
    store.annotate([(post.id, 1, post.marks) for post in some])
    matcher = Matcher(queries)
    matched = {post.id: matcher.match(post) for post in some}
    for text, query in queries.items():
        naive = {post.id for post in some if query.matches(post)}
        assert {post.id for post in some if text in matched[post.id]} == naive, text
        wanted = Filter(query=query, sources=(source,))
        assert set(store.ids(wanted, 100)) == naive, text
        page = store.search(Search(wanted, size=100))
        assert {post.id for post in page.posts} == naive, text
        assert page.total == store.count(wanted) == len(naive), text


@settings(max_examples=300, deadline=None)
@given(query_texts)
def test_canonical_text_parses_to_the_same_query(text: str) -> None:
    for query in _parsed([text]).values():
        again = parse(str(query))
        assert again == query
        assert hash(again) == hash(query)
        assert str(again) == str(query)


@settings(max_examples=400, deadline=None)
@given(st.text(max_size=30) | texts | st.text(st.sampled_from('停水ab +|!~-3:标题(),，\n"“”OR或 非'), max_size=20))
def test_any_text_is_a_query_or_a_clear_error(text: str) -> None:
    try:
        query = parse(text)
    except QueryError as error:
        assert 0 <= error.position <= len(text) and error.position < error.end
        assert error.pointed().startswith(error.message)
        return
    assert parse(str(query)) == query
