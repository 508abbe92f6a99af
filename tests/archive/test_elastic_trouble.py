"""An Elasticsearch that is not there, does not let us in, is full or breaks: each said in Chinese, nothing lost."""

import json
import socket
import threading
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from elastic_transport import ConnectionError as NodeGone

from archive.elastic import ElasticStore, connect, node
from archive.elastic.address import read_address
from archive.store import ArchiveError, Filter
from bench.servers.elastic import Cluster
from bench.servers.ports import free_port
from tests.archive.conftest import drop
from tests.archive.makers import make_post
from tests.elastic import nodes


@pytest.fixture(scope="module")
def secured() -> Iterator[Cluster]:
    """One node with TLS and a password."""
    with nodes(secured=True) as started:
        yield started


def test_tls_and_a_password_let_us_in(secured: Cluster) -> None:
    store = ElasticStore(secured.url("tls"))
    store.put([make_post()])
    assert store.size() == 1


REFUSED = [
    ("a wrong password", lambda it: it.url("no", password="geheim"), "不接受用户名、密码"),
    ("no password", lambda it: it.url("no").replace("elastic:only-for-tests@", ""), "不接受用户名、密码"),
    # The server core can check a key but make none: its index of keys wants an analysis module.
    (
        "an unknown API key",
        lambda it: it.url("no", "&api_key=Z2VoZWltOmdlaGVpbQ%3D%3D"),
        "不接受用户名、密码或 API 密钥",
    ),
    ("a certificate nobody vouches for", lambda it: it.url("no").partition("?")[0], "证书不可信"),
    ("plain HTTP to a TLS port", lambda it: f"elasticsearch://{it.nodes[0].address}/no", "连不上"),
]


@pytest.mark.parametrize(("what", "url", "said"), REFUSED, ids=[row[0] for row in REFUSED])
def test_what_keeps_us_out_is_said(
    secured: Cluster, monkeypatch: pytest.MonkeyPatch, what: str, url: Any, said: str
) -> None:
    monkeypatch.setattr(connect, "TRY_SECONDS", 1.0)
    with pytest.raises(ArchiveError, match=said) as refused:
        ElasticStore(url(secured))
    assert "geheim" not in str(refused.value) and "only-for-tests" not in str(refused.value), what


def test_nobody_listens(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(connect, "TRY_SECONDS", 1.0)
    monkeypatch.setattr(connect, "_TOLD_AFTER", 0.0)
    port = free_port()
    with pytest.raises(ArchiveError, match=rf"127\.0\.0\.1:{port}）连不上"):
        ElasticStore(f"elasticsearch://127.0.0.1:{port}")
    told = [row.message for row in caplog.records if row.name == connect.__name__]
    assert len(told) == 1 and "暂时没有成功" in told[0], "said once to whoever waits"


@pytest.mark.parametrize("status", [200, 404, 500])
@pytest.mark.parametrize("kind", ["text/html", "application/json"])
def test_somebody_else_answers(status: int, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The port of some other web server."""
    monkeypatch.setattr(connect, "TRY_SECONDS", 0.1)

    class Other(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.end_headers()
            self.wfile.write(b"{}" if "json" in kind else b"<p>Not here</p>")

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Other) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            with pytest.raises(ArchiveError, match="答话的不是 Elasticsearch" if status < 500 else "Elasticsearch"):
                ElasticStore(f"elasticsearch://127.0.0.1:{server.server_port}")
        finally:
            server.shutdown()


def settings(url: str, index: str, body: dict[str, Any]) -> None:
    request = urllib.request.Request(
        f"{read_address(url).hosts[0]}/{index}/_settings",
        json.dumps(body).encode(),
        {"Content-Type": "application/json"},
        method="PUT",
    )
    urllib.request.urlopen(request, timeout=60).read()


def test_a_full_disk_is_said_and_loses_nothing(elastic_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """At its flood stage Elasticsearch puts this block on every index by itself."""
    monkeypatch.setattr(connect, "TRY_SECONDS", 1.0)
    store = ElasticStore(elastic_url)
    store.put([make_post("1")])
    months = f"{read_address(elastic_url).alias}-*"
    settings(elastic_url, months, {"index.blocks.read_only_allow_delete": True})
    with pytest.raises(ArchiveError, match="磁盘空间不足"):
        store.put([make_post("2")])
    assert store.count(Filter()) == 1, "reading goes on"
    settings(elastic_url, months, {"index.blocks.read_only_allow_delete": None})
    assert store.put([make_post("2")]).new == [make_post("2").id]
    assert store.size() == 2


def test_a_node_that_is_overloaded_is_asked_again(elastic_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Items of a bulk that are turned away with 429 are sent again, and only these."""
    store = ElasticStore(elastic_url)
    client = store._client._client
    real = client.bulk
    sizes: list[int] = []

    def busy(**asked: Any) -> Any:
        lines = asked["operations"]
        sizes.append(len(lines) // 2)
        if len(sizes) > 2:
            return real(**asked)
        answer = real(operations=lines[: len(lines) // 4 * 2])
        turned_away = [
            {
                "create": {
                    "_id": line["create"]["_id"],
                    "status": 429,
                    "error": {"type": "es_rejected_execution_exception"},
                }
            }
            for line in lines[len(lines) // 4 * 2 :: 2]
        ]
        answer.body["items"] += turned_away
        return answer

    monkeypatch.setattr(client, "bulk", busy)
    report = store.put([make_post(str(n)) for n in range(8)])
    assert sizes == [8, 4, 2]
    assert len(report.new) == store.size() == 8


def test_whoever_asks_soon_after_nobody_answered_is_not_kept_waiting_as_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Or with Elasticsearch away each page of the console would take half a minute, for every reader."""
    now = [0.0]
    monkeypatch.setattr("archive.elastic.connect.time.monotonic", lambda: now[0])
    monkeypatch.setattr("archive.elastic.connect.time.sleep", lambda seconds: now.__setitem__(0, now[0] + seconds))
    client = connect.Client(read_address("elasticsearch://nobody:9200"))

    def waited(*, answers: bool = False) -> float:
        def ask(_es: object) -> str:
            if not answers:
                raise NodeGone("nobody listens")
            return "an answer"

        begun = now[0]
        if answers:
            assert client.call(ask) == "an answer"
        else:
            with pytest.raises(ArchiveError, match="连不上"):
                client.call(ask)
        return now[0] - begun

    assert waited() > 20
    assert waited() < 3 and waited() < 3
    assert waited(answers=True) == 0
    assert waited() > 20, "it was there again, and may be back soon"
    now[0] += connect.MISSED_SECONDS + 1
    assert waited() > 20


def test_a_machine_that_is_gone_without_a_word_is_not_waited_for(
    elastic: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No refusal comes from it: packets go nowhere, as to a port whose queue is full."""
    monkeypatch.setattr(node, "CONNECT_SECONDS", 0.2)
    with socket.socket() as gone, socket.socket() as first, socket.socket() as second:
        gone.bind(("127.0.0.1", 0))
        gone.listen(0)
        for each in (first, second):
            each.setblocking(False)
            each.connect_ex(gone.getsockname())
        address = f"127.0.0.1:{gone.getsockname()[1]}"
        hosts = f"{address},{elastic.nodes[0].address}"
        store = ElasticStore(f"elasticsearch://{hosts}/gone")
        try:
            for _ in range(4):
                assert store.size() == 0, "the other one answers"
        finally:
            drop(elastic.url("gone"))
        monkeypatch.setattr(connect, "TRY_SECONDS", 0.1)
        with pytest.raises(ArchiveError, match="连不上"):
            ElasticStore(f"elasticsearch://{address}/gone")
