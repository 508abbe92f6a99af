"""A filled plan as an editable .docx in the layout of official documents (GB/T 9704), as an internal paper: no red
head, 内部资料 注意保管 at the top of each page, page numbers — 1 — at the foot, outer side."""

import re
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_COLOR_INDEX, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from markdown_it.token import Token

from alerts.plans.reading import BLANK, inline_words, parse

_TITLE, _BODY, _SMALL, _FOOT = Pt(22), Pt(16), Pt(12), Pt(14)  # 二号, 三号, 小四, 四号
_LINE = Pt(28)
_FONTS = {"title": "方正小标宋简体", "h2": "黑体", "h3": "楷体_GB2312", "body": "仿宋_GB2312", "foot": "宋体"}
# XML 1.0 has no place for these; python-docx raises on them.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def docx(text: str, title: str = "") -> bytes:
    """The .docx of a filled plan in Markdown."""
    paper = Document()
    _page(paper)
    paper.core_properties.title = _NOT_XML.sub("", title)[:200] or "应对处置方案"
    paper.core_properties.author = "民声"
    rows: list[list[Token]] = []
    style, bullet = "body", False
    for token in parse(text):
        match token.type:
            case "heading_open":
                style = {"h1": "title", "h2": "h2"}.get(token.tag, "h3")
            case "heading_close":
                style = "body"
            case "list_item_open" | "list_item_close":
                bullet = token.nesting > 0
            case "table_open":
                rows, style = [], "cell"
            case "table_close":
                _table(paper, rows)
                style = "body"
            case "tr_open":
                rows.append([])
            case "inline" if style == "cell":
                rows[-1].append(token)
            case "inline":
                _paragraph(paper.add_paragraph(), token, style, bullet)
    out = BytesIO()
    paper.save(out)
    return out.getvalue()


def _page(paper: Any) -> None:
    section = paper.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.header_distance, section.footer_distance = Mm(22), Mm(25)
    paper.settings.odd_and_even_pages_header_footer = True
    base = paper.styles["Normal"]
    base.font.size = _BODY
    _face(base, "body")
    for header in (section.header, section.even_page_header):
        _run(header.paragraphs[0], "内部资料  注意保管", "h2", _FOOT)
    for footer, outer in ((section.footer, "right"), (section.even_page_footer, "left")):
        foot = footer.paragraphs[0]
        foot.alignment = WD_ALIGN_PARAGRAPH.RIGHT if outer == "right" else WD_ALIGN_PARAGRAPH.LEFT
        setattr(foot.paragraph_format, f"{outer}_indent", _FOOT)  # one character in from the outer edge
        _run(foot, "— ", "foot", _FOOT)
        _page_number(_run(foot, "", "foot", _FOOT))
        _run(foot, " —", "foot", _FOOT)


def _paragraph(paragraph: Any, token: Token, style: str, bullet: bool = False) -> None:
    shape = paragraph.paragraph_format
    shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, _LINE
    shape.space_before = shape.space_after = Pt(0)
    if style == "title":
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        shape.line_spacing, shape.space_after = Pt(36), _LINE
    else:
        shape.first_line_indent = _BODY * 2
    shape.keep_with_next = style in {"title", "h2", "h3"}
    if bullet:
        _run(paragraph, "· ", style, _BODY)
    _inline(paragraph, token, style, _TITLE if style == "title" else _BODY)


def _inline(paragraph: Any, token: Token, style: str, size: Any) -> None:
    """Runs of an inline token; 【待填】 highlighted, so that a person sees where to write."""
    said = _NOT_XML.sub("", inline_words(token))
    bold = any(child.type == "strong_open" for child in token.children or ())
    start = 0
    for found in BLANK.finditer(said):
        _run(paragraph, said[start : found.start()], style, size, bold)
        _run(paragraph, found[0], style, size, bold).font.highlight_color = WD_COLOR_INDEX.YELLOW
        start = found.end()
    _run(paragraph, said[start:], style, size, bold)


def _table(paper: Any, rows: list[list[Token]]) -> None:
    width = max((len(row) for row in rows), default=0)
    if not width:
        return
    paper.add_paragraph().paragraph_format.line_spacing = Pt(6)
    made = paper.add_table(rows=0, cols=width)
    made.style = "Table Grid"
    for index, row in enumerate(rows):
        cells = made.add_row().cells
        for cell, token in zip(cells, row, strict=False):
            shape = cell.paragraphs[0].paragraph_format
            shape.space_before = shape.space_after = Pt(3)
            _inline(cell.paragraphs[0], token, "h2" if index == 0 else "body", _SMALL)
    _repeat(made.rows[0])
    paper.add_paragraph().paragraph_format.line_spacing = Pt(10)


def _run(paragraph: Any, text: str, style: str, size: Any, bold: bool = False) -> Any:
    run = paragraph.add_run(text)
    run.font.size = size
    run.font.bold = bold or None
    _face(run, style)
    return run


def _face(thing: Any, style: str) -> None:
    """A font for Chinese and Latin alike: Word keeps the two apart."""
    face = _FONTS[style]
    thing.font.name = face
    thing.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), face)


def _page_number(run: Any) -> None:
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = text
        run._r.append(mark)


def _repeat(row: Any) -> None:
    """The head row stands again on each page."""
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)
