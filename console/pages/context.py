"""What every page of somebody who is logged in shows around its content."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from accounts.models import Role, User
from alerts.models import OPEN_STATES, Incident
from console.pages.clock import now


def common(request: HttpRequest) -> dict[str, Any]:
    """Context processor. `here` is the request's path with its query, for coming back to."""
    user = request.user if isinstance(request.user, User) else None
    return {
        "now": now(request),
        "user": user,
        "is_officer": bool(user and user.may(Role.OFFICER)),
        "is_admin": bool(user and user.may(Role.ADMIN)),
        "office": settings.OFFICE_NAME,
        "duty_phone": settings.DUTY_PHONE,
        "large": request.COOKIES.get("size") == "large",
        "here": request.get_full_path(),
        "open_count": Incident.objects.filter(state__in=OPEN_STATES).count() if user else 0,
    }
