"""Bursts: the detector on low-count series made here, beside elastalert's rule, on families of others, and on NAB's
real ones.

python -m bench.spikes
"""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from bench import spike_families
from bench.burst_series import best_elastalert, judged, ours, suite
from console.probes.spikes import judge, read

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
TIMELINES = SHARED / "data" / "timelines"


def low_counts() -> str:
    series = suite()
    mine = judged(series, ours(series))
    name, theirs = best_elastalert(series, mine.false_a_month)
    rows = [("Minsheng", mine), (f"elastalert spike ({name})", theirs)]
    head = ["| rule | false alarms a series a month | recall | median delay |", "|---|---|---|---|"]
    return "\n".join(
        [*head, *(f"| {who} | {r.false_a_month:.2f} | {r.recall:.3f} | {r.delay:g} h |" for who, r in rows)]
    )


def nab() -> str:
    """The score (standard profile) of the onsets on NAB's series, and of elastalert's rule with its best settings."""
    mine = _scored(str(ROOT / "manage.py"))
    tried = [
        (_scored(f"-m bench.elastalert_rule {hours} {height}"), f"{hours} h, ×{height}")
        for hours in (1, 3, 12)
        for height in (2, 3, 6)
    ]
    best, settings = max(tried)
    return "\n".join(
        [
            "| rule | NAB score, realTweets, standard profile |",
            "|---|---|",
            f"| Minsheng | {mine:.1f} |",
            f"| elastalert spike ({settings}) | {best:.1f} |",
        ]
    )


def _scored(tool: str) -> float:
    """By ../shared/check/nab.py; `tool` as Python is called with it."""
    asked = [sys.executable, str(SHARED / "check" / "nab.py"), f"{sys.executable} {tool}", str(TIMELINES)]
    return float(subprocess.run(asked, cwd=ROOT, check=True, capture_output=True, text=True).stdout)


def labelled() -> str:
    """What is found beside NAB's labelled windows."""
    folder = TIMELINES
    windows = json.loads((folder / "windows.json").read_text(encoding="utf-8"))
    lines = ["| series | labelled window | found in it | score, explanation |", "|---|---|---|---|"]
    for name, spans in windows.items():
        with (folder / name).open(encoding="utf-8", newline="") as rows:
            told = [row for row in judge(list(read(rows, name))) if row[3]]
        short = name.removeprefix("Twitter_volume_").removesuffix(".csv")
        inside: set[str] = set()
        for begin, end in ((datetime.fromisoformat(at).replace(tzinfo=UTC) for at in span) for span in spans):
            found = [row for row in told if begin <= datetime.fromisoformat(row[0]).replace(tzinfo=UTC) <= end]
            inside.update(row[0] for row in found)
            first = f"{found[0][0]} | {float(found[0][2]):.1f}, {found[0][4]}" if found else "– | "
            lines.append(f"| {short} | {begin:%m-%d %H:%M} to {end:%m-%d %H:%M} | {first} |")
        outside = [row[0][5:16] for row in told if row[0] not in inside]
        lines.append(f"| {short} | outside | {len(outside)} | {', '.join(outside)} |")
    return "\n".join(lines)


def run() -> str:
    """Markdown."""
    real = "(../shared/data/timelines is absent: NAB's series were not looked at)"
    if TIMELINES.is_dir():
        real = f"{nab()}\n\n{labelled()}"
    return f"{low_counts()}\n\n{spike_families.table()}\n\n{real}\n"


if __name__ == "__main__":
    sys.stdout.write(run())
