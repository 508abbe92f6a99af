"""Who may do what, and the audit trail."""

from django.contrib.auth.models import AbstractUser
from django.db import models

from accounts.kept import Kept


class Role(models.TextChoices):
    """From least to most: each may do what those before it may."""

    READER = "reader", "读者"
    OFFICER = "officer", "值班员"
    LEADER = "leader", "带班领导"
    ADMIN = "admin", "管理员"


class User(AbstractUser):
    """A member of the press office. `regions` empty: all regions."""

    role = models.CharField("角色", max_length=16, choices=Role.choices, default=Role.READER)
    regions = models.JSONField("地区", default=list, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "用户"

    def may(self, role: Role) -> bool:
        """Whether this user has `role` or a higher one."""
        ranks = list(Role)
        return self.is_active and (self.is_superuser or ranks.index(Role(self.role)) >= ranks.index(role))


class AuditEntry(Kept):
    """Who looked at or changed what, when. Written through accounts.audit; cannot be changed or deleted."""

    at = models.DateTimeField("时间", db_index=True)
    user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, verbose_name="用户")
    actor = models.CharField("操作者", max_length=150)
    act = models.CharField("操作", max_length=64)
    subject_kind = models.CharField("对象类别", max_length=32)
    subject = models.CharField("对象", max_length=128, db_index=True)
    details = models.JSONField("详情", default=dict)
    address = models.GenericIPAddressField("来源地址", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "审计"
        ordering = ["-at", "-id"]
