from typing import Any

from django.apps import AppConfig
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created


class ConsoleConfig(AppConfig):
    name = "console"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        connection_created.connect(_connected)


def _connected(connection: BaseDatabaseWrapper, **_more: Any) -> None:
    if connection.vendor == "postgresql":
        from console.postgresql import prepare  # psycopg takes a moment to import, and SQLite needs it not

        prepare(connection.connection)
