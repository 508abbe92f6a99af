"""The .docx: the layout of GB/T 9704, and that a real word processor opens it."""

import re
import subprocess
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Length, Mm, Pt

from alerts.plans.asked import facts_from
from alerts.plans.files import shipped
from alerts.plans.fill import fill
from alerts.plans.word import docx
from tests.alerts.plans.test_fill import FACTS, HOSTILE, NOW


def written(**changes: object) -> bytes:
    return docx(fill(shipped()["complaint"].plan, facts_from(FACTS | changes, NOW), NOW).text, "标题")


def test_the_file_says_only_what_is_its_own() -> None:
    made = docx("# 应对处置方案", "停水", NOW)
    known = Document(BytesIO(made)).core_properties
    assert (known.author, known.last_modified_by, known.comments) == ("民声", "民声", "")
    assert known.created == known.modified == NOW, "when it was filled"
    names = ZipFile(BytesIO(made)).namelist()
    assert "docProps/thumbnail.jpeg" not in names and "docProps/app.xml" not in names
    undated = Document(BytesIO(docx("# 应对处置方案"))).core_properties
    assert undated.created is None, "no time rather than one of 2013"


def test_page_and_type_follow_the_standard() -> None:
    paper = Document(BytesIO(written()))
    section = paper.sections[0]
    assert [_mm(side) for side in (section.page_width, section.page_height)] == [210, 297]
    margins = [section.top_margin, section.bottom_margin, section.left_margin, section.right_margin]
    assert [_mm(margin) for margin in margins] == [37, 35, 28, 26]
    title, *rest = paper.paragraphs
    assert title.text == "应对处置方案"
    assert (_size(title), _face(title)) == (Pt(22), "方正小标宋简体")
    assert _face(next(p for p in rest if p.text == "二、舆情概况")) == "黑体"
    body = next(p for p in rest if p.text.startswith("· 编号"))
    assert (_size(body), _face(body)) == (Pt(16), "仿宋_GB2312")
    shape = body.style.paragraph_format  # type: ignore[union-attr]
    assert (shape.line_spacing, shape.first_line_indent) == (Pt(28), Pt(32))


def test_header_and_page_numbers() -> None:
    paper = Document(BytesIO(written()))
    section = paper.sections[0]
    assert "内部资料" in section.header.paragraphs[0].text
    assert "内部资料" in section.even_page_header.paragraphs[0].text
    for footer in (section.footer, section.even_page_footer):
        assert footer.paragraphs[0].text.strip() == "—  —", "the number is a field between two dashes"
        assert "PAGE" in footer._element.xml


def test_blanks_are_highlighted_and_can_be_edited() -> None:
    paper = Document(BytesIO(written()))
    marked = [run.text for p in paper.paragraphs for run in p.runs if run.font.highlight_color is not None]
    assert len(marked) >= 20
    assert all(text.startswith("【待填") for text in marked)


def test_clocks_and_evidence_are_tables_whose_heads_repeat() -> None:
    paper = Document(BytesIO(written()))
    heads = [[cell.text for cell in table.rows[0].cells] for table in paper.tables]
    assert ["时限", "依据", "截止"] in [head[:3] for head in heads]
    assert ["序号", "标题", "信源", "时间", "链接"] in heads


def test_hostile_text_and_control_characters_do_not_break_it() -> None:
    content = docx("# \x00题\x0b\n\n正文\ud800 \uffff " + HOSTILE, "\x01标题")
    assert Document(BytesIO(content)).paragraphs[0].text.endswith("题")
    written(title=HOSTILE, unit=HOSTILE)


@pytest.mark.office
@pytest.mark.slow
def test_a_word_processor_opens_it(tmp_path: Path) -> None:
    path = tmp_path / "plan.docx"
    path.write_bytes(written())
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path / 'profile'}", "--headless", "--convert-to", "pdf"]
    subprocess.run([*command, "--outdir", str(tmp_path), str(path)], check=True, capture_output=True, timeout=120)
    said = subprocess.run(["pdftotext", "-layout", str(tmp_path / "plan.pdf"), "-"], capture_output=True, text=True)
    assert "十三、附件" in said.stdout
    assert {"1", "2", "3"} <= set(re.findall(r"—\s*(\d)\s*—", said.stdout))
    assert said.stdout.count("内部资料") >= 3


def _mm(length: Length | None) -> int:
    assert length is not None
    return round(length / Mm(1))


def _face(paragraph: Any) -> str:
    return str(paragraph.style.element.rPr.rFonts.get(qn("w:eastAsia")))


def _size(paragraph: Any) -> Any:
    return paragraph.style.font.size
