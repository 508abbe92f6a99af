"""minsheng probe spikes IN.csv OUT.csv: timestamp,value[,daytype] → timestamp,value,anomaly_score,onset,explanation."""

import csv
import math
import os
import re
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

from django.core.management.base import CommandError

from archive.post import CHINA
from console.faults import reason
from console.jsonlines import usual
from monitor.hours import DAY, HOUR
from monitor.spikes import Detector, Raiser, Reading, cell_of, explain, lowest_tier

HELP = "在计数序列上找突增：IN.csv 有 timestamp,value 两列，可有 daytype（0 工作日，1 休息日）；步长不限，须均匀"
EXAMPLE = "minsheng probe spikes in.csv out.csv"
LEAST_STEP = timedelta(seconds=1)  # the windows of a day have as many steps, and memory is kept for each
MOST = 1e9  # in a step; no count of posts, and beyond it squares run out of a float's digits
LEAST_A_DAY = 0.5  # what is taken for usual where the first day is empty
_BY_SHEET = re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2})(?: (\d{1,2})(:\d{2}(?::\d{2})?))?")
OUT = ("timestamp", "value", "anomaly_score", "onset", "explanation")


Judged = tuple[str, str, str, int, str]


@dataclass(frozen=True, slots=True)
class Row:
    stamp: str
    given: str
    at: datetime
    value: float
    rest: bool | None  # None: by the calendar


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("given", metavar="IN.csv", type=Path)
    parser.add_argument("told", metavar="OUT.csv", type=Path)


def run(options: dict[str, Any]) -> None:
    try:
        with options["given"].open(encoding="utf-8-sig", newline="") as lines:
            rows = list(read(lines, options["given"].name))
    except OSError as error:
        raise CommandError(f"读不了 {options['given']}：{reason(error)}") from error
    except UnicodeDecodeError as error:
        raise CommandError(f"{options['given']} 不是 UTF-8 编码，请另存为 UTF-8 的 CSV") from error
    judged = list(judge(rows))
    try:
        write(options["told"], judged)
    except OSError as error:
        raise CommandError(f"写不了 {options['told']}：{reason(error)}") from error


def write(path: Path, judged: Iterable[Judged]) -> None:
    """All or nothing: what stood in the file stays until the new table is whole. Raises OSError."""
    place = path.resolve()
    in_place = place.exists() and not place.is_file()  # /dev/stdout
    new = place if in_place else place.with_name(f".{place.name}.{os.getpid()}.new")
    try:
        with new.open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(OUT)
            writer.writerows(judged)
        if not in_place:
            new.replace(place)
    finally:
        if not in_place:
            new.unlink(missing_ok=True)


def read(lines: Iterator[str] | Any, name: str) -> Iterator[Row]:
    """Rows in the order of time. Raises CommandError with the line's number."""
    reader = csv.DictReader(lines)
    try:
        yield from _rows(reader, name)
    except csv.Error as error:  # a cell of more than 128 KB
        raise CommandError(f"{name} 第 {reader.line_num + 1} 行不是 CSV：一格太长，或有引号没有配对") from error


def _rows(reader: "csv.DictReader[str]", name: str) -> Iterator[Row]:
    missing = [column for column in ("timestamp", "value") if column not in (reader.fieldnames or ())]
    if missing:
        raise CommandError(f"{name} 第 1 行缺少列 {'、'.join(missing)}；应为 timestamp,value[,daytype]")
    last: datetime | None = None
    for fields in reader:
        row = _row(fields, f"{name} 第 {reader.line_num} 行")
        if last is not None and row.at <= last:
            raise CommandError(f"{name} 第 {reader.line_num} 行的时间 {row.stamp} {_late(row.at == last)}")
        last = row.at
        yield row


def _late(same: bool) -> str:
    """Summing two rows of one time would hide a fault of the file, and give fewer rows than came."""
    clock = "若因拨表（夏令时）而来，请写上时区，如 2026-10-25T02:00:00+01:00"
    return f"与上一行相同，请合并同一时刻的各行；{clock}" if same else f"不晚于上一行，请按时间排序；{clock}"


def _row(fields: dict[str, Any], where: str) -> Row:
    stamp, value, daytype = (str(fields.get(key) or "").strip() for key in ("timestamp", "value", "daytype"))
    try:
        at = datetime.fromisoformat(_as_iso(stamp))
    except ValueError as error:
        raise CommandError(f"{where}的 timestamp {stamp[:40]!r} 不是 ISO 8601 时间") from error
    if not usual(at):
        raise CommandError(f"{where}的 timestamp {stamp[:40]!r} 的年份不对")
    try:
        count = float(value)
    except ValueError as error:
        raise CommandError(f"{where}的 value {value[:40]!r} 不是数") from error
    if not math.isfinite(count) or not 0 <= count <= MOST:
        raise CommandError(f"{where}的 value {value[:40]!r} 应为不小于 0、不大于 {MOST:.0f} 的数")
    if daytype not in ("", "0", "1"):
        raise CommandError(f"{where}的 daytype {daytype[:40]!r} 应为 0（工作日）或 1（休息日）")
    local = at.astimezone(CHINA) if at.tzinfo else at.replace(tzinfo=CHINA)
    return Row(stamp, value, local, count, None if daytype == "" else daytype == "1")


def _as_iso(stamp: str) -> str:
    """A spreadsheet that saves a table writes 2026/3/2 8:00."""
    found = _BY_SHEET.fullmatch(stamp)
    return "{}-{:0>2}-{:0>2}T{:0>2}{}".format(*found.groups("0")[:4], found[5] or ":00") if found else stamp


def judge(rows: Sequence[Row]) -> Iterator[Judged]:
    """One output row an input row. Gaps in the series are skipped: what is not known is not zero.
    Raises CommandError where the steps are too short."""
    if not rows:
        return
    step = _step(rows)
    first_day = [row.value for row in rows if row.at < rows[0].at + max(DAY, step)]
    detector = Detector(step, [max(LEAST_A_DAY, sum(first_day) / len(first_day) * (DAY / step))])
    raiser = Raiser()
    for row in rows:
        lowest = lowest_tier(float(detector.per_day[0]))
        reading = detector.step([row.value], cell_of(row.at, row.rest))[0]
        young = row.at < rows[0].at + DAY
        tier, _ = raiser.tell(row.at, reading.score, lowest, past=young)
        yield row.stamp, row.given, f"{reading.score:.4f}", tier, _explained(reading) if tier else ""


def _explained(reading: Reading) -> str:
    return explain(reading.window, reading.observed, reading.expected)


def _step(rows: Sequence[Row]) -> timedelta:
    """The usual distance of two rows; an hour where there is only one. Raises CommandError."""
    if len(rows) < 2:
        return HOUR
    step = timedelta(seconds=median((later.at - earlier.at).total_seconds() for earlier, later in pairwise(rows)))
    if step < LEAST_STEP:
        raise CommandError(f"各行多半只隔 {step.total_seconds():g} 秒，步长不能短于 1 秒；请按分钟或小时合计后再试")
    return step
