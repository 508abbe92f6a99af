"""Where an Elasticsearch archive lives: `elasticsearch://user:password@host:9200,host2:9200/prefix?replicas=1`.

`elasticsearch+https://` speaks TLS. Options: `shards` of new months, `replicas` (of all there are, too), `ca` (a file
with the authority's certificate), `api_key` instead of user and password. No error repeats the address: a password may
be in it.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, unquote

from archive.store import ArchiveError

SCHEMES = ("elasticsearch", "elasticsearch+https")
_URL = re.compile(
    r"(?P<scheme>[a-z+]+)://(?:(?P<login>[^/?#]*)@)?(?P<hosts>[^/?#@]+)(?:/(?P<prefix>[^?#]*))?(?:\?(?P<options>.*))?"
)
_HOST = re.compile(r"(\[[0-9a-fA-F:]+\]|[\w.-]+):(\d{1,5})")
# Without "-posts" within it, or one archive's months would be another's.
_PREFIX = re.compile(r"(?!.*-posts(-|$))[a-z][a-z0-9_-]{0,60}")
_OPTIONS = {"shards", "replicas", "ca", "api_key"}
MOST = 100  # shards or replicas


@dataclass(frozen=True, slots=True)
class Address:
    """`hosts` are URLs without a login; a secret is never printed."""

    hosts: tuple[str, ...]
    prefix: str = "minsheng"
    shards: int = 1
    wanted_replicas: int | None = None  # None: not said
    user: str = ""
    password: str = ""
    api_key: str = ""
    ca: str = ""

    def __repr__(self) -> str:
        return f"Address({', '.join(self.hosts)}, {self.prefix!r})"

    @property
    def replicas(self) -> int:
        """Of what is made anew."""
        return self.wanted_replicas or 0

    @property
    def alias(self) -> str:
        """What all months are searched by."""
        return f"{self.prefix}-posts"

    def month(self, name: str) -> str:
        return f"{self.alias}-{name}"

    @property
    def tombstones(self) -> str:
        return f"{self.prefix}-tombstones"

    @property
    def meta(self) -> str:
        return f"{self.prefix}-meta"

    @property
    def months(self) -> str:
        """A pattern of all months' names."""
        return f"{self.alias}-*"

    @property
    def everything(self) -> list[str]:
        """All indices of this archive, and none of one whose prefix begins like this one's."""
        return [self.months, self.tombstones, self.meta]


def read_address(url: str) -> Address:
    """Raises ArchiveError that names the faulty part."""
    match = _URL.fullmatch(url)
    if match is None or match["scheme"] not in SCHEMES:
        raise ArchiveError("Elasticsearch 的地址应形如 elasticsearch://主机:9200/minsheng，请检查 MINSHENG_ARCHIVE")
    options = dict(parse_qsl(match["options"] or "", keep_blank_values=True))
    if unknown := options.keys() - _OPTIONS:
        raise ArchiveError(
            f"MINSHENG_ARCHIVE 里有不认识的选项 {'、'.join(sorted(unknown))}；可用的有 {'、'.join(sorted(_OPTIONS))}"
        )
    secure = match["scheme"].endswith("https")
    user, _, password = (match["login"] or "").partition(":")
    prefix = match["prefix"] or "minsheng"
    if not _PREFIX.fullmatch(prefix):
        raise ArchiveError(
            f"MINSHENG_ARCHIVE 里索引名的前缀 {prefix!r} 只能用小写字母、数字、_ 和 -，以字母开头，不含 -posts"
        )
    ca = options.get("ca", "")
    if ca and not Path(ca).is_file():
        raise ArchiveError(f"MINSHENG_ARCHIVE 的 ca 指向的证书文件 {ca} 不存在")
    return Address(
        hosts=tuple(_host(each, secure) for each in match["hosts"].split(",")),
        prefix=prefix,
        shards=_number(options, "shards", 1),
        wanted_replicas=_number(options, "replicas", 0) if "replicas" in options else None,
        user=unquote(user),
        password=unquote(password),
        api_key=options.get("api_key", ""),
        ca=ca,
    )


def _host(text: str, secure: bool) -> str:
    match = _HOST.fullmatch(text)
    if match is None or not 0 < int(match[2]) < 65536:
        raise ArchiveError(
            "MINSHENG_ARCHIVE 里每个主机都要写成 主机:端口，几个之间用逗号分开；密码里的符号要写成 %2F %3F %40 %3A"
        )
    return f"{'https' if secure else 'http'}://{match[1]}:{match[2]}"


def _number(options: dict[str, str], name: str, least: int) -> int:
    text = options.get(name, str(least))
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= MOST:
        raise ArchiveError(f"MINSHENG_ARCHIVE 的 {name} 应是 {least} 到 {MOST} 的整数，不能是 {text!r}")
    return int(text)
