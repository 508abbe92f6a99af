"""A PostgreSQL that cannot be used: said in one Chinese line with what to do, never with the password; and one that
goes away and comes back costs nothing but the time it was away."""

import json
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from django.conf import settings
from django.db import InterfaceError, NotSupportedError, OperationalError

from bench.servers.ports import free_port
from bench.servers.postgresql import PASSWORD, USER, Server
from console import faults
from console.config import database
from tests.alerts.mailbox import Mailbox
from tests.alerts.mailbox import Server as MailServer
from tests.console.test_command_line import minsheng
from tests.console.test_supervise import until
from tests.console.test_two_machines import MAIL, ROOT, Machine, asked

SECRETS = (PASSWORD, quote(PASSWORD, safe=""))


def trouble(url: str, tmp_path: Path, *words: str, **more: str) -> str:
    """What a command says of it; a traceback or the password is a failure."""
    done = minsheng(*words, MINSHENG_VAR=str(tmp_path), MINSHENG_DATABASE=url, **more)
    said = done.stdout + done.stderr
    assert done.returncode == 1 and "Traceback" not in said
    assert not [secret for secret in SECRETS if secret in said]
    return said


@pytest.mark.parametrize(
    ("change", "says", "remedy"),
    [
        (("@127.0.0.1", ":wrong@127.0.0.1"), "不接受登录：用户名或密码不对", "MINSHENG_DATABASE_PASSWORD"),
        ((USER, "nobody"), "不接受登录：用户名或密码不对", "PostgreSQL does not say which"),
        (("/DATABASE", "/nowhere"), "没有这个库", "createdb -E UTF8"),
        ((":PORT", ":1"), "对方没有在听", "确认 PostgreSQL 已启动"),
        (("127.0.0.1", "nowhere.invalid"), "主机名查不到地址", "检查 MINSHENG_DATABASE"),
        (("/DATABASE", "/DATABASE?colour=red"), "选项 colour 不认识", ""),
        (("/DATABASE", "/"), "缺少库名", "postgresql://用户@主机"),
    ],
    ids=["wrong password", "no such user", "no such database", "nobody listens", "no such host", "option", "no name"],
)
def test_doctor_and_every_command_say_what_is_wrong(
    postgresql_url: str, tmp_path: Path, change: tuple[str, str], says: str, remedy: str
) -> None:
    head, port_and_name = postgresql_url.rsplit(":", 1)
    port, name = port_and_name.split("/")
    form = f"{head}:PORT/DATABASE".replace(f":{quote(PASSWORD, safe='')}@", "@" if "wrong" in change[1] else ":SECRET@")
    url = (
        form.replace(*change)
        .replace("PORT", port)
        .replace("DATABASE", name)
        .replace("SECRET", quote(PASSWORD, safe=""))
    )
    told = trouble(url, tmp_path, "doctor")
    assert says in told and (remedy in told or remedy.isascii())
    if "缺少库名" not in told:
        assert "磁盘" in told, "the other checks were made"
    assert says in trouble(url, tmp_path, "user", "list")


def test_a_password_of_its_own_variable_opens_it_and_a_file_does_too(postgresql_url: str, tmp_path: Path) -> None:
    url = postgresql_url.replace(f":{quote(PASSWORD, safe='')}@", "@")
    assert "不接受登录" in trouble(url, tmp_path, "doctor")
    (tmp_path / "secret").write_text(PASSWORD + "\n", encoding="utf-8")
    for given in ({"MINSHENG_DATABASE_PASSWORD": PASSWORD}, {"MINSHENG_DATABASE_PASSWORD_FILE": f"{tmp_path}/secret"}):
        assert "项结构更新未执行" in trouble(url, tmp_path, "doctor", **given)
    done = minsheng("user", "list", MINSHENG_VAR=str(tmp_path), MINSHENG_DATABASE=postgresql_url)
    assert done.returncode == 0
    assert "PostgreSQL 1" in trouble(postgresql_url, tmp_path, "doctor"), "the version"


def test_a_database_that_holds_no_chinese_is_found(postgresql_url: str, tmp_path: Path) -> None:
    server, _, name = postgresql_url.rpartition("/")
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(
            f"CREATE DATABASE {name}_ascii ENCODING SQL_ASCII LOCALE 'C' LOCALE_PROVIDER libc TEMPLATE template0"
        )
    told = trouble(f"{server}/{name}_ascii", tmp_path, "doctor")
    assert "编码是 SQL_ASCII" in told and "createdb -E UTF8" in told


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (NotSupportedError("PostgreSQL 14 or later is required (found 13.15)."), "是 PostgreSQL 13.15，需要 14 或更新"),
        (OperationalError('FATAL:  用户 "minsheng" Password 认证失败'), "用户名或密码不对"),
        (OperationalError('FATAL:  数据库 "minsheng" 不存在'), "没有这个库"),
        (OperationalError("no pg_hba.conf entry for host"), "pg_hba.conf"),
        (OperationalError("connection timeout expired"), "没有回应"),
        (InterfaceError("connection already closed"), "的连接断了"),
        (OperationalError("something new"), "something new"),
    ],
)
def test_what_a_server_says_in_other_cases(monkeypatch: pytest.MonkeyPatch, error: Exception, says: str) -> None:
    monkeypatch.setitem(settings.DATABASES, "default", database("", "postgresql://minsheng@db.example:5433/minsheng"))
    told = faults.of_database(error)  # type: ignore[arg-type]
    assert told and says in told and told.startswith(("状态库 db.example:5433/minsheng",))


@pytest.mark.parametrize("state", sorted(faults._STATES))
def test_every_sqlstate_makes_a_sentence(monkeypatch: pytest.MonkeyPatch, state: str) -> None:
    monkeypatch.setitem(settings.DATABASES, "default", database("", "postgresql://minsheng@db.example/minsheng"))
    error = OperationalError("said")
    error.__cause__ = psycopg.errors.lookup(state)("said")
    told = faults.of_database(error)
    assert told and told.startswith("状态库 db.example:5432/minsheng ") and "said" not in told


@pytest.mark.slow
def test_a_scheduler_survives_a_server_that_goes_away_and_goes_on_when_it_is_back(
    postgresql_server: Server, tmp_path: Path
) -> None:
    mailbox = Mailbox()
    with MailServer(mailbox) as smtp:
        machine = Machine(
            "one", tmp_path, postgresql_server.url(), MINSHENG_SMTP=f"smtp://127.0.0.1:{smtp}",
            MINSHENG_SENDER="m@example.gov.cn", MINSHENG_MAIL_DOMAINS="example.gov.cn",
        )  # fmt: skip
        assert machine.run("migrate")[0] == 0
        with machine.running("schedule", "--only", "delivery") as scheduler:
            held = "SELECT 1 FROM monitor_lease WHERE name = 'scheduler:delivery' AND holder LIKE 'one:%'"
            assert until(lambda: bool(asked(postgresql_server.url(), held)), 30)
            postgresql_server.stop()
            assert not until(lambda: scheduler.poll() is not None, 25), "it asks for mails and for its lease meanwhile"
            postgresql_server.start()
            subprocess.run([sys.executable, "-c", MAIL], cwd=ROOT, env=machine.environment, check=True)
            assert until(lambda: len(mailbox.mails) == 1, 40)
            scheduler.terminate()
            _, said = scheduler.communicate(timeout=30)
    assert "连不上：对方没有在听" in said or "的连接断了" in said
    assert "Traceback" not in said


def test_a_page_says_that_the_database_is_away_and_is_there_again_with_it(
    postgresql_server: Server, tmp_path: Path
) -> None:
    machine, port = Machine("one", tmp_path, postgresql_server.url()), free_port()

    def page() -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/login/", timeout=20) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()
        except OSError:
            return 0, ""

    with machine.running("serve", "--port", str(port)):
        assert until(lambda: page()[0] == 200, 30)
        postgresql_server.stop()
        code, text = page()
        assert code == 503 and "信息库暂时打不开" in text and "minsheng doctor" in text
        postgresql_server.start()
        assert page()[0] == 200


def test_a_scheduler_that_finds_no_server_says_so_in_one_line(tmp_path: Path) -> None:
    said = trouble("postgresql://minsheng@127.0.0.1:1/minsheng", tmp_path, "schedule")
    assert "对方没有在听" in said and len(said.splitlines()) == 1


def test_json_of_doctor_has_it_too(tmp_path: Path) -> None:
    told = trouble("postgresql://minsheng:geheim@127.0.0.1:1/minsheng", tmp_path, "doctor", "--json")
    rows = {row["check"]: row for row in map(json.loads, told.splitlines())}
    assert rows["状态库"]["state"] == "fail" and "geheim" not in told
