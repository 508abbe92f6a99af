"""Texts in one order, whatever the state database: that of their characters, as SQLite and Python sort them. PostgreSQL
sorts by the language its database was made for, Chinese perhaps by pinyin, and the same lists would look different."""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Func
from django.db.models.sql.compiler import SQLCompiler


class ByCharacter(Func):
    """`order_by(ByCharacter("name"))`, or in a model's ordering."""

    template = "%(expressions)s"
    arity = 1

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template='(%(expressions)s) COLLATE "C"', **context)
