"""The address of an Elasticsearch archive: read whole, or refused without repeating a secret."""

from pathlib import Path

import pytest

from archive.elastic.address import Address, read_address
from archive.store import ArchiveError

READ = [
    ("elasticsearch://es:9200", Address(("http://es:9200",)), "the least"),
    (
        "elasticsearch://a:9200,b:9201,[::1]:9202/city",
        Address(("http://a:9200", "http://b:9201", "http://[::1]:9202"), "city"),
        "several nodes and a prefix",
    ),
    (
        "elasticsearch+https://press:p%40ss%2Fw@es:9200/m?shards=2&replicas=1",
        Address(("https://es:9200",), "m", 2, 1, "press", "p@ss/w"),
        "TLS, and a password with signs",
    ),
    ("elasticsearch://es:9200?api_key=abc%3D%3D", Address(("http://es:9200",), api_key="abc=="), "an API key"),
]


@pytest.mark.parametrize(("url", "address", "why"), READ)
def test_an_address_is_read(url: str, address: Address, why: str) -> None:
    assert read_address(url) == address, why


REFUSED = [
    ("elasticsearch://", "应形如"),
    ("elasticsearch://es", "主机:端口"),
    ("elasticsearch://es:99999", "主机:端口"),
    ("elasticsearch://u:geheim#x@es:9200", "应形如|主机:端口"),
    ("elasticsearch://es:9200/Großstadt", "前缀"),
    ("elasticsearch://es:9200/city-posts", "前缀"),  # its months would be among those of the prefix city
    ("elasticsearch://es:9200/a?replica=1", "不认识的选项 replica"),
    ("elasticsearch://es:9200/a?shards=0", "shards 应是"),
    ("elasticsearch://es:9200/a?replicas=many", "replicas 应是"),
    ("elasticsearch+https://es:9200/a?ca=/not/there.pem", "/not/there.pem 不存在"),
]


@pytest.mark.parametrize(("url", "said"), REFUSED)
def test_what_cannot_be_read_is_named_and_no_secret_repeated(url: str, said: str) -> None:
    with pytest.raises(ArchiveError, match=said) as refused:
        read_address(url)
    assert "geheim" not in str(refused.value)


def test_an_address_is_printed_without_its_secrets(tmp_path: Path) -> None:
    shown = repr(read_address("elasticsearch://press:geheim@es:9200?api_key=geheim"))
    assert "geheim" not in shown and "es:9200" in shown
