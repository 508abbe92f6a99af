import re
from datetime import UTC, datetime

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from accounts.models import AuditEntry, Role, User
from accounts.people import add_user, generate_password, set_active, set_password

pytestmark = pytest.mark.django_db
NOW = datetime(2019, 8, 2, tzinfo=UTC)
GOOD = "qing-jiang-duty-room"


@pytest.mark.parametrize(
    ("name", "password", "says"),
    [
        ("zhou", "short", "密码太短，至少 10 个字符"),
        ("zhou", "1234567890123", "密码只包含数字"),
        ("zhou", "password1234", "这个密码太常见了"),
        ("zhouxiaoming", "zhouxiaoming1", "相似"),
        ("zhou lei", GOOD, "请输入合法的用户名"),
        ("", GOOD, "此字段不能为空"),
    ],
)
def test_a_weak_password_or_bad_name_is_refused_in_chinese(name: str, password: str, says: str) -> None:
    with pytest.raises(ValidationError) as refused:
        add_user(NOW, name, Role.READER, password)
    assert says in " ".join(refused.value.messages)
    assert not User.objects.exists()
    assert not AuditEntry.objects.exists()


def test_only_an_administrator_reaches_the_emergency_admin() -> None:
    for role in Role:
        user = add_user(NOW, f"u-{role}", role, GOOD)
        assert user.is_staff is (role is Role.ADMIN)
        assert user.check_password(GOOD)


def test_a_name_is_given_once() -> None:
    add_user(NOW, "zhou", Role.READER, GOOD)
    with pytest.raises(ValidationError, match="已存在"):
        add_user(NOW, "zhou", Role.ADMIN, GOOD)


def test_changes_are_in_the_audit_trail() -> None:
    add_user(NOW, "zhou", Role.OFFICER, GOOD, by="命令行")
    set_password(NOW, "zhou", GOOD + "2", by="命令行")
    set_active(NOW, "zhou", False, by="命令行")
    told = list(AuditEntry.objects.order_by("id").values_list("act", "actor", "subject"))
    assert told == [(act, "命令行", "zhou") for act in ("新建账号", "重设密码", "停用账号")]
    assert GOOD not in str(list(AuditEntry.objects.values()))
    user = User.objects.get()
    assert (user.is_active, user.check_password(GOOD + "2")) == (False, True)


def test_the_last_administrator_stays() -> None:
    add_user(NOW, "zhou", Role.ADMIN, GOOD)
    add_user(NOW, "li", Role.ADMIN, GOOD)
    add_user(NOW, "wu", Role.OFFICER, GOOD)
    set_active(NOW, "li", False)
    for _ in range(2):
        with pytest.raises(ValidationError, match="zhou 是最后一个启用的管理员"):
            set_active(NOW, "zhou", False)
    assert not set_active(NOW, "li", False).is_active, "out of use already: nothing changes"
    set_active(NOW, "li", True)
    set_active(NOW, "zhou", False)
    assert [user.username for user in User.objects.filter(is_active=True, role=Role.ADMIN)] == ["li"]


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    add_user(NOW, "zhou", Role.READER, GOOD)
    with pytest.raises(ValidationError, match="没有名为 'zhuo' 的账号；现有：zhou"):
        set_password(NOW, "zhuo", GOOD)


def test_generated_passwords_pass_their_own_rules_and_differ() -> None:
    made = {generate_password() for _ in range(50)}
    assert len(made) == 50
    for password in made:
        assert re.fullmatch(r"(\w{4}-){3}\w{4}", password)
        assert not set(password) & set("0O1lI")
        validate_password(password, User(username="zhou"))
