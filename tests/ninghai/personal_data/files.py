"""Files with personal data in the open and out of sight, as towns hand them in."""

import io
from collections.abc import Callable
from zipfile import ZipFile

from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from openpyxl import Workbook
from openpyxl.comments import Comment

NUMBER, OTHER, THIRD = "33022619800101123X", "110105194912310021", "11010519491231002X"
MOBILE = "13812341234"
HEADS = ["序号", "户主姓名", "身份证号", "致贫原因", "备注"]


def saved(document) -> bytes:
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def workbook() -> bytes:
    """A list; besides it a hidden row, column and sheet, a comment, a header and an author."""
    book = Workbook()
    sheet = book.active
    sheet.title = "名单"
    sheet.append(["2018年危房改造补助名单"])
    sheet.append(HEADS)
    sheet.append([1, "葛丽", NUMBER, "因病", f"联系{MOBILE}"])
    sheet.append([2, "欧阳雪", OTHER, "缺技术", "=1+1"])
    sheet.append([3, "李芳", THIRD, "因残", ""])
    sheet.row_dimensions[5].hidden = True
    sheet["G3"] = "内部意见"
    sheet.column_dimensions["G"].hidden = True
    sheet["B3"].comment = Comment(f"电话{MOBILE}", "王建国")
    sheet.oddHeader.center.text = f"经办人电话{MOBILE}"
    hidden = book.create_sheet("底稿")
    hidden["A1"] = NUMBER
    hidden.sheet_state = "hidden"
    book.properties.creator = "王建国"
    book.properties.lastModifiedBy = "李芳"
    return saved(book)


def document() -> bytes:
    """A page with a number over three runs, a table, a header, a deletion, an insertion, hidden words and an author."""
    page = Document()
    paragraph = page.add_paragraph("户主：王建国，证号")
    for piece in (NUMBER[:5], NUMBER[5:12], NUMBER[12:]):
        paragraph.add_run(piece).bold = True
    paragraph.add_run("，请核对。")
    table = page.add_table(rows=2, cols=2)
    for row, cells in enumerate([["姓名", "一卡通账号"], ["葛丽", "101004455667788"]]):
        for column, words in enumerate(cells):
            table.cell(row, column).text = words
    page.sections[0].header.paragraphs[0].text = f"值班{MOBILE}"
    changed = page.add_paragraph("修订：")._p
    changed.append(_change("w:del", "w:delText", f"原为{OTHER}"))
    changed.append(_change("w:ins", "w:t", "改为已核实"))
    page.add_paragraph().add_run(f"隐藏{THIRD}").font.hidden = True
    page.core_properties.author = "王建国"
    return saved(page)


def _change(name: str, words_in: str, words: str):
    change, run, text = OxmlElement(name), OxmlElement("w:r"), OxmlElement(words_in)
    change.set(qn("w:id"), "1")
    change.set(qn("w:author"), "王建国")
    text.text = words
    run.append(text)
    change.append(run)
    return change


def table(encoding: str = "utf-8-sig") -> bytes:
    rows = [HEADS, ["1", "葛丽", NUMBER, "因病", f"联系{MOBILE}"], ["2", "欧阳雪", OTHER, "缺技术", "逗号,在内"]]
    lines = [",".join(f'"{cell}"' if "," in cell else cell for cell in row) for row in rows]
    return ("\r\n".join(lines) + "\r\n").encode(encoding)


def archive() -> bytes:
    stream = io.BytesIO()
    with ZipFile(stream, "w") as package:
        package.writestr("名单.xlsx", workbook())
        package.writestr("说明.txt", f"联系电话{MOBILE}")
    return stream.getvalue()


MAKERS: dict[str, Callable[[], bytes]] = {"名单.xlsx": workbook, "公示.docx": document, "名单.csv": table}
