"""A PostgreSQL for tests and benchmarks: real, in a folder of its own, on a free port of loopback.

`python -m bench.servers.postgresql FOLDER PORT` is its keeper: it does what it is told on standard input (start, stop),
and at the end of that input, which comes however its user ends, it stops the server and removes the folder.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg

from bench.servers.ports import free_port

PASSWORD = "p@ss:w/rd?#"  # with everything that means something in an address
USER = "minsheng"
ROOT = Path(__file__).parents[2]
# It holds nothing worth keeping: no waiting for the disk.
OPTIONS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "listen_addresses=127.0.0.1",
           "max_connections=200", "shared_buffers=32MB", "log_min_messages=fatal")  # fmt: skip


def binaries() -> Path | None:
    """The folder of the newest PostgreSQL here; Debian keeps its servers out of PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    path = shutil.which("initdb")
    return Path(path).resolve().parent if path else None


class Server:
    """Started by being made. `stop` and `start` are for tests of a server that goes away."""

    def __init__(self) -> None:
        self.port = free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="minsheng-pg-"))
        command = [sys.executable, "-m", "bench.servers.postgresql", str(self.folder), str(self.port)]
        self._keeper = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
        )
        self._told()

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://{USER}:{quote(PASSWORD, safe='')}@127.0.0.1:{self.port}/{database}"

    def stop(self) -> None:
        self._say("stop")

    def start(self) -> None:
        self._say("start")

    def close(self) -> None:
        self._keeper.communicate()

    def _say(self, what: str) -> None:
        assert self._keeper.stdin
        self._keeper.stdin.write(what + "\n")
        self._keeper.stdin.flush()
        self._told()

    def _told(self) -> None:
        assert self._keeper.stdout
        if self._keeper.stdout.readline() != "done\n":
            raise RuntimeError("the PostgreSQL did not start; see what it said above")


def new_database(server_url: str) -> str:
    """The address of a database that is empty and nobody else's."""
    name = f"m{uuid.uuid4().hex[:16]}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return server_url.rpartition("/")[0] + "/" + name


# What follows is the keeper's.


def _as_its_own_user(command: list[str]) -> list[str]:
    """PostgreSQL refuses to run as root. Whatever becomes of the keeper, its server ends with it."""
    if os.getuid() == 0:
        return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--pdeathsig=QUIT", *command]
    return command


def _make(folder: Path) -> None:
    if os.getuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    found, data, secret = binaries(), folder / "data", folder / "password"
    assert found
    secret.write_text(PASSWORD, encoding="utf-8")
    secret.chmod(0o644)  # the folder itself is closed to others
    command = [str(found / "initdb"), "-D", str(data), "-U", USER, "--pwfile", str(secret), "--encoding=UTF8"]
    command += ["--locale=C.UTF-8", "--auth=scram-sha-256", "--no-sync", "--no-instructions"]
    if int(found.parts[-2]) >= 15:  # an office's order of words, so that nothing rests on that of code points
        command += ["--locale-provider=icu", "--icu-locale=zh-CN"]
    subprocess.run(_as_its_own_user(command), check=True, stdout=subprocess.DEVNULL)


def _start(folder: Path, port: int) -> "subprocess.Popen[bytes]":
    found = binaries()
    assert found
    command = [str(found / "postgres"), "-D", str(folder / "data"), "-p", str(port), "-k", str(folder)]
    command += [word for option in OPTIONS for word in ("-c", option)]
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(_as_its_own_user(command), stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    ready = [str(found / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
    while process.poll() is None and subprocess.run(ready, check=False).returncode:
        pass
    if process.poll() is not None:
        sys.exit((folder / "log").read_text(encoding="utf-8"))
    return process


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.send_signal(signal.SIGQUIT)
    process.wait()


def _words() -> Iterator[str]:
    """`start` first, then what is said."""
    yield "start"
    for line in sys.stdin:
        yield line.strip()


def keep(folder: Path, port: int) -> None:
    server: subprocess.Popen[bytes] | None = None
    try:
        _make(folder)
        for word in _words():
            if word == "start":
                server = _start(folder, port)
            elif server:
                _stop(server)
                server = None
            print("done", flush=True)
    finally:
        if server:
            _stop(server)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    keep(Path(sys.argv[1]), int(sys.argv[2]))
