"""Rows that are only ever added: the audit trail, an incident's history."""

from typing import Any, NoReturn

from django.db import models


class KeptError(TypeError):
    """A row that is history was to be changed or deleted. A fault of the program, not of its user."""

    def __init__(self) -> None:
        super().__init__("history is only ever added to")


class KeptRows(models.QuerySet[Any]):
    """Raises KeptError for what would change or delete rows."""

    def update(self, **_values: object) -> NoReturn:
        raise KeptError

    def bulk_update(self, *_args: object, **_values: object) -> NoReturn:
        raise KeptError

    def delete(self) -> NoReturn:
        raise KeptError


class Kept(models.Model):
    """A model whose rows cannot be changed or deleted, not one by one either."""

    objects = KeptRows.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **options: Any) -> None:
        if not self._state.adding:
            raise KeptError
        super().save(*args, **options)

    def delete(self, *_args: object, **_options: object) -> NoReturn:
        raise KeptError
