"""The client: how long it tries, and Elasticsearch's errors said in Chinese."""

import logging
import random
import time
from collections.abc import Callable
from typing import Any, TypeVar

from elastic_transport import ApiResponse, ConnectionTimeout, SerializationError, TlsError, TransportError
from elasticsearch import ApiError, Elasticsearch, UnsupportedProductError

from archive.elastic.address import Address
from archive.elastic.node import QuickNode
from archive.store import ArchiveError

T = TypeVar("T")
TRY_SECONDS = 30.0  # until a cluster that lost a node has chosen others; SQLite waits as long for its lock
ASK_SECONDS = 60.0  # one request
_FIRST_WAIT, _LONGEST_WAIT = 0.1, 3.0  # seconds between two tries, growing
_PASSING = {408, 429, 500, 502, 503, 504}  # overload, or a shard on its way to another node
_FULL = ("flood-stage", "read_only_allow_delete", "disk usage exceeded", "read-only / allow delete")
_NOT_PASSING = ("circuit_breaking_exception", "index_not_found_exception", "'repository_")
# Where nobody answered for all of the time, whoever asks within the next minute is not kept waiting as long: of a page
# in the browser every part would ask again.
MISSED_SECONDS, AGAIN_SECONDS = 60.0, 2.0
_missed: dict[tuple[str, ...], float] = {}  # hosts: when they did not answer; of all clients of this process
_TOLD_AFTER = 2.0  # seconds of trying: then whoever waits is told why
_log = logging.getLogger(__name__)


class Client:
    """`call(what)` runs `what` until it succeeds, fails for good, or 30 s are over (2 s where nobody answered
    for so long just before). Raises ArchiveError alone.

    Whatever is called must be safe to call again: its first answer may have been lost on the way.
    """

    def __init__(self, address: Address) -> None:
        self.address = address
        login: dict[str, Any] = {}
        if address.api_key:
            login["api_key"] = address.api_key
        elif address.user:
            login["basic_auth"] = (address.user, address.password)
        if address.ca:
            login["ca_certs"] = address.ca
        self._client = Elasticsearch(
            list(address.hosts),
            node_class=QuickNode,
            request_timeout=ASK_SECONDS,
            max_retries=len(address.hosts) - 1,  # every other node once; then `call` waits
            retry_on_timeout=False,
            http_compress=False,
            dead_node_backoff_factor=0.5,
            max_dead_node_backoff=5,
            **login,
        )

    def call(self, what: Callable[[Elasticsearch], T]) -> T:
        begun = time.monotonic()
        missed = begun - _missed.get(self.address.hosts, -MISSED_SECONDS) < MISSED_SECONDS
        end = begun + (min(TRY_SECONDS, AGAIN_SECONDS) if missed else TRY_SECONDS)
        wait, told = _FIRST_WAIT, False
        while True:
            try:
                answer = what(self._client)
                if isinstance(answer, ApiResponse) and answer.meta.headers.get("x-elastic-product") != "Elasticsearch":
                    raise ArchiveError(_not_it(self.address))
                _missed.pop(self.address.hosts, None)
                return answer
            except UnsupportedProductError as error:
                raise ArchiveError(_not_it(self.address)) from error
            except (ApiError, TransportError) as error:
                if not _passes(error) or time.monotonic() + wait > end:
                    if not isinstance(error, ApiError):
                        _missed[self.address.hosts] = time.monotonic()
                    raise ArchiveError(explain(error, self.address)) from error
                if not told and time.monotonic() > begun + _TOLD_AFTER:
                    _log.warning("%s 暂时没有成功，再试最多 %.0f 秒", named(self.address), end - time.monotonic())
                    told = True
            time.sleep(wait * random.uniform(0.7, 1.3))  # noqa: S311  so that writers do not come back in step
            wait = min(2 * wait, _LONGEST_WAIT)

    def close(self) -> None:
        self._client.close()


def _passes(error: ApiError | TransportError) -> bool:
    if isinstance(error, ApiError):
        return passes(error.status_code, str(error.body))
    return not isinstance(error, TlsError | SerializationError)


def passes(status: int, body: str) -> bool:
    """Whether the server may soon say something else to the same request."""
    return status in _PASSING and not any(name in body for name in (*_NOT_PASSING, *_FULL))


def named(address: Address) -> str:
    return f"Elasticsearch（{'、'.join(host.partition('//')[2] for host in address.hosts)}）"


def _not_it(address: Address) -> str:
    return f"{named(address)}答话的不是 Elasticsearch，请检查 MINSHENG_ARCHIVE 的主机和端口"


def explain(error: ApiError | TransportError, address: Address) -> str:
    """One sentence that says what to do; never a login."""
    where = named(address)
    if isinstance(error, SerializationError):
        return _not_it(address)
    if isinstance(error, TlsError):
        return f"{where}的证书不可信或不匹配，请检查 MINSHENG_ARCHIVE 的 ca 和主机名"
    if isinstance(error, ConnectionTimeout):
        return f"{where}在 {ASK_SECONDS:.0f} 秒内没有答复，请检查它的负载"
    if isinstance(error, TransportError):
        return f"{where}连不上，请检查它是否在运行、MINSHENG_ARCHIVE 的主机和端口是否正确"
    return explain_status(error.status_code, str(error.body), where)


def explain_status(status: int, body: str, where: str) -> str:
    """`body` is the server's answer, of which only its kind is repeated."""
    if any(name in body for name in _FULL):
        return f"{where}磁盘空间不足，没有写入；腾出空间后重试即可，已有的信息完好"
    if status == 401:
        return f"{where}不接受用户名、密码或 API 密钥，请检查 MINSHENG_ARCHIVE"
    if "cluster_block_exception" in body and status == 403:
        return f"{where}的索引被设成了只读，没有写入，已有的信息完好；请解除索引或集群的 blocks 后重试"
    if status == 403:
        return f"{where}不允许这个用户读写这些索引，请检查它的权限"
    if status == 429 or "circuit_breaking" in body:
        return f"{where}正忙，试了 {TRY_SECONDS:.0f} 秒仍未轮到，请稍后重试"
    if status == 503:
        return f"{where}有分片不可用，试了 {TRY_SECONDS:.0f} 秒仍未恢复，请检查它的各个节点"
    return f"{where}出错（{status} {_kind(body)}）"


def _kind(body: str) -> str:
    """The name of the server's error, such as mapper_parsing_exception."""
    _, _, rest = body.partition("'type': '")
    return rest.partition("'")[0] or "未知错误"
