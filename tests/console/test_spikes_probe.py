"""minsheng probe spikes, as it is called."""

import csv
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

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
        ("timestamp,value\n2026-03-02,一\n", "第 2 行的 value '一' 不是数"),
        ("timestamp,value\n2026-03-02,-1\n", "第 2 行的 value '-1' 应为不小于 0"),
        ("timestamp,value\n2026-03-02,nan\n", "第 2 行的 value 'nan'"),
        ("timestamp,value\n2026-03-02\n", "第 2 行的 value ''"),
        ("timestamp,value,daytype\n2026-03-02,1,节日\n", "第 2 行的 daytype '节日'"),
        ("timestamp,value\n2026-03-02,1\n2026-03-01,1\n", "第 3 行的时间 2026-03-01 不晚于上一行"),
        ("timestamp,value\n2026-03-02,1\n".encode("utf-16"), "不是 UTF-8"),
    ],
)
def test_bad_input_is_named(tmp_path: Path, text: str | bytes, named: str) -> None:
    with pytest.raises(CommandError, match=named):
        probe(tmp_path, text)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="读不了"):
        call_command("probe", "spikes", str(tmp_path / "none.csv"), str(tmp_path / "out.csv"))
