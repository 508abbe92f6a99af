"""The emergency admin: for the administrator when a page is missing. What is history is read here, not changed."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.db.models import Model
from django.http import HttpRequest

from accounts.access import user_of
from accounts.audit import record
from accounts.models import AuditEntry, Role, User
from alerts.models import Delivery, Incident, IncidentStep, Recipient, Unit
from console.pages.clock import now
from console.pages.login import address
from monitor.models import RiskTable, Source

admin.site.site_header = admin.site.site_title = "民声 应急管理后台"
admin.site.index_title = "只在页面办不到时使用；每次修改都留有记录"
admin.site.unregister(Group)  # roles stand in User.role


class Audited:
    """Every change made here is in the audit trail as well."""

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        return self._note(request, obj, "后台新增", message)

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        return self._note(request, obj, "后台修改", message)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        return [self._note(request, obj, "后台删除", "") for obj in queryset]

    def _note(self, request: HttpRequest, obj: Model, act: str, message: Any) -> Any:
        kind, name = obj._meta.model_name or "", str(obj)[:128]
        return record(now(request), user_of(request), act, kind, name, {"change": str(message)}, address(request))


class History:
    """Seen, never added to, changed or deleted."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(User)
class People(Audited, UserAdmin):  # type: ignore[type-arg]
    """Accounts are put out of use, never deleted: the audit trail names them."""

    list_display = ("username", "first_name", "role", "is_active", "last_login")
    list_filter = ("role", "is_active")
    fieldsets = ((None, {"fields": ("username", "password", "first_name", "role", "is_active")}),)
    add_fieldsets = ((None, {"fields": ("username", "usable_password", "password1", "password2", "role")}),)
    filter_horizontal = ()

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """The role alone says who may what: whoever is administrator no more keeps no key to this back room."""
        obj.is_staff = obj.is_superuser = obj.role == Role.ADMIN
        super().save_model(request, obj, form, change)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Unit)
class Units(Audited, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("name", "phone", "region")
    search_fields = ("name",)


@admin.register(Recipient)
class Recipients(Audited, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("name", "email", "enabled", "alerts", "digest", "duty", "least_level")


@admin.register(Source)
class Sources(History, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("id", "name", "enabled", "last_ok", "last_new", "failures")
    list_filter = ("enabled", "group", "region")


@admin.register(RiskTable)
class RiskTables(History, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("version", "note", "by", "at")


class Steps(History, admin.TabularInline):  # type: ignore[type-arg]
    model = IncidentStep
    fields = ("at", "by", "act", "what")


@admin.register(Incident)
class Incidents(History, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("number", "title", "state", "discovered_at")
    inlines = (Steps,)


@admin.register(Delivery)
class Deliveries(History, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("kind", "address", "subject", "status", "due_at", "sent_at", "attempts")
    list_filter = ("kind", "status")
    fields = ("kind", "address", "subject", "status", "due_at", "sent_at", "attempts", "outcome", "message_id")


@admin.register(AuditEntry)
class Audit(History, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("at", "actor", "act", "subject_kind", "subject", "address")
    list_filter = ("act",)
    search_fields = ("subject", "actor")
