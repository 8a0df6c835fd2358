"""The application form on paper (申请表), as a Word file: what `forms` asks, to be filled in by hand and posted or handed in."""

import io
from typing import Any

from django.forms import BooleanField, BoundField, ChoiceField, FileField, ModelChoiceField, Textarea
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from disclosure.requests.applying.forms import application_form_on
from ninghai.calendar.law import RuleSet
from ninghai.models import Unit

FONT = "宋体"
LONG, SHORT = Mm(40), Mm(10)  # how high a row is
NOT_ON_PAPER = frozenset({"form_id", "website"})
BOX = "□"


def application_docx(rules: RuleSet) -> bytes:
    """The form of that regulation, on A4."""
    document, out = _sheet(), io.BytesIO()
    heading = document.add_paragraph()
    heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
    heading.add_run("政府信息公开申请表").font.size = Pt(18)
    document.add_paragraph(f"依据：{rules.name}。填写后当面提交，或者邮寄给受理单位的政府信息公开工作机构。")
    fields = [each for each in application_form_on(rules.valid_from)(units=Unit.objects.none()) if _is_on_paper(each)]
    table = document.add_table(rows=0, cols=2, style="Table Grid")
    for field in fields:
        row = table.add_row()
        row.height = LONG if isinstance(field.field.widget, Textarea) else SHORT
        for cell, width, words in zip(row.cells, (Mm(50), Mm(115)), _words(field), strict=True):
            cell.width, cell.text = width, words
    document.add_paragraph()
    document.add_paragraph("申请人签名或者盖章：                    申请日期：      年    月    日")
    document.save(out)
    return out.getvalue()


def _sheet() -> Any:
    document = Document()
    page, normal = document.sections[0], document.styles["Normal"]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = Mm(22)
    page.top_margin = page.bottom_margin = Mm(15)
    normal.font.name, normal.font.size = FONT, Pt(10.5)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    return document


def _is_on_paper(field: BoundField) -> bool:
    return field.name not in NOT_ON_PAPER


def _words(field: BoundField) -> tuple[str, str]:
    """The label, and what is printed where one writes: boxes to tick, what to attach, or nothing."""
    asked = field.field
    needed = "" if asked.required or isinstance(asked, BooleanField) else _needed(field)
    label = f"{field.label}{needed}"
    if isinstance(asked, FileField):
        return label, f"{BOX} 已随附复印件"
    if isinstance(asked, ChoiceField) and not isinstance(asked, ModelChoiceField):
        return label, "　".join(f"{BOX} {words}" for _, words in asked.choices)  # type: ignore[misc, union-attr]
    return ("其他形式", f"{BOX} {field.label}") if isinstance(asked, BooleanField) else (label, "")


def _needed(field: BoundField) -> str:
    """When it is to be filled in, as the form on the portal says it; a file's help is about its size."""
    told = "" if isinstance(field.field, FileField) else str(field.help_text).rstrip("。")
    return f"（{told or '选填'}）"
