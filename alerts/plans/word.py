"""A filled plan as an editable .docx in the layout of official documents (GB/T 9704), as an internal paper: no red
head, 内部资料 注意保管 at the top of each page, page numbers — 1 — at the foot, outer side."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_COLOR_INDEX, WD_LINE_SPACING
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length, Mm, Pt
from markdown_it.token import Token

from alerts.plans.reading import BLANK, inline_words, parse

_LINE = Pt(28)
_FOOT = Pt(14)  # 四号
_NONE = Pt(0)


@dataclass(frozen=True, slots=True)
class Style:
    """A paragraph style: everything is said there once, so that a person can change it in Word in one place."""

    name: str
    face: str
    size: Length
    line: Length
    indent: bool = False  # two characters, first line
    centred: bool = False
    with_next: bool = False
    around: Length = _NONE


# 二号, 三号, 小四
_STYLES = {
    "title": Style("方案标题", "方正小标宋简体", Pt(22), Pt(36), centred=True, with_next=True, around=Pt(14)),
    "h2": Style("方案一级", "黑体", Pt(16), _LINE, indent=True, with_next=True),
    "h3": Style("方案二级", "楷体_GB2312", Pt(16), _LINE, indent=True, with_next=True),
    "body": Style("方案正文", "仿宋_GB2312", Pt(16), _LINE, indent=True),
    "head": Style("方案表头", "黑体", Pt(12), Pt(18), around=Pt(3)),
    "cell": Style("方案表格", "仿宋_GB2312", Pt(12), Pt(18), around=Pt(3)),
    "gap": Style("方案间隔", "仿宋_GB2312", Pt(6), Pt(10)),
}
# XML 1.0 has no place for these; python-docx raises on them.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def docx(text: str, title: str = "", at: datetime | None = None) -> bytes:
    """The .docx of a filled plan in Markdown; `at`: when it was filled (None: its properties say no time)."""
    paper = Document()
    _page(paper)
    _properties(paper, title, at)
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
                _inline(_as(paper.add_paragraph(), style), token, bullet)
    out = BytesIO()
    paper.save(out)
    return out.getvalue()


def _properties(paper: Any, title: str, at: datetime | None) -> None:
    """What a file says of itself is the paper's own, not that of the empty document it began as (2013, by its
    library's author, with a picture of it)."""
    known = paper.core_properties
    known.title = _NOT_XML.sub("", title)[:200] or "应对处置方案"
    known.author = known.last_modified_by = "民声"
    known.comments, known.language, known.revision = "", "zh-CN", 1
    for name in ("created", "modified"):
        if at is None:
            for element in known._element.findall(qn(f"dcterms:{name}")):
                known._element.remove(element)
        else:
            setattr(known, name, at.astimezone(UTC).replace(tzinfo=None))  # python-docx writes it as UTC
    package = paper.part.package
    for key, relation in list(package.rels.items()):
        if relation.reltype in (RELATIONSHIP_TYPE.THUMBNAIL, RELATIONSHIP_TYPE.EXTENDED_PROPERTIES):
            del package.rels[key]


def _page(paper: Any) -> None:
    section = paper.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.header_distance, section.footer_distance = Mm(22), Mm(25)
    paper.settings.odd_and_even_pages_header_footer = True
    for style in _STYLES.values():
        _style(paper, style)
    for header in (section.header, section.even_page_header):
        _run(header.paragraphs[0], "内部资料  注意保管", "黑体")
    for footer, outer in ((section.footer, "right"), (section.even_page_footer, "left")):
        foot = footer.paragraphs[0]
        foot.alignment = WD_ALIGN_PARAGRAPH.RIGHT if outer == "right" else WD_ALIGN_PARAGRAPH.LEFT
        setattr(foot.paragraph_format, f"{outer}_indent", _FOOT)  # one character in from the outer edge
        _run(foot, "— ", "宋体")
        _page_number(_run(foot, "", "宋体"))
        _run(foot, " —", "宋体")


def _style(paper: Any, style: Style) -> None:
    made = paper.styles.add_style(style.name, WD_STYLE_TYPE.PARAGRAPH)
    made.base_style, made.quick_style = paper.styles["Normal"], True
    made.font.size = style.size
    _face(made, style.face)
    shape = made.paragraph_format
    shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, style.line
    shape.space_before = shape.space_after = style.around
    shape.first_line_indent = style.size * 2 if style.indent else None
    shape.alignment = WD_ALIGN_PARAGRAPH.CENTER if style.centred else None
    shape.keep_with_next = style.with_next


def _as(paragraph: Any, style: str) -> Any:
    """Set by the style's id, which is its name: looking it up by name takes python-docx 4 ms a paragraph."""
    paragraph._p.style = _STYLES[style].name
    return paragraph


def _inline(paragraph: Any, token: Token, bullet: bool = False) -> None:
    """Runs of an inline token; 【待填】 highlighted, so that a person sees where to write."""
    said = ("· " if bullet else "") + _NOT_XML.sub("", inline_words(token))
    bold = any(child.type == "strong_open" for child in token.children or ()) or None
    start = 0
    for found in BLANK.finditer(said):
        paragraph.add_run(said[start : found.start()]).bold = bold
        paragraph.add_run(found[0]).font.highlight_color = WD_COLOR_INDEX.YELLOW
        start = found.end()
    paragraph.add_run(said[start:]).bold = bold


def _table(paper: Any, rows: list[list[Token]]) -> None:
    width = max((len(row) for row in rows), default=0)
    if not width:
        return
    _as(paper.add_paragraph(), "gap")
    made = paper.add_table(rows=0, cols=width)
    made.style = "Table Grid"
    for index, row in enumerate(rows):
        for cell, token in zip(made.add_row().cells, row, strict=False):
            _inline(_as(cell.paragraphs[0], "cell" if index else "head"), token)
    _repeat(made.rows[0])
    _as(paper.add_paragraph(), "gap")


def _run(paragraph: Any, text: str, face: str) -> Any:
    run = paragraph.add_run(text)
    run.font.size = _FOOT
    _face(run, face)
    return run


def _face(thing: Any, face: str) -> None:
    """A font for Chinese and Latin alike: Word keeps the two apart."""
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
