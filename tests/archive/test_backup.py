"""An archive saved while it is used, and put back: the same archive, in the same place or in another."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from elastic_transport import ApiResponseMeta, HttpHeaders, NodeConfig
from elasticsearch import AuthorizationException

from archive.backup import backup, held, restore
from archive.store import ArchiveError, Store, open_store
from bench.servers.elastic import Cluster
from tests.archive.makers import make_post
from tests.archive.test_copying import fill, shape


@pytest.fixture
def folder(request: pytest.FixtureRequest, url: str, tmp_path: Path) -> Path:
    """Where it is saved: for Elasticsearch a place its nodes may write to."""
    if not url.startswith("elastic"):
        made = tmp_path / "backup"
        made.mkdir()
        return made
    nodes: Cluster = request.getfixturevalue("elastic")
    made = nodes.snapshots / tmp_path.name
    made.mkdir(mode=0o777)
    (made / "elasticsearch").mkdir()
    for each in (made, made / "elasticsearch"):
        each.chmod(0o777)
    return made


@pytest.fixture
def elsewhere(request: pytest.FixtureRequest, url: str, tmp_path: Path) -> Iterator[str]:
    """The address of another, empty archive of the same kind."""
    if not url.startswith("elastic"):
        yield f"sqlite:///{tmp_path}/other.sqlite3"
        return
    from tests.archive.conftest import drop

    nodes: Cluster = request.getfixturevalue("elastic")
    other = nodes.url("elsewhere")
    yield other
    drop(other)


def test_what_is_put_back_is_what_was_saved(store: Store, url: str, folder: Path) -> None:
    posts = fill(store)
    before = shape(store, posts)
    assert held(folder) in ("", "elasticsearch")
    backup(url, folder)
    assert held(folder) == ("sqlite" if url.startswith("sqlite") else "elasticsearch")
    store.put([make_post(f"after {n}") for n in range(5)])
    store.close()
    restore(url, folder)
    again = open_store(url, create=False)
    assert shape(again, posts) == before
    again.put([make_post("it goes on")])
    assert again.known([make_post("it goes on").id]) == {make_post("it goes on").id}


def test_it_can_be_put_back_elsewhere(store: Store, url: str, folder: Path, elsewhere: str) -> None:
    posts = fill(store)
    backup(url, folder)
    restore(elsewhere, folder)
    assert shape(open_store(elsewhere), posts) == shape(store, posts)


def test_it_is_saved_while_others_write(store: Store, url: str, folder: Path, elsewhere: str) -> None:
    store.put([make_post(f"before {n}") for n in range(300)])
    writing = threading.Event()
    done = threading.Event()

    def write() -> None:
        turn = 0
        while not done.is_set():
            store.put([make_post(f"during {turn} {n}") for n in range(20)])
            writing.set()
            turn += 1

    thread = threading.Thread(target=write)
    thread.start()
    try:
        assert writing.wait(30)
        backup(url, folder)
    finally:
        done.set()
        thread.join()
    restore(elsewhere, folder)
    saved = open_store(elsewhere)
    assert saved.known([make_post(f"before {n}").id for n in range(300)]) == {
        make_post(f"before {n}").id for n in range(300)
    }
    assert saved.size() <= store.size()


def test_another_archive_of_the_cluster_is_neither_saved_nor_removed(elastic: Cluster, tmp_path: Path) -> None:
    """Its prefix begins like ours: minsheng and minsheng-trial."""
    from tests.archive.conftest import drop

    ours, theirs = elastic.url("city"), elastic.url("city-trial")
    folder = elastic.snapshots / tmp_path.name
    folder.mkdir(mode=0o777)
    folder.chmod(0o777)
    try:
        open_store(theirs).put([make_post("theirs")])
        open_store(ours).put([make_post("ours")])
        backup(ours, tmp_path, str(folder))
        open_store(theirs).put([make_post("later")])
        restore(ours, tmp_path, str(folder))
        assert (open_store(ours).size(), open_store(theirs).size()) == (1, 2)
    finally:
        drop(ours)


def test_a_second_one_takes_the_place_of_the_first(store: Store, url: str, folder: Path, elsewhere: str) -> None:
    for turn in range(3):
        store.put([make_post(f"{turn}")])
        backup(url, folder)
    restore(elsewhere, folder)
    assert open_store(elsewhere).size() == 3


def test_nothing_to_put_back_is_said_and_nothing_touched(store: Store, url: str, folder: Path) -> None:
    store.put([make_post()])
    with pytest.raises(ArchiveError, match="没有"):
        restore(url, folder)
    assert open_store(url).size() == 1


def test_a_broken_copy_is_refused_and_nothing_touched(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/a.sqlite3"
    open_store(url).put([make_post(str(n), text="停水" * 500) for n in range(200)])
    backup(url, tmp_path / ".")
    saved = tmp_path / "archive.sqlite3"
    content = bytearray(saved.read_bytes())
    content[8192 * 3 : 8192 * 9] = b"x" * (8192 * 6)
    saved.write_bytes(content)
    with pytest.raises(ArchiveError, match="已损坏"):
        restore(url, tmp_path)
    assert open_store(url).size() == 200


def test_a_folder_the_nodes_may_not_use_is_said_at_once(
    elastic_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_store(elastic_url)
    monkeypatch.setattr(time, "sleep", lambda _seconds: pytest.fail("tried again what cannot succeed"))
    with pytest.raises(ArchiveError, match=r"path\.repo"):
        backup(elastic_url, tmp_path)


def test_an_account_that_may_not_save_is_told_so(
    elastic_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is not the folder's fault."""

    def refuse(_self: object, **_asked: object) -> None:
        meta = ApiResponseMeta(403, "1.1", HttpHeaders(), 0.0, NodeConfig("http", "127.0.0.1", 9200))
        raise AuthorizationException("security_exception", meta, {"error": {"type": "security_exception"}})

    monkeypatch.setattr("elasticsearch._sync.client.SnapshotClient.create_repository", refuse)
    with pytest.raises(ArchiveError, match="不允许这个用户"):
        backup(elastic_url, tmp_path)
