"""Extraction against its peers on the shared pages: scores by the customer's scorer, pages a second, interleaved."""

import importlib.util
import json
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from readability import Document
from trafilatura import bare_extraction

from archive.post import Precision
from crawlers.charset import decode
from crawlers.extract import extract
from crawlers.extract.lines import lines_of
from crawlers.extract.page import parse

SHARED = Path(__file__).parent.parent.parent / "shared"
ROUNDS = 3
Fields = dict[str, str]


def run() -> str:
    """A Markdown table; a sentence where ../shared is absent."""
    if not (SHARED / "data" / "pages").is_dir():
        return "## Extraction\n\nNot measured: ../shared/data/pages is absent."
    pages = sorted((SHARED / "data" / "pages").glob("*.html"))
    raws = {page.stem: page.read_bytes() for page in pages}
    truth = {page.stem: json.loads(page.with_suffix(".json").read_text(encoding="utf-8")) for page in pages}
    told, seconds = _interleaved(raws)
    rows = [_row(name, _score(truth, told[name]), len(raws) * ROUNDS / seconds[name]) for name in READERS]
    return "\n".join(
        [
            "## Extraction",
            "",
            f"{len(pages)} saved pages of Chinese news and government sites, scored by ../shared/check/score.py; every",
            f"page read {ROUNDS} times by each reader in turn, bytes in. F1 is of character 5-shingles. An empty cell:",
            "the reader does not give that field.",
            "",
            "| reader | title % | minute % | day % | source % | body P | body R | body F1 | pages a second (CPU) |",
            "|---|---|---|---|---|---|---|---|---|",
            *rows,
        ]
    )


def _interleaved(raws: dict[str, bytes]) -> tuple[dict[str, dict[str, Fields]], dict[str, float]]:
    """What each reader says of each page, and its CPU seconds; the first page warms every reader up."""
    for read in READERS.values():
        read(next(iter(raws.values())))
    told: dict[str, dict[str, Fields]] = {name: {} for name in READERS}
    seconds = dict.fromkeys(READERS, 0.0)
    for _ in range(ROUNDS):
        for page, raw in raws.items():
            for name, read in READERS.items():
                start = time.process_time()
                told[name][page] = read(raw)
                seconds[name] += time.process_time() - start
    return told, seconds


def _minsheng(raw: bytes) -> Fields:
    article = extract(raw)
    return {
        "title": article.title,
        "published": _told(article.published, article.precision),
        "source": article.source,
        "text": article.text,
    }


def _told(at: datetime | None, precision: Precision) -> str:
    if at is None:
        return ""
    return at.date().isoformat() if precision is Precision.DAY else at.isoformat(timespec="minutes")


def _trafilatura(raw: bytes) -> Fields:
    found: Any = bare_extraction(raw, include_comments=False, with_metadata=True)
    if found is None:
        return {"title": "", "published": "", "source": "", "text": ""}
    return {
        "title": found.title or "",
        "published": found.date or "",
        "source": found.sitename or "",
        "text": found.text or "",
    }


def _readability(raw: bytes) -> Fields:
    document = Document(decode(raw)[0])
    tree = parse(document.summary())
    return {"title": document.short_title(), "text": "\n".join(line.text for line in lines_of(tree))}


READERS: dict[str, Callable[[bytes], Fields]] = {
    "minsheng": _minsheng,
    "trafilatura": _trafilatura,
    "readability-lxml": _readability,
}


def _score(truth: dict[str, Any], told: dict[str, Fields]) -> dict[str, Any]:
    spec = importlib.util.spec_from_file_location("shared_score", SHARED / "check" / "score.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    scores: dict[str, Any] = module.score(truth, told)
    # A field that the reader never gives is not a zero.
    given = {field for fields in told.values() for field in fields}
    hidden = [("published", ("minute", "day")), ("source", ("source",))]
    for field, columns in hidden:
        if field not in given:
            scores.update(dict.fromkeys(columns, ""))
    return scores


def _row(name: str, score: dict[str, Any], speed: float) -> str:
    cells = [score[key] for key in ("title_norm", "minute", "day", "source", "P", "R", "F1")]
    return f"| {name} | {' | '.join(map(str, cells))} | {speed:.0f} |"
