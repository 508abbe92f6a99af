"""Making and mending accounts: what the command `user` and the tests share."""

import secrets
from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.audit import record
from accounts.models import Role, User

# Without signs that look alike on paper (0 O 1 l I): the password is read out or written down once.
_ALPHABET = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def generate_password() -> str:
    """Four groups of four: 93 bits."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))


def add_user(now: datetime, name: str, role: Role, password: str, display: str = "", by: str = "") -> User:
    """Raises ValidationError (Chinese) for a name that is taken or not allowed, or a password that is too weak."""
    user = User(username=name, role=role, first_name=display, is_staff=role is Role.ADMIN)
    user.is_superuser = role is Role.ADMIN
    user.full_clean(exclude=["password"])
    validate_password(password, user)
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save()
            record(now, by or None, "新建账号", "user", name, {"role": str(role)})
    except IntegrityError as error:  # made by somebody else since full_clean looked
        raise ValidationError(f"账号 {name} 已存在") from error
    return user


def set_password(now: datetime, name: str, password: str, by: str = "") -> User:
    """Raises ValidationError if there is no such user or the password is too weak."""
    user = find(name)
    validate_password(password, user)
    user.set_password(password)
    _save(now, user, "password", "重设密码", by)
    return user


@transaction.atomic
def set_active(now: datetime, name: str, active: bool, by: str = "") -> User:
    """Accounts are put out of use, not deleted: the audit trail names them. Raises ValidationError; also for the last
    administrator, after whom nobody could let anybody in."""
    user = find(name)
    # Locked: of the last two, each put out of use by the other, one stays.
    admins = User.objects.select_for_update().filter(role=Role.ADMIN, is_active=True).order_by("pk")
    if not active and list(admins) == [user]:
        raise ValidationError(f"{name} 是最后一个启用的管理员，停用后无人能管理账号；请先新建或启用另一个管理员")
    user.is_active = active
    _save(now, user, "is_active", "启用账号" if active else "停用账号", by)
    return user


def find(name: str) -> User:
    """Raises ValidationError that names the accounts there are."""
    user = User.objects.filter(username=name).first()
    if user is None:
        known = "、".join(User.objects.values_list("username", flat=True)[:20]) or "（还没有账号）"
        raise ValidationError(f"没有名为 {name!r} 的账号；现有：{known}")
    return user


def _save(now: datetime, user: User, what: str, act: str, by: str) -> None:
    """Only what was changed: whoever changes something else at the same time is not undone."""
    with transaction.atomic():
        user.save(update_fields=[what])
        record(now, by or None, act, "user", user.get_username())
