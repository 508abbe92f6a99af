"""docs/sources.md: its examples are good declarations, and no key is undocumented."""

import re
from pathlib import Path

from crawlers.declaration import FIELDS, SourceKind
from crawlers.declare import KEYS, load

TEXT = (Path(__file__).parents[2] / "docs/sources.md").read_text(encoding="utf-8")


def test_the_examples_are_one_a_kind_and_without_fault() -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", TEXT, re.S)
    declarations, faults = load(example)
    assert faults == []
    assert [one.kind for one in declarations] == list(SourceKind)


def test_every_key_and_field_is_documented() -> None:
    words = set(re.findall(r"[a-z_]+", TEXT))
    assert set(KEYS) | set(FIELDS) <= words
