"""The parts of an address that vary, checked before a view sees them."""

from datetime import date


class DayConverter:
    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)  # ValueError (2019-02-30) makes a 404

    def to_url(self, value: date) -> str:
        return value.isoformat()


class NumberConverter:
    """An incident's number: 2019-0802-01."""

    regex = r"[0-9A-Za-z-]{1,32}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class IdConverter:
    """A post's id: sha256 in hexadecimal."""

    regex = r"[0-9a-f]{64}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value
