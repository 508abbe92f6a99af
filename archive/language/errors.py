"""What is wrong with a query, and where."""

import unicodedata

_SHOWN = 80  # characters


class QueryError(Exception):
    """A query that cannot be read. Raised by `parse`; `message` is for the person who wrote it (Chinese).

    `position` and `end` (characters of `text`) say where; `suggestions` are whole queries that would be read.
    """

    def __init__(self, message: str, text: str, position: int, end: int, suggestions: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.text = text
        self.position = position
        self.end = max(end, position + 1)
        self.suggestions = suggestions

    def pointed(self) -> str:
        """The message, the line of the query, ^ under what is wrong, and the suggestions."""
        start = self.text.rfind("\n", 0, self.position) + 1
        line = self.text[start:].split("\n", 1)[0].rstrip("\r")
        place = min(self.position - start, len(line))
        if len(line) > _SHOWN:  # what matters of a long line
            cut = max(0, place - _SHOWN // 2)
            start, place, line = start + cut, place - cut, line[cut : cut + _SHOWN]
        marked = line[place : self.end - start] or " "
        caret = " " * _columns(line[:place]) + "^" * max(1, _columns(marked))
        advice = [f"可改为：{suggestion}" for suggestion in self.suggestions]
        return "\n".join([self.message, f"  {line}", f"  {caret}", *advice])


class MixedError(QueryError):
    """AND and OR side by side without brackets. `suggestions` are the line's two readings as text, first "AND binds
    stronger": what Parser raises is not yet known to be read (archive.language.advice)."""


def _columns(text: str) -> int:
    """Columns of a terminal: two for a full-width character, none for a combining one."""
    return sum(_width(character) for character in text)


def _width(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
