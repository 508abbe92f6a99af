"""Files that are no archive, disks that fill, processes that write at once."""

import multiprocessing
import sqlite3
import threading
from multiprocessing.synchronize import Event
from pathlib import Path
from types import SimpleNamespace

import pytest

from archive.language import parse
from archive.room import no_room
from archive.sqlite import SQLiteStore
from archive.store import ArchiveError, Filter, Search, open_store
from tests.archive.makers import make_post
from tests.conftest import fill_up


def test_a_file_that_is_not_sqlite(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite3"
    path.write_text("这不是数据库。" * 1000, encoding="utf-8")
    with pytest.raises(ArchiveError, match="不是 SQLite 文件"):
        SQLiteStore(str(path))
    assert path.read_text(encoding="utf-8").startswith("这不是"), "it was not touched"


def test_another_programs_database(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite3"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE posts (id)")
    with pytest.raises(ArchiveError, match="不是民声的档案库"):
        SQLiteStore(str(path))


def test_a_newer_schema(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite3"
    SQLiteStore(str(path)).close()
    with sqlite3.connect(path) as other:
        other.execute("PRAGMA user_version=99")
    with pytest.raises(ArchiveError, match="较新的版本"):
        SQLiteStore(str(path))


def test_places_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match=r"目录 .* 不存在"):
        SQLiteStore(str(tmp_path / "none" / "a.sqlite3"))
    with pytest.raises(ArchiveError, match="不存在"):
        SQLiteStore(str(tmp_path / "a.sqlite3"), create=False)
    assert not (tmp_path / "a.sqlite3").exists()
    with pytest.raises(ArchiveError, match="是目录"):
        SQLiteStore(str(tmp_path))
    with pytest.raises(ArchiveError, match="sqlite:///"):
        open_store("mysql://x")


def test_read_only(tmp_path: Path) -> None:
    store = SQLiteStore(str(tmp_path / "a.sqlite3"))
    store._database.connection().execute("PRAGMA query_only=ON")
    with pytest.raises(ArchiveError, match="只能读不能写"):
        store.put([make_post()])


def test_a_full_disk_leaves_nothing_half_written_and_room_mends_it(tmp_path: Path) -> None:
    store = SQLiteStore(str(tmp_path / "a.sqlite3"))
    store.put([make_post("before")])
    connection = store._database.connection()
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count={pages + 20}")
    many = [make_post(str(n), text=f"停水 {n} " * 100) for n in range(400)]
    with pytest.raises(ArchiveError, match="磁盘空间不足"):
        store.put(many)
    assert store.size() == 1 and store.count(Filter(query=parse("停水"))) == 1
    connection.execute("PRAGMA max_page_count=1000000")
    assert len(store.put(many).new) == 400
    assert store.count(Filter(query=parse("停水"))) == 401
    assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


def test_a_disk_that_is_really_full_is_called_so_and_room_mends_it(small_disk: Path) -> None:
    path = small_disk / "a.sqlite3"
    store = SQLiteStore(str(path))
    store.put([make_post("before")])
    store.close()
    filler = fill_up(small_disk)
    with pytest.raises(ArchiveError, match="磁盘空间不足"):  # SQLite speaks of an input/output error
        SQLiteStore(str(path)).put([make_post("after")])
    with pytest.raises(ArchiveError, match="磁盘空间不足"):
        SQLiteStore(str(small_disk / "new.sqlite3"))
    filler.unlink()
    store = SQLiteStore(str(path))
    store.put([make_post("after")])
    assert store.size() == 2
    store.close()


@pytest.mark.parametrize(
    ("code", "free", "full"),
    [
        (sqlite3.SQLITE_FULL, 1 << 40, True),  # SQLite knows, and a quota may be what is full
        (sqlite3.SQLITE_IOERR, 0, True),
        (sqlite3.SQLITE_IOERR | (19 << 8), 4096, True),  # SQLITE_IOERR_SHMSIZE
        (sqlite3.SQLITE_IOERR, 1 << 30, False),  # a disk that is broken
        (sqlite3.SQLITE_CANTOPEN, 0, True),
        (sqlite3.SQLITE_CANTOPEN, 1 << 30, False),
        (sqlite3.SQLITE_BUSY, 0, False),
    ],
)
def test_which_errors_are_a_full_disk(code: int, free: int, full: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _path: SimpleNamespace(free=free))
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = code
    assert no_room(error, Path("/x/a.sqlite3")) is full


def test_a_new_fold_indexes_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = str(tmp_path / "a.sqlite3")
    store = SQLiteStore(path)
    store.put([make_post(text="停電", reply="已復電")])
    connection = store._database.connection()
    connection.execute("DROP TABLE said")
    connection.execute("CREATE VIRTUAL TABLE said USING fts5(title, body, tokenize='ascii', content='')")
    connection.execute("UPDATE meta SET value = 'old' WHERE key = 'fold'")
    store.close()
    store = SQLiteStore(path)
    assert store.count(Filter(query=parse("停电 答复:复电"))) == 1
    store.put([make_post(text="停電了，更长")])  # and the tokens to delete are those of the new index
    assert store.count(Filter(query=parse("停电了"))) == 1


def test_another_process_is_seen_at_once(tmp_path: Path) -> None:
    path = str(tmp_path / "a.sqlite3")
    reader, writer = SQLiteStore(path), SQLiteStore(path)
    assert reader.search(Search()).total == 0
    for n in range(3):
        writer.put([make_post(str(n), source=f"s{n}")])
        page = reader.search(Search())
        assert page.total == n + 1 and (f"s{n}", 1) in page.facets["source"]
    writer.put([make_post("1", source="s1", published_at=make_post().collected_at)])
    assert reader.search(Search()).posts[0].id == make_post("1").id, "a post that moved is seen where it went"
    writer.expire(make_post().collected_at.replace(year=2027))
    assert reader.search(Search()).total == 0


def _write(path: str, name: str, start: Event) -> None:
    start.wait()
    store = SQLiteStore(path)
    for n in range(0, 120, 10):
        store.put([make_post(f"{name} {n + i}", text=f"停水 {name} {n + i}") for i in range(10)])
        store.put([make_post(f"both {n}", reply=f"答{n}")])
        store.search(Search(Filter(query=parse("停水"))))
    store.close()


def test_two_processes_writing_at_once_lose_nothing(tmp_path: Path) -> None:
    path = str(tmp_path / "a.sqlite3")
    context = multiprocessing.get_context("spawn")
    start = context.Event()
    processes = [context.Process(target=_write, args=(path, name, start)) for name in ("甲", "乙")]
    for process in processes:
        process.start()
    start.set()
    for process in processes:
        process.join(120)
        assert process.exitcode == 0
    store = SQLiteStore(path)
    assert store.size() == 120 * 2 + 12
    assert [store.count(Filter(query=parse(name))) for name in ("甲", "乙", "停水")] == [120, 120, 252]


def test_threads_share_a_store(tmp_path: Path) -> None:
    store = SQLiteStore(str(tmp_path / "a.sqlite3"))
    trouble: list[BaseException] = []

    def work(name: str) -> None:
        try:
            for n in range(20):
                store.put([make_post(f"{name} {n}")])
                page = store.search(Search(Filter(query=parse("停水")), size=1000))
                assert page.total == len(page.posts) == sum(count for _, count in page.days)
        except (ArchiveError, AssertionError, IndexError) as error:
            trouble.append(error)

    threads = [threading.Thread(target=work, args=(name,)) for name in "甲乙丙"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert trouble == [] and store.size() == 60
