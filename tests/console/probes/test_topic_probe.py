"""minsheng probe topic: a field, its probability and its unit a line, in order; null where unsure."""

import io
import json
import sys
from contextlib import redirect_stdout

import pytest
from django.core.management import call_command


def test_each_line_has_its_field_and_unit_or_null() -> None:
    lines = [
        {"title": "公司拖欠工资", "text": "老板欠我们农民工三个月工资，劳动合同也没有签"},
        {"title": "清江夜景", "text": "今晚的灯光秀真好看"},
        {"title": "学校强制补课收费"},
    ]
    given = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(io.StringIO()) as out:
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given.encode())))
        call_command("probe", "topic")
    told = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [set(each) for each in told] == [{"topic", "p", "unit"}] * 3
    assert told[0]["topic"] == "劳动和社会保障" and told[0]["unit"] == "市人力资源和社会保障局"
    assert told[1]["topic"] is None and told[1]["unit"] is None and 0 < told[1]["p"] < 1
