"""minsheng copy-archive, as it is typed."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from archive.store import Store, open_store
from console.copying import Marker
from monitor.models import Lease
from monitor.watchlists import Draft, save
from tests.archive.makers import NOW, make_post

pytestmark = pytest.mark.django_db


@pytest.fixture
def urls(tmp_path: Path, settings: object) -> tuple[str, str]:
    settings.VAR = tmp_path  # type: ignore[attr-defined]
    save(Draft("供水", purpose="供水保障", query="停水"), by="test", now=NOW)
    source = f"sqlite:///{tmp_path}/from.sqlite3"
    store = open_store(source)
    store.put([make_post(str(n), text="停水" if n % 2 else "通电", title="") for n in range(9)])
    store.close()
    return source, f"sqlite:///{tmp_path}/to.sqlite3"


def opened(url: str) -> Store:
    return open_store(url, create=False)


def test_it_copies_and_compares_every_watchlist(urls: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    call_command("copy-archive", *urls, "--json")
    told = json.loads(capsys.readouterr().out)
    assert told["counts"] == [
        {"name": "全部信息", "source": 9, "target": 9},
        {"name": "监测方案「供水」", "source": 4, "target": 4},
    ]
    assert opened(urls[1]).size() == 9


def test_an_answer_that_came_meanwhile_is_missed_by_nobody(
    urls: tuple[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It changes no count; a second run brings it over."""
    real = Marker.clear

    def answered(self: Marker) -> None:
        real(self)
        later = datetime.now(UTC)
        opened(urls[0]).put(
            [make_post("1", text="停水", title="", reply="已通水", replied_at=later, collected_at=later)]
        )

    with monkeypatch.context() as patch, pytest.raises(CommandError, match="1 项条数不一致：复制期间可能有新的写入"):
        patch.setattr(Marker, "clear", answered)
        call_command("copy-archive", *urls)
    call_command("copy-archive", *urls)
    assert "复制期间有变动的信息：1 条 → 1 条" in capsys.readouterr().out
    post = make_post("1")
    assert opened(urls[1]).get([post.id])[post.id].reply == "已通水"


def test_whoever_copies_under_a_running_scheduler_is_told(
    urls: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    expires_at = datetime.now(UTC) + timedelta(minutes=1)
    Lease.objects.create(name="scheduler:crawl", holder="甲机", expires_at=expires_at)
    call_command("copy-archive", *urls)
    assert "民声正在运行（甲机）" in capsys.readouterr().err


def test_what_differs_is_an_error_that_says_so(urls: tuple[str, str]) -> None:
    other = open_store(urls[1])
    other.put([make_post("its own", text="停水")])
    with pytest.raises(CommandError, match="2 项条数不一致：目标档案库里有原档案库没有的信息"):
        call_command("copy-archive", *urls)


def test_it_goes_on_where_it_was_broken_off(
    urls: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from archive import copying

    monkeypatch.setattr(copying, "PAGE", 4)
    real = Marker.write

    def killed(self: Marker, progress: object) -> None:
        real(self, progress)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(Marker, "write", killed)
        with pytest.raises(KeyboardInterrupt):
            call_command("copy-archive", *urls)
    assert opened(urls[1]).size() == 4
    call_command("copy-archive", *urls)
    said = capsys.readouterr()
    assert "接着上次中断的地方" in said.err and "本次复制 5 条" in said.out
    assert opened(urls[1]).size() == 9
    assert list(tmp_path.glob("copy-archive-*")) == []


@pytest.mark.parametrize(
    ("source", "target", "said"),
    [
        ("sqlite:///{0}/from.sqlite3", "sqlite:///{0}/from.sqlite3", "两个地址相同"),
        ("sqlite:///{0}/none.sqlite3", "sqlite:///{0}/to.sqlite3", "不存在"),
        ("sqlite:///{0}/from.sqlite3", "oracle://x", "应以 sqlite:/// 或 elasticsearch:// 开头"),
    ],
)
def test_addresses_that_will_not_do(urls: tuple[str, str], tmp_path: Path, source: str, target: str, said: str) -> None:
    with pytest.raises(CommandError, match=said):
        call_command("copy-archive", source.format(tmp_path), target.format(tmp_path))
