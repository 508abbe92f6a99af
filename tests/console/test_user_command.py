import io
import json
from pathlib import Path

import pytest
from axes.models import AccessAttempt
from django.core.management import CommandError, call_command
from pytest_django import Settings

from accounts.models import AuditEntry, User
from console.operator import login, operator

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quick_hasher(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def run(*words: str) -> str:
    out = io.StringIO()
    call_command("user", *words, stdout=out)
    return out.getvalue()


def test_the_first_user_is_made_with_a_generated_password_shown_once() -> None:
    told = run("--json", "add", "zhou", "--role", "admin", "--display", "周", "--generate")
    data = json.loads(told)
    user = User.objects.get()
    assert (user.username, user.role, user.first_name) == ("zhou", "admin", "周")
    assert user.check_password(data["password"])
    assert data["password"] not in run("list")


def test_a_password_file_gives_its_first_line(tmp_path: Path) -> None:
    path = tmp_path / "password"
    path.write_text("qing-jiang-duty-room\n", encoding="utf-8")
    told = run("add", "zhou", "--role", "officer", "--password-file", str(path))
    assert "qing-jiang" not in told
    assert User.objects.get().check_password("qing-jiang-duty-room")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["add", "zhou", "--role", "officer"], "请用 --generate 或 --password-file"),
        (["add", "zhou", "--role", "officer", "--password-file", "/nowhere/file"], "密码文件 /nowhere/file 读不出"),
        (["password", "nobody", "--generate"], "没有名为 'nobody' 的账号"),
        (["disable", "nobody"], "没有名为 'nobody' 的账号"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(words: list[str], says: str) -> None:
    with pytest.raises(CommandError) as refused:
        run(*words)
    assert says in str(refused.value)
    assert "\n" not in str(refused.value)


def test_an_account_is_put_out_of_use_and_back(tmp_path: Path) -> None:
    run("add", "zhou", "--role", "officer", "--generate")
    run("disable", "zhou")
    assert "zhou\t值班员\t停用" in run("list")
    run("enable", "zhou")
    assert User.objects.get().is_active


def test_unlocking_nobody_is_not_called_done() -> None:
    run("add", "zhou", "--role", "officer", "--generate")
    with pytest.raises(CommandError, match="没有名为 'nobody' 的账号；现有：zhou"):
        run("unlock", "nobody")
    assert "zhou 没有失败的登录记录，没有锁定" in run("unlock", "zhou")
    AccessAttempt.objects.create(username="zhou", ip_address="192.0.2.1", failures_since_start=5)
    AccessAttempt.objects.create(username="zhuo", ip_address="192.0.2.1", failures_since_start=5)
    assert "已解除 zhou 的登录锁定（1 条失败记录）" in run("unlock", "zhou")
    assert "已解除 zhuo 的登录锁定（1 条失败记录）" in run("unlock", "zhuo"), "a name mistyped five times"


def test_letting_somebody_in_again_is_in_the_audit_trail_with_the_machines_account() -> None:
    run("add", "zhou", "--role", "officer", "--generate")
    run("unlock", "zhou")
    rows = AuditEntry.objects.filter(subject="zhou").values_list("act", "actor")
    assert set(rows) == {("新建账号", operator()), ("解除登录锁定", operator())}
    assert login() in operator()
