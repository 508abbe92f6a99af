"""minsheng probe spikes, as it is called."""

import csv
import errno
import os
import warnings
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from console.probes.spikes import write

BEGIN = datetime(2026, 3, 2)  # noqa: DTZ001 (as in NAB's files)


def probe(folder: Path, text: str | bytes) -> list[dict[str, str]]:
    given, told = folder / "in.csv", folder / "out.csv"
    given.write_bytes(text if isinstance(text, bytes) else text.encode())
    call_command("probe", "spikes", str(given), str(told))
    with told.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def table(values: list[float], step: timedelta, daytype: str | None = None) -> str:
    head = "timestamp,value" + (",daytype" if daytype else "")
    rows = [f"{BEGIN + n * step},{value:g}" + (f",{daytype}" if daytype else "") for n, value in enumerate(values)]
    return "\n".join([head, *rows]) + "\n"


@pytest.mark.parametrize(
    ("step", "quiet", "burst", "window"),
    [
        (timedelta(minutes=5), 12 * 24 * 4, 12, "最近 1 小时"),
        (timedelta(hours=1), 24 * 20, 3, "最近 "),
        (timedelta(days=1), 60, 1, "最近 24 小时"),
    ],
)
def test_any_step_gives_a_row_a_row_and_one_onset(
    tmp_path: Path, step: timedelta, quiet: int, burst: int, window: str
) -> None:
    usual = [1.0 if n % 6 == 0 else 0.0 for n in range(quiet)]
    values = [*usual, *[30.0] * burst, *usual[:10]]
    told = probe(tmp_path, table(values, step))
    assert [row["timestamp"] for row in told] == [str(BEGIN + n * step) for n in range(len(values))]
    onsets = [n for n, row in enumerate(told) if row["onset"] != "0"]
    assert onsets[0] == quiet
    assert told[quiet]["onset"] == "6"
    assert told[quiet]["explanation"].startswith(window)
    assert float(told[quiet]["anomaly_score"]) >= 6
    assert all(row["explanation"] == "" for row in told if row["onset"] == "0")


def test_an_empty_table_gives_an_empty_table(tmp_path: Path) -> None:
    assert probe(tmp_path, "timestamp,value\n") == []


def test_a_byte_order_mark_is_no_part_of_a_name(tmp_path: Path) -> None:
    assert len(probe(tmp_path, "\ufefftimestamp,value\n2026-03-02 00:00:00,1\n")) == 1


def test_times_as_a_spreadsheet_saves_them_are_read_and_told_as_they_stood(tmp_path: Path) -> None:
    stamps = ["2026/3/2", "2026/3/2 1:00", "2026/03/02 02:00:00", "2026/3/2 3:00"]
    lines = "".join(f"{stamp},{number}\r\n" for number, stamp in enumerate(stamps))
    assert [row["timestamp"] for row in probe(tmp_path, "timestamp,value\r\n" + lines)] == stamps


@pytest.mark.parametrize("level", [10, 20])
def test_a_series_of_days_learns_how_steady_it_is_as_one_of_hours_does(level: int, tmp_path: Path) -> None:
    usual = [float(level + (day * 7) % 5 - 2) for day in range(120)]
    told = probe(tmp_path, table([*usual, 2.5 * level], timedelta(days=1), daytype="0"))
    assert [n for n, row in enumerate(told) if row["onset"] != "0"] == [120]


def test_daytype_overrides_the_calendar(tmp_path: Path) -> None:
    # At noon of every fourth day 8 posts come; told that those are the rest days, they become usual there.
    days = [8.0 if day % 4 == 3 else 0.0 for day in range(80)]
    rows = [f"{BEGIN + timedelta(days=n)},{value:g},{int(n % 4 == 3)}" for n, value in enumerate(days)]
    known = probe(tmp_path, "timestamp,value,daytype\n" + "\n".join(rows) + "\n")
    unknown = probe(tmp_path, table(days, timedelta(days=1), daytype="0"))
    assert float(known[79]["anomaly_score"]) < float(unknown[79]["anomaly_score"])


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("time,count\n", "第 1 行缺少列 timestamp、value"),
        ("timestamp,value\n2026-03-02,1\n某日,2\n", "第 3 行的 timestamp '某日'"),
        ("timestamp,value\n2026/13/2,1\n", "第 2 行的 timestamp '2026/13/2' 不是 ISO 8601 时间"),
        ("timestamp,value\n2026-03-02,一\n", "第 2 行的 value '一' 不是数"),
        ("timestamp,value\n2026-03-02,-1\n", "第 2 行的 value '-1' 应为不小于 0"),
        ("timestamp,value\n2026-03-02,nan\n", "第 2 行的 value 'nan'"),
        ("timestamp,value\n2026-03-02\n", "第 2 行的 value ''"),
        ("timestamp,value,daytype\n2026-03-02,1,节日\n", "第 2 行的 daytype '节日'"),
        ("timestamp,value\n2026-03-02,1\n2026-03-01,1\n", "第 3 行的时间 2026-03-01 不晚于上一行"),
        ("timestamp,value\n2026-03-02,1\n2026-03-02,1\n", "第 3 行的时间 2026-03-02 与上一行相同.*请写上时区"),
        ("timestamp,value\n2026-03-02,1e300\n", "第 2 行的 value '1e300' 应为不小于 0、不大于 1000000000"),
        ("timestamp,value\n2026-03-02," + "1" * 200_000, "第 2 行不是 CSV：一格太长"),
        ("timestamp,value\n" + "".join(f"2026-03-02T00:00:00.{n:06d},1\n" for n in range(9)), "只隔 1e-06 秒"),
        ("timestamp,value\n2026-03-02,1\n".encode("utf-16"), "不是 UTF-8"),
    ],
)
def test_bad_input_is_named(tmp_path: Path, text: str | bytes, named: str) -> None:
    out = tmp_path / "out.csv"
    out.write_text("as it was")
    with pytest.raises(CommandError, match=named):
        probe(tmp_path, text)
    assert out.read_text() == "as it was" and sorted(tmp_path.iterdir()) == [tmp_path / "in.csv", out]


def test_hours_of_a_changed_clock_are_told_apart_by_their_offset(tmp_path: Path) -> None:
    rows = ["2026-10-25T02:00:00+02:00,1", "2026-10-25T02:00:00+01:00,2", "2026-10-25T03:00:00+01:00,3"]
    assert [row["value"] for row in probe(tmp_path, "timestamp,value\n" + "\n".join(rows))] == ["1", "2", "3"]


@pytest.mark.parametrize("value", [0.0, 1e6, 1e9])
def test_any_count_that_may_be_gives_a_score_without_a_warning(value: float, tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        told = probe(tmp_path, table([*[1.0] * 100, value, *[1.0] * 30], timedelta(hours=1)))
    assert (float(told[100]["anomaly_score"]) > 6) is (value > 0)


@pytest.mark.parametrize("step", [timedelta(seconds=1), timedelta(days=400)])
def test_the_shortest_and_a_very_long_step(step: timedelta, tmp_path: Path) -> None:
    assert len(probe(tmp_path, table([1.0] * 50, step))) == 50


def test_a_disk_that_fills_leaves_the_table_that_was_there(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    out.write_text("as it was")

    def one_and_no_more() -> Iterator[tuple[str, str, str, int, str]]:
        yield ("2026-03-02", "1", "0.0000", 0, "")
        raise OSError(errno.ENOSPC, "full")

    with pytest.raises(OSError, match="full"):
        write(out, one_and_no_more())
    assert out.read_text() == "as it was" and list(tmp_path.iterdir()) == [out]


def test_what_is_no_file_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write(pipe, [])
    assert os.read(reader, 100).startswith(b"timestamp,value,anomaly_score") and pipe.is_fifo()
    os.close(reader)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="读不了"):
        call_command("probe", "spikes", str(tmp_path / "none.csv"), str(tmp_path / "out.csv"))
