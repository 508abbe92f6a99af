"""The services of docker-compose.yml, run by hand on real servers: each process by itself, Elasticsearch and PostgreSQL
between them. There is no Docker engine on the machines this is made on; the file is read by docker-compose itself."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from bench.servers.ports import free_port
from tests.alerts.mailbox import Mailbox, Server
from tests.conftest import absent
from tests.console.test_supervise import until
from tests.console.test_up import SETTING_UP, SOURCE, WATCHLIST, Installation, answers
from tests.console.test_up import site as site
from tests.crawlers.small_site import Site
from tests.elastic import nodes

ROOT = Path(__file__).parent.parent.parent
FILE = ROOT / "docker-compose.yml"
OURS = ("web", "scheduler", "crawler")
ONCE = "prepare"


@pytest.fixture(scope="module")
def composed() -> dict[str, Any]:
    """The file as docker-compose understands it, with everything filled in."""
    if shutil.which("docker-compose") is None:
        absent("docker-compose", "install Debian's docker-compose, which needs no engine for this")
    command = ["docker-compose", "--profile", "trial", "-f", str(FILE), "config"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = yaml.safe_load(done.stdout)
    return found


def test_the_services_are_all_there(composed: dict[str, Any]) -> None:
    assert {*OURS, ONCE, "elasticsearch", "postgres", "mailbox"} == set(composed["services"])
    in_profiles = {name: each["profiles"] for name, each in composed["services"].items() if "profiles" in each}
    assert in_profiles == {"mailbox": ["trial"]}, "only for trying out"


@pytest.mark.parametrize("name", [*OURS, "elasticsearch", "postgres", "mailbox"])
def test_a_service_is_bounded_watched_and_shut_in(composed: dict[str, Any], name: str) -> None:
    service = composed["services"][name]
    assert service["mem_limit"]
    assert name == "mailbox" or service["healthcheck"]["test"]
    assert service["cap_drop"] == ["ALL"] and "no-new-privileges:true" in service["security_opt"]
    assert re.fullmatch(r"[a-z/]+:v?\d[\w.-]+", service["image"]), "pinned, and of no registry by name"
    assert all(port.startswith("127.0.0.1:") for port in map(str, service.get("ports", []))), "behind a proxy"


def test_no_secret_stands_in_the_environment(composed: dict[str, Any]) -> None:
    for name, service in composed["services"].items():
        for key in service.get("environment") or {}:
            secret = re.search("PASSWORD|SECRET|API_KEY", key)
            assert not secret or key.endswith("_FILE"), f"{name}: {key}"
        assert all(Path(each["source"]).name in composed["secrets"] for each in service.get("secrets", []))
    assert all(set(secret) == {"file"} for secret in composed["secrets"].values())


def test_only_what_prepares_the_folder_is_root(composed: dict[str, Any]) -> None:
    assert [name for name, service in composed["services"].items() if str(service.get("user")) == "0"] == [ONCE]
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert re.search(r"^USER minsheng$", dockerfile, re.M)


def test_the_client_in_the_image_can_save_the_server(composed: dict[str, Any]) -> None:
    """pg_dump refuses a server of a newer major version."""
    client = re.search(r"postgresql-client-(\d+)", (ROOT / "Dockerfile").read_text(encoding="utf-8"))
    server = re.search(r":(\d+)\.", composed["services"]["postgres"]["image"])
    assert client and server and int(client[1]) >= int(server[1])


def test_every_setting_in_it_is_documented(composed: dict[str, Any]) -> None:
    documented = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    for name in OURS:
        for key in composed["services"][name]["environment"]:
            assert key.removesuffix("_FILE") in documented, key


@contextmanager
def running(minsheng: Installation, words: list[str]) -> Iterator["subprocess.Popen[bytes]"]:
    """A service's command as it stands in the file."""
    assert words[0] == "minsheng"
    process = subprocess.Popen([sys.executable, "-m", "console", *words[1:]], cwd=ROOT, env=minsheng.environment)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(40)
        finally:
            process.kill()


@pytest.mark.slow
def test_its_processes_do_the_main_job_on_real_servers(
    composed: dict[str, Any], site: Site, tmp_path: Path, postgresql_url: str
) -> None:
    mailbox, port = Mailbox(), free_port()
    commands = {name: list(composed["services"][name]["command"]) for name in OURS}
    commands["web"][-3:] = ["127.0.0.1", "--port", str(port)]
    with ExitStack() as stack:
        elastic = stack.enter_context(nodes())
        smtp = stack.enter_context(Server(mailbox, auth=True))
        minsheng = Installation(tmp_path / "var", postgresql_url, site, smtp)
        minsheng.environment |= {"MINSHENG_ARCHIVE": elastic.url("apart"), "PYTHONPATH": str(ROOT)}
        (tmp_path / "sources.yaml").write_text(SOURCE.format(address=site.address), encoding="utf-8")
        (tmp_path / "watchlists.yaml").write_text(WATCHLIST, encoding="utf-8")
        minsheng.run("shell", "-c", SETTING_UP.format(folder=tmp_path))
        for words in commands.values():
            stack.enter_context(running(minsheng, words))
        assert until(lambda: answers(port), 60)
        assert until(lambda: len(site.paths()) >= 2, 60), "the crawler crawled"
        minsheng.run("round")  # the scheduler's own comes within five minutes
        assert until(lambda: len(mailbox.mails) > 0, 60), "the scheduler delivered"
        health = composed["services"]["scheduler"]["healthcheck"]["test"]
        assert health[0] == "CMD"
        minsheng.run(*health[2:])
        (told,) = map(json.loads, minsheng.run("incident", "list", "--json").splitlines())
        assert "停水" in told["title"]
    (mail,) = mailbox.mails
    body = mail.get_body(("plain",))
    assert body is not None and "【待填】" in body.get_content()
    assert os.environ.get("MINSHENG_ARCHIVE") is None
