"""Near-duplicates and events: how well and how fast. python -m bench.events"""

import json
import random
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from bench import board_events
from monitor.near import NearIndex

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
AT = datetime(2026, 3, 1, tzinfo=UTC)
ORIGINALS, TRIED = 100_000, 1000
SHORTEST, LONGEST = 40, 300


def material() -> list[str]:
    """Distinct real texts, filled up to ORIGINALS with made ones of their clauses."""
    texts: dict[str, None] = {}
    with (SHARED / "data" / "sentiment.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if row["kind"] == "post" and SHORTEST <= len(row["text"]) <= LONGEST:
                texts[row["text"]] = None
    rows = list(texts)
    chance = random.Random(3)
    clauses = [clause for row in rows for clause in row.replace("。", "，").split("，") if len(clause) > 5]
    while len(rows) < ORIGINALS:
        rows.append("，".join(chance.sample(clauses, 6)))
    return rows


def block(text: str, chance: random.Random) -> str:
    size = len(text) // 10
    begin = chance.randrange(len(text) - size)
    return text[:begin] + text[begin + size :]


def scattered(text: str, chance: random.Random) -> str:
    return "".join(character for character in text if chance.random() > 0.1)


def mixed(text: str, chance: random.Random) -> str:
    characters = list(text)
    for _ in range(max(1, len(text) // 20)):
        characters[chance.randrange(len(characters))] = chance.choice(["", "的", "一是", "了！"])
    return "转发：" + "".join(characters) + "[赞]"


def half(text: str, chance: random.Random) -> str:
    middle = len(text) // 2
    return text[:middle] if chance.random() < 0.5 else text[middle:]


EDITS: dict[str, Callable[[str, random.Random], str]] = {
    "a tenth deleted in one piece": block,
    "a tenth deleted here and there": scattered,
    "mixed edits": mixed,
    "cut to half": half,
}


def copies() -> str:
    texts = material()
    index = NearIndex()
    begun = time.perf_counter()
    kept = [number for number, text in enumerate(texts) if index.add(str(number), text, AT) is None]
    filling = len(texts) / (time.perf_counter() - begun)
    chance = random.Random(5)
    lines = ["| edit | found | as another's | a second |", "|---|---|---|---|"]
    for name, edit in EDITS.items():
        asked = [chance.choice(kept) for _ in range(TRIED)]
        edited = [edit(texts[number], chance) for number in asked]
        begun = time.perf_counter()
        # Ids of their own: what is not found stays as an original, and finding that is a miss.
        told = [index.add(f"{name}{n}", text, AT) for n, text in enumerate(edited)]
        speed = TRIED / (time.perf_counter() - begun)
        right = sum(found == str(number) for found, number in zip(told, asked, strict=True))
        wrong = sum(found is not None and found != str(n) for found, n in zip(told, asked, strict=True))
        lines.append(f"| {name} | {right / TRIED:.3f} | {wrong / TRIED:.3f} | {speed:.0f} |")
    lines += ["", "Another's is a text that has as much of what was cut out: made texts are of real ones' clauses."]
    return "\n".join([f"{len(texts)} texts, {len(kept)} originals, {filling:.0f} a second.", "", *lines])


def grouping() -> str:
    """B³ against hashtags by ../shared/check/events.py, which runs the command."""
    check, data = SHARED / "check" / "events.py", SHARED / "data" / "event_posts.jsonl"
    command = [sys.executable, str(check), str(Path(sys.executable).with_name("minsheng")), str(data)]
    p, r, f, rate = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout.split()
    return f"B³ precision {p}, recall {r}, F {f}; {rate} posts a second, start of the program included."


def run() -> str:
    """Markdown."""
    if not (SHARED / "data").is_dir():
        return "(../shared is absent: events were not measured)\n"
    return "\n\n".join([grouping(), copies(), board_events.run()])


if __name__ == "__main__":
    sys.stdout.write(run())
