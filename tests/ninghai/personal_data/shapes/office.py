"""A document of the set as Word, Excel and PowerPoint write it, with what stands out of the way."""

import io
from collections.abc import Mapping
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZipFile

from docx import Document as new_document
from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.packaging.custom import StringProperty
from openpyxl.worksheet.datavalidation import DataValidation

from tests.ninghai.personal_data.shapes.documents import Aside, Document, Lines, Link, Table
from tests.ninghai.personal_data.shapes.values import Values

DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
SLIDE = "http://schemas.openxmlformats.org/presentationml/2006/main"
SHEET_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def document(wanted: Document, values: Values) -> bytes:
    page = new_document()
    more: dict[str, str] = {}
    for block in wanted.blocks:
        if isinstance(block, Lines):
            _word_lines(page, block, values)
        elif isinstance(block, Table) and block.has_rules:
            _word_table(page, block)
        elif isinstance(block, Table):
            for row in block.rows:
                page.add_paragraph("\t".join(row))
        elif isinstance(block, Link):
            _word_link(page, block)
        else:
            more |= _word_aside(page, block)
    stream = io.BytesIO()
    page.save(stream)
    return _with_parts(stream.getvalue(), more)


def _word_lines(page: WordDocument, block: Lines, values: Values) -> None:
    """A paragraph with breaks in it, or a paragraph for each line."""
    if block.is_wrapped and values.rng.random() < 0.5:
        page.add_paragraph("\n".join(block.lines))
        return
    for line in block.lines:
        page.add_paragraph(line)


def _word_table(page: WordDocument, block: Table) -> None:
    made = page.add_table(rows=len(block.rows), cols=len(block.rows[0]))
    for at, row in enumerate(block.rows):
        for column, words in enumerate(row):
            step = block.widest or len(words) or 1
            made.cell(at, column).text = "\n".join(words[place : place + step] for place in range(0, len(words), step))
    for row, first, last in block.merged:
        made.cell(row, first).merge(made.cell(row, last)).text = block.rows[row][first]


def _word_link(page: WordDocument, block: Link) -> None:
    reference = page.part.relate_to(block.target, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    link, run, words = OxmlElement("w:hyperlink"), OxmlElement("w:r"), OxmlElement("w:t")
    link.set(qn("r:id"), reference)
    words.text = block.words
    run.append(words)
    link.append(run)
    page.add_paragraph()._p.append(link)


def _word_aside(page: WordDocument, block: Aside) -> dict[str, str]:
    """The part that it makes, where python-docx has none."""
    section = page.sections[0]
    paragraph = page.add_paragraph("说明")
    if block.where == "header":
        section.header.paragraphs[0].text = block.words
    elif block.where == "footer":
        section.footer.paragraphs[0].text = block.words
    elif block.where == "comment":
        page.add_comment(paragraph.runs, text=block.words, author="office")
    elif block.where == "footnote":
        return {
            "word/footnotes.xml": f'<w:footnotes {nsdecls("w")}><w:footnote w:id="2"><w:p><w:r><w:t>'
            f"{escape(block.words)}</w:t></w:r></w:p></w:footnote></w:footnotes>"
        }
    elif block.where == "text box":
        paragraph._p.append(
            parse_xml(
                f'<w:r {nsdecls("w")} xmlns:v="urn:schemas-microsoft-com:vml"><w:pict><v:shape><v:textbox>'
                f"<w:txbxContent><w:p><w:r><w:t>{escape(block.words)}</w:t></w:r></w:p></w:txbxContent>"
                "</v:textbox></v:shape></w:pict></w:r>"
            )
        )
    elif block.where == "alt text":
        paragraph._p.append(
            parse_xml(
                f'<w:r {nsdecls("w", "wp")}><w:drawing><wp:inline><wp:docPr id="9" name="图" '
                f"descr={quoteattr(block.words)}/></wp:inline></w:drawing></w:r>"
            )
        )
    elif block.where in MARKED:
        paragraph._p.append(parse_xml(MARKED[block.where].format(ns=nsdecls("w"), words=escape(block.words))))
    elif block.where == "property":
        return {"docProps/custom.xml": _property(block.words)}
    else:
        paragraph.add_run(block.words).font.hidden = True
    return {}


# Of Word: what was deleted, and what a field for choice offers.
MARKED = {
    "deleted": '<w:del {ns} w:id="7" w:author="office"><w:r><w:delText>{words}</w:delText></w:r></w:del>',
    "offered": '<w:sdt {ns}><w:sdtPr><w:dropDownList><w:listItem w:displayText="{words}" w:value="1"/></w:dropDownList>'
    "</w:sdtPr><w:sdtContent><w:r><w:t>请选择</w:t></w:r></w:sdtContent></w:sdt>",
}


def _property(words: str) -> str:
    return (
        '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" xmlns:vt='
        '"http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"><property pid="2" name="说明" fmtid='
        f'"{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}"><vt:lpwstr>{escape(words)}</vt:lpwstr></property></Properties>'
    )


def workbook(wanted: Document, values: Values) -> bytes:
    book = Workbook()
    sheet = book.active
    more: dict[str, str] = {}
    row = 1
    for block in wanted.blocks:
        if isinstance(block, Lines):
            for line in ("\n".join(block.lines),) if block.is_wrapped else block.lines:
                sheet.cell(row, 1, line)
                row += 1
        elif isinstance(block, Table):
            for at, cells in enumerate(block.rows):
                for column, words in enumerate(cells, start=1):
                    step = block.widest or len(words) or 1
                    broken = "\n".join(words[place : place + step] for place in range(0, len(words), step))
                    sheet.cell(row + at, column, broken or None)
            for at, first, last in block.merged:
                sheet.merge_cells(start_row=row + at, end_row=row + at, start_column=first + 1, end_column=last + 1)
            row += len(block.rows)
        elif isinstance(block, Link):
            sheet.cell(row, 1, block.words).hyperlink = block.target
        else:
            more |= _sheet_aside(book, block, row)
        row += 2
    stream = io.BytesIO()
    book.save(stream)
    return _with_parts(stream.getvalue(), more)


def _sheet_aside(book: Workbook, block: Aside, row: int) -> dict[str, str]:
    sheet = book.worksheets[0]
    if block.where == "header":
        sheet.oddHeader.center.text = block.words
    elif block.where == "footer":
        sheet.evenFooter.left.text = block.words
    elif block.where == "comment":
        sheet.cell(row, 1, "说明").comment = Comment(block.words, "office")
    elif block.where == "hidden row":
        sheet.cell(row, 1, block.words)
        sheet.row_dimensions[row].hidden = True
    elif block.where == "hidden sheet":
        hidden = book.create_sheet("底稿")
        hidden["A1"] = block.words
        hidden.sheet_state = "hidden"
    elif block.where == "hidden column":
        sheet.cell(row, 26, block.words)
        sheet.column_dimensions["Z"].hidden = True
    elif block.where == "property":
        book.custom_doc_props.append(StringProperty(name="说明", value=block.words))
    elif block.where == "offered":
        offered = DataValidation(type="list", formula1='"是,否"', promptTitle="说明", prompt=block.words)
        offered.add(sheet.cell(row, 3))
        sheet.add_data_validation(offered)
    elif block.where == "deleted":
        sheet.cell(row, 1, f'=IF(A1="","","{block.words}")')
    elif block.where in {"text box", "footnote"}:
        return {f"xl/drawings/drawing9{len(block.where.split())}.xml": _drawn(f"<a:t>{escape(block.words)}</a:t>")}
    else:
        described = f'<xdr:cNvPr id="2" name="图" descr={quoteattr(block.words)}/>'
        return {"xl/drawings/drawing95.xml": _drawn(described)}
    return {}


def _drawn(inside: str) -> str:
    return f'<xdr:wsDr xmlns:xdr="{SHEET_DRAWING}" xmlns:a="{DRAWING}"><xdr:sp>{inside}</xdr:sp></xdr:wsDr>'


def slides(wanted: Document, values: Values) -> bytes:
    shapes, parts, links = [], {}, []
    for number, block in enumerate(wanted.blocks, start=1):
        if isinstance(block, Lines):
            lines = ["\n".join(block.lines)] if block.is_wrapped and values.rng.random() < 0.5 else block.lines
            shapes.append(_shape("".join(map(_paragraph, lines))))
        elif isinstance(block, Table):
            shapes.append(
                _slide_table(block)
                if block.has_rules
                else _shape("".join(_paragraph("\t".join(row)) for row in block.rows))
            )
        elif isinstance(block, Link):
            shapes.append(_shape(_paragraph(block.words)))
            links.append(
                f'<Relationship Id="rId{number}" Type="{OFFICE}/hyperlink" Target={quoteattr(block.target)} TargetMode="External"/>'
            )
        elif block.where == "alt text":
            shapes.append(
                f'<p:pic><p:nvPicPr><p:cNvPr id="{number}" name="图" descr={quoteattr(block.words)}/></p:nvPicPr></p:pic>'
            )
        elif block.where == "property":
            parts["docProps/custom.xml"] = _property(block.words)
        elif block.where in {"comment", "hidden row"}:
            parts[f"ppt/comments/comment{number}.xml"] = (
                f'<p:cmLst xmlns:p="{SLIDE}"><p:cm><p:text>{escape(block.words)}</p:text></p:cm></p:cmLst>'
            )
        elif block.where in {"hidden sheet", "hidden column"}:
            parts[f"ppt/slides/slide{number + 1}.xml"] = _slide(_shape(_paragraph(block.words)), shown="0")
        elif block.where in {"footnote", "footer"}:
            parts[f"ppt/notesSlides/notesSlide{number}.xml"] = _slide(_shape(_paragraph(block.words)), root="notes")
        else:
            shapes.append(_shape(_paragraph(block.words)))
    parts["ppt/slides/slide1.xml"] = _slide("".join(shapes))
    parts["ppt/slides/_rels/slide1.xml.rels"] = f'<Relationships xmlns="{RELATIONS}">{"".join(links)}</Relationships>'
    return _with_parts(b"", parts)


def _slide(inside: str, *, shown: str = "1", root: str = "sld") -> str:
    return f'<p:{root} xmlns:p="{SLIDE}" xmlns:a="{DRAWING}" show="{shown}"><p:cSld><p:spTree>{inside}</p:spTree></p:cSld></p:{root}>'


def _shape(inside: str) -> str:
    return f"<p:sp><p:txBody>{inside}</p:txBody></p:sp>"


def _paragraph(words: str) -> str:
    runs = "<a:br/>".join(f"<a:r><a:t>{escape(line)}</a:t></a:r>" for line in words.split("\n"))
    return f"<a:p>{runs}</a:p>"


def _slide_table(block: Table) -> str:
    step = block.widest
    rows = "".join(
        "<a:tr>"
        + "".join(
            "<a:tc><a:txBody>"
            + "".join(
                _paragraph(words[at : at + (step or len(words) or 1)])
                for at in range(0, len(words) or 1, step or len(words) or 1)
            )
            + "</a:txBody></a:tc>"
            for words in row
        )
        + "</a:tr>"
        for row in block.rows
    )
    return (
        f"<p:graphicFrame><a:graphic><a:graphicData><a:tbl>{rows}</a:tbl></a:graphicData></a:graphic></p:graphicFrame>"
    )


def _with_parts(package: bytes, parts: Mapping[str, str]) -> bytes:
    stream = io.BytesIO(package)
    with ZipFile(stream, "a") as archive:
        for name, xml in parts.items():
            archive.writestr(name, xml)
    return stream.getvalue()
