"""ElastAlert's spike rule in the place of `minsheng probe spikes`, so that ../shared/check/nab.py scores it alike.

python -m bench.elastalert_rule HOURS HEIGHT probe spikes IN.csv OUT.csv
"""

import csv
import sys
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

LEAST = 10  # posts
SILENCE = timedelta(days=1)


def alerts(times: list[datetime], values: list[float], span: timedelta, height: float) -> list[bool]:
    """True where the window that ends with a row has `height` times what the window before it has."""
    sums = np.concatenate(([0.0], np.cumsum(values)))
    steps = max(1, round(span / (times[1] - times[0])))
    told: list[bool] = []
    last: datetime | None = None
    for row, at in enumerate(times):
        begin = row + 1 - 2 * steps
        current = sums[row + 1] - sums[max(0, row + 1 - steps)]
        before = sums[max(0, row + 1 - steps)] - sums[max(0, begin)]
        high = begin >= 0 and current >= LEAST and current >= height * max(1.0, before)
        told.append(high and (last is None or at - last >= SILENCE))
        last = at if told[-1] else last
    return told


def main(words: list[str]) -> None:
    hours, height, _, _, given, out = words
    with Path(given).open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    times = [datetime.fromisoformat(row["timestamp"]) for row in rows]
    told = alerts(times, [float(row["value"]) for row in rows], timedelta(hours=float(hours)), float(height))
    with Path(out).open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow(("timestamp", "value", "onset"))
        writer.writerows((row["timestamp"], row["value"], int(on)) for row, on in zip(rows, told, strict=True))


if __name__ == "__main__":
    main(sys.argv[1:])
