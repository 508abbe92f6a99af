"""Folding: what is made alike, the map back, and the table of characters."""

import unicodedata

import opencc
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from archive import fold as folding
from archive.data import make_t2s
from archive.fold import T2S, fold, fold_text
from tests.archive.makers import texts

CASES = [
    ("利州區停電", "利州区停电", "traditional becomes simplified, character by character"),
    ("ＡＢＣ１２", "abc12", "full-width letters and digits are the ordinary ones, in lower case"),
    ("a\u3000\t\r\n b", "a b", "any run of white space is one space"),
    ("停\u200b水\ufeff", "停水", "zero-width characters and BOM are no characters"),
    ("e\u200b\u0301", "é", "a zero-width character does not keep an accent from its letter"),
    ("①㎡…", "1m2...", "compatibility characters become what they stand for"),
    ("İ", "i̇", "a capital that grows when lowered"),
    ("ｶﾞ", "ガ", "half-width kana join their mark"),
    ("薴", "苎", "a chain of the table is followed to its end, so that folding twice changes nothing"),
    ("停，水", "停,水", "full-width punctuation is the ASCII one"),
    ("“停”", "“停”", "curly quotes stay"),
    ("", "", "nothing stays nothing"),
]


@pytest.mark.parametrize(("text", "folded", "reason"), CASES)
def test_folding(text: str, folded: str, reason: str) -> None:
    assert fold_text(text) == folded, reason
    assert fold(text).text == folded, reason


@settings(max_examples=500, deadline=None)
@given(st.text() | texts)
@example("e\u200b\u0301")
@example("ΑΣ ΑΣΑ")
def test_folding_twice_changes_nothing_and_the_fast_path_is_the_slow_one(text: str) -> None:
    once = fold_text(text)
    assert fold_text(once) == once
    assert once == folding._SPACES.sub(" ", folding._fold_characters(text))


def test_every_single_character_folds_once_and_keeps_its_place() -> None:
    for code in (*range(0xD800), *range(0xE000, 0x2FA20)):
        folded = fold(chr(code))
        assert fold_text(folded.text) == folded.text, hex(code)
        assert len(folded.positions) == len(folded.text) + 1, hex(code)


@settings(max_examples=500, deadline=None)
@given(st.text() | texts)
def test_positions_lead_back_into_the_original(text: str) -> None:
    folded = fold(text)
    positions = list(folded.positions)
    assert len(positions) == len(folded.text) + 1
    assert positions == sorted(positions) and positions[-1] == len(text)
    for start in range(len(folded.text)):
        first, last = folded.span(start, start + 1)
        assert 0 <= first < last <= len(text)
        assert folded.text[start] in fold_text(text[first:last]) or "Σ" in unicodedata.normalize("NFKC", text)


@pytest.mark.parametrize(
    ("text", "term", "piece", "reason"),
    [
        ("一……二", "二", "二", "…… folds to six characters; what follows keeps its place"),
        ("一　　\n二三", "二三", "二三", "a run of space folds to one"),
        ("cafe\u0301好", "é", "e\u0301", "a letter is marked with its accent, never half"),
        ("㎡停水", "停水", "停水", "㎡ folds to two"),
        ("一…二", "..", "…", "part of what one character folds to marks the whole character"),
    ],
)
def test_spans_of_characters_that_change_length(text: str, term: str, piece: str, reason: str) -> None:
    folded = fold(text)
    at = folded.text.index(term)
    start, end = folded.span(at, at + len(term))
    assert text[start:end] == piece, reason


def test_the_table_is_openccs() -> None:
    convert = opencc.OpenCC("t2s").convert
    for code in (*range(0x80, 0xD800), *range(0xE000, 0x33480)):
        character = chr(code)
        if unicodedata.normalize("NFKC", character) != character:
            continue  # folding does NFKC first
        simple = convert(character)
        assert T2S.get(code, character) == (convert(simple) if simple != character else character), hex(code)


def test_the_committed_table_is_what_the_generator_writes() -> None:
    body = "".join(f"{traditional} {simple}\n" for traditional, simple in make_t2s.pairs())
    assert make_t2s.TARGET.read_text(encoding="utf-8") == make_t2s.NOTICE + body
