"""A real Elasticsearch of one or more nodes, from Maven Central (the server core; FACTS.md says what it lacks).

`with cluster() as es: es.url()` …; a node can be killed and started again. Without Java 21 or Maven: AbsentError.
"""

import base64
import contextlib
import json
import os
import pwd
import shutil
import signal
import ssl
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bench.servers.ports import free_ports

VERSION = "9.5.0"
ARTIFACT = f"org.elasticsearch.distribution.integ-test-zip:elasticsearch:{VERSION}:zip"
HEAP = "512m"
START_SECONDS = 120.0
LEAST_JAVA = 21
PASSWORD = "only-for-tests"
REPOSITORY = "snapshots"
CERTIFICATE = "certificate.pem"
SECURED = {
    "xpack.security.enabled": "true",
    "xpack.security.http.ssl.enabled": "true",
    "xpack.security.http.ssl.key": "key.pem",
    "xpack.security.http.ssl.certificate": CERTIFICATE,
}


class AbsentError(Exception):
    """What a real server needs is not on this machine; the message says what."""


@dataclass
class Node:
    """One node of a cluster; its data stay when it is killed, until the cluster's context ends."""

    name: str
    folder: Path
    port: int
    command: list[str]
    environment: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def start(self) -> None:
        log = (self.folder / "out.log").open("ab")
        self.process = subprocess.Popen(
            self.command, env=dict(self.environment), stdout=log, stderr=log, start_new_session=True
        )
        log.close()

    def kill(self, how: signal.Signals = signal.SIGKILL) -> None:
        """The node's whole process group, and wait for it."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, how)
        self.process.wait(60)
        self.process = None

    def said(self) -> str:
        return (self.folder / "out.log").read_text(errors="replace")[-3000:]


@dataclass
class Cluster:
    """`url` is what MINSHENG_ARCHIVE takes, with `prefix` for the names of the indices. `secured`: the nodes speak TLS
    and want the user elastic with PASSWORD; `ca` is then the certificate to trust."""

    nodes: list[Node] = field(default_factory=list)
    secured: bool = False

    @property
    def snapshots(self) -> Path:
        """A folder in which the nodes may keep snapshots."""
        return self.nodes[0].folder.parent / REPOSITORY

    @property
    def ca(self) -> Path:
        return self.nodes[0].folder / "config" / CERTIFICATE

    def url(self, prefix: str = "minsheng", options: str = "", *, password: str = "") -> str:
        hosts = ",".join(node.address for node in self.nodes)
        if not self.secured:
            return f"elasticsearch://{hosts}/{prefix}{options}"
        return f"elasticsearch+https://elastic:{password or PASSWORD}@{hosts}/{prefix}?ca={self.ca}{options}"

    def health(self, wanted: int | None = None, status: str = "yellow", seconds: float = START_SECONDS) -> None:
        """Wait until so many nodes (all of them) have found each other and no primary is missing."""
        count = len(self.nodes) if wanted is None else wanted
        end = time.monotonic() + seconds
        ask = f"/_cluster/health?wait_for_status={status}&wait_for_nodes={count}&timeout=5s"
        while time.monotonic() < end:
            for node in self.nodes:
                if node.process is not None and node.process.poll() is not None:
                    raise RuntimeError(f"Elasticsearch {node.name} ended at its start: {node.said()}")
                with contextlib.suppress(OSError, ValueError):
                    if not json.loads(self._get(f"{node.address}{ask}"))["timed_out"]:
                        return
            time.sleep(0.3)
        raise RuntimeError(f"Elasticsearch was not up in {seconds:.0f} s: {self.nodes[0].said()}")

    def _get(self, address: str) -> bytes:
        scheme, login, context = "http", {}, None
        if self.secured:
            scheme, context = "https", ssl.create_default_context(cafile=self.ca)
            login = {"Authorization": "Basic " + base64.b64encode(f"elastic:{PASSWORD}".encode()).decode()}
        request = urllib.request.Request(f"{scheme}://{address}", headers=login)
        with urllib.request.urlopen(request, timeout=10, context=context) as answer:
            said: bytes = answer.read()
            return said


@contextlib.contextmanager
def cluster(
    count: int = 1,
    *,
    heap: str = HEAP,
    settings: Mapping[str, str] | None = None,
    secured: bool = False,
    wait: bool = True,
) -> Iterator[Cluster]:
    """`settings` are added to every node's; `secured` is for one node. Everything is removed at the end."""
    home = installed()
    with tempfile.TemporaryDirectory(prefix="minsheng-elastic-") as folder:
        wanted = (SECURED if secured else {}) | dict(settings or {})
        made = Cluster(_nodes(home, Path(folder), count, heap, wanted), secured)
        if secured:
            for node in made.nodes:
                _secure(home, node)
        _hand_over(Path(folder))
        try:
            for node in made.nodes:
                node.start()
            if wait:
                made.health()
            yield made
        finally:
            for node in made.nodes:
                node.kill()


def _nodes(home: Path, folder: Path, count: int, heap: str, settings: Mapping[str, str]) -> list[Node]:
    ports = free_ports(2 * count)
    (folder / REPOSITORY).mkdir()
    transports = [f"127.0.0.1:{port}" for port in ports[count:]]
    nodes = []
    for number in range(count):
        name = f"n{number}"
        place = folder / name
        shutil.copytree(home / "config", place / "config")
        values = {
            "cluster.name": "minsheng-test",
            "node.name": name,
            "path.data": str(place / "data"),
            "path.logs": str(place / "logs"),
            "path.repo": str(folder / REPOSITORY),
            "network.host": "127.0.0.1",
            "http.port": str(ports[number]),
            "transport.port": str(ports[count + number]),
            "xpack.security.enabled": "false",
            "action.destructive_requires_name": "false",
            "cluster.routing.allocation.disk.threshold_enabled": "false",
        }
        if count == 1:
            values["discovery.type"] = "single-node"
        else:
            values["discovery.seed_hosts"] = ",".join(transports)
            values["cluster.initial_master_nodes"] = ",".join(f"n{each}" for each in range(count))
        values |= settings
        arguments = [part for key, value in values.items() for part in ("-E", f"{key}={value}")]
        nodes.append(
            Node(
                name,
                place,
                ports[number],
                [*_as_nobody(), str(home / "bin" / "elasticsearch"), *arguments],
                {
                    "PATH": os.environ.get("PATH", ""),
                    "HOME": str(place),
                    "ES_JAVA_HOME": str(_java()),
                    "ES_JAVA_OPTS": f"-Xms{heap} -Xmx{heap}",
                    "ES_PATH_CONF": str(place / "config"),
                },
            )
        )
    return nodes


def _secure(home: Path, node: Node) -> None:
    """A certificate for 127.0.0.1 that signs itself, and the password of the user elastic."""
    config = node.folder / "config"
    names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    made = ["-keyout", str(config / "key.pem"), "-out", str(config / CERTIFICATE), "-days", "3"]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *made, *names]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    keystore = [str(home / "bin" / "elasticsearch-keystore"), "add", "-x", "bootstrap.password"]
    environment = dict(node.environment) | {"ES_JAVA_OPTS": ""}
    subprocess.run([keystore[0], "create"], env=environment, capture_output=True, timeout=120)
    subprocess.run(keystore, input=PASSWORD.encode(), env=environment, check=True, capture_output=True, timeout=120)


def installed() -> Path:
    """The unpacked distribution, fetched and unpacked once a machine."""
    _java()
    place = Path(tempfile.gettempdir()) / f"minsheng-elasticsearch-{VERSION}-{os.getuid()}"
    home = place / f"elasticsearch-{VERSION}"
    if (place / "complete").exists():
        return home
    if shutil.which("mvn") is None:
        raise AbsentError("Maven (mvn), which fetches Elasticsearch from Maven Central")
    with tempfile.TemporaryDirectory(dir=tempfile.gettempdir()) as fetched:
        command = ["mvn", "-q", "dependency:copy", f"-Dartifact={ARTIFACT}", f"-DoutputDirectory={fetched}"]
        done = subprocess.run([*command, "-Dmdep.stripVersion=true"], capture_output=True, text=True, timeout=600)
        if done.returncode:
            raise AbsentError(f"Elasticsearch {VERSION} from Maven Central: {done.stdout[-300:]}")
        unpacked = Path(fetched) / "unpacked"
        with zipfile.ZipFile(Path(fetched) / "elasticsearch.zip") as archive:
            for entry in archive.infolist():
                out = Path(archive.extract(entry, unpacked))
                if mode := entry.external_attr >> 16:
                    out.chmod(mode)
        (unpacked / "complete").touch()
        for path in [unpacked, *unpacked.rglob("*")]:
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))
        with contextlib.suppress(OSError):  # another process was faster
            unpacked.rename(place)
    return home


def _java() -> Path:
    """The home of a Java new enough for Elasticsearch 9."""
    places = [Path(home) for key in ("ES_JAVA_HOME", "JAVA_HOME") if (home := os.environ.get(key))]
    places += sorted(Path("/usr/lib/jvm").glob("*"), reverse=True)
    for place in places:
        java = place / "bin" / "java"
        if java.exists() and _version(java) >= LEAST_JAVA:
            return place
    raise AbsentError(f"Java {LEAST_JAVA} or newer, which Elasticsearch needs")


def _version(java: Path) -> int:
    said = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=60).stderr
    digits = said.partition('"')[2].partition(".")[0].partition('"')[0]
    return int(digits) if digits.isdigit() else 0


def _as_nobody() -> list[str]:
    """Elasticsearch refuses to run as root."""
    if os.getuid() != 0:
        return []
    return ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]


def _hand_over(folder: Path) -> None:
    if os.getuid() != 0:
        return
    nobody = pwd.getpwnam("nobody")
    for path in [folder, *folder.rglob("*")]:
        os.chown(path, nobody.pw_uid, nobody.pw_gid)
