"""What PostgreSQL refuses and SQLite stores: NUL and lone surrogates in a text, NaN in JSON. They come from outside (a
page, an address, a mistyped form), mean nothing, and must not cost what they stand in, so they are replaced on their
way to the server, in one place for whatever is written or asked for."""

import json
import math
import re
from typing import Any

from psycopg import Connection
from psycopg.abc import Buffer
from psycopg.types.json import Jsonb, JsonbDumper
from psycopg.types.string import StrDumperUnknown

_REFUSED = re.compile("[\x00\ud800-\udfff]")
_SUSPECT = re.compile(rb"\\u0000|\\ud[89a-f]|NaN|Infinity", re.I)


def plain(text: str) -> str:
    return _REFUSED.sub("\ufffd", text)


def storable(value: Any) -> Any:
    """The same JSON with nothing in it that PostgreSQL refuses."""
    match value:
        case str():
            return plain(value)
        case float() if not math.isfinite(value):
            return None
        case dict():
            return {plain(key): storable(each) for key, each in value.items()}
        case list():
            return [storable(each) for each in value]
    return value


class PlainText(StrDumperUnknown):
    def dump(self, obj: str) -> Buffer | None:
        return super().dump(plain(obj))


class PlainJson(JsonbDumper):
    def dump(self, obj: Any) -> Buffer | None:
        data = super().dump(obj)
        if data is None or not _SUSPECT.search(bytes(data)):
            return data
        return json.dumps(storable(json.loads(bytes(data)))).encode()


def prepare(connection: "Connection[Any]") -> None:
    """For a connection that was just made."""
    connection.adapters.register_dumper(str, PlainText)
    connection.adapters.register_dumper(Jsonb, PlainJson)
