"""The 2018 notice in other forms: its paragraphs, or its points as a breakdown table with merged cells."""

import io
from html import escape
from itertools import groupby

from docx import Document
from openpyxl import Workbook
from weasyprint import HTML

from tests.tasks.notices.documents import DATA, published

HEADER = ("重点任务", "工作事项", "工作要求", "责任单位", "完成时限")
TITLE = "宁海县人民政府办公室关于印发2018年宁海县政务公开工作要点及责任分工的通知"
FRONT = (TITLE, "宁政办发〔2018〕44号", "2018年8月13日", "2018年宁海县政务公开工作要点责任分解表")
PAGE = """<meta charset=utf-8><style>@page{size:A4;margin:30mm 26mm;@bottom-center{content:"— " counter(page) " —"}
@top-right{content:"宁海县人民政府文件";font-size:9pt}}body{font:12pt "Noto Serif CJK SC",serif}p{margin:0;text-indent:2em}
p.front{text-indent:0;text-align:center}table{border-collapse:collapse;width:100%;font-size:9pt}
td,th{border:.5pt solid;padding:3pt}</style>"""


def source_lines():
    return (DATA / "2018-notice.txt").read_text(encoding="utf-8").split("\n")


def table_rows():
    """(cells, spans) per row: each cell with the number of rows it covers, None where it is covered from above."""
    points = published("2018-notice").points
    parts = [(key, list(group)) for key, group in groupby(points, key=lambda point: point.part)]
    for part, in_part in parts:
        for section, in_section in [(key, list(group)) for key, group in groupby(in_part, key=lambda p: p.section)]:
            for point in in_section:
                first_of_part, first_of_section = point is in_part[0], point is in_section[0]
                yield (
                    (f"{part.no}、{part.title}", len(in_part)) if first_of_part else None,
                    (f"{section.no}{section.title}", len(in_section)) if first_of_section else None,
                    (f"{point.number}.{point.text}" if point.number else point.text, 1),
                    ("、".join(unit.name for unit in point.units), 1),
                    ("、".join(deadline.text for deadline in point.times.deadlines), 1),
                )


def html_table():
    rows = "".join(
        "<tr>" + "".join(f"<td rowspan={cell[1]}>{escape(cell[0])}</td>" for cell in row if cell) + "</tr>"
        for row in table_rows()
    )
    header = "".join(f"<th>{name}</th>" for name in HEADER)
    return f"<table><thead><tr>{header}</tr></thead><tbody>{rows}</tbody></table>"


def page_with_table():
    return f"{PAGE}{''.join(f'<p class=front>{line}</p>' for line in FRONT)}{html_table()}"


def page_with_text():
    lines = (line for line in source_lines() if line.strip())
    return PAGE + "".join(f"<p>{escape(line.strip())}</p>" for line in lines)


def word_text():
    document = Document()
    for line in source_lines():
        document.add_paragraph(line)
    return _saved(document)


def word_table():
    document = Document()
    for line in FRONT:
        document.add_paragraph(line)
    rows = list(table_rows())
    table = document.add_table(len(rows) + 1, len(HEADER))
    for column, name in enumerate(HEADER):
        table.cell(0, column).text = name
    for row, cells in enumerate(rows, start=1):
        for column, cell in enumerate(cells):
            if cell:
                table.cell(row, column).merge(table.cell(row + cell[1] - 1, column)).text = cell[0]
    return _saved(document)


def workbook():
    book = Workbook()
    sheet = book.active
    sheet.append([FRONT[0]])
    sheet.merge_cells("A1:E1")
    sheet.append([f"{FRONT[1]}　{FRONT[2]}"])
    sheet.append(HEADER)
    for row, cells in enumerate(table_rows(), start=4):
        for column, cell in enumerate(cells, start=1):
            if cell:
                sheet.cell(row, column, cell[0])
                if cell[1] > 1:
                    sheet.merge_cells(start_row=row, end_row=row + cell[1] - 1, start_column=column, end_column=column)
    return _saved(book)


def pdf(page):
    return HTML(string=page).write_pdf()


def _saved(document):
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


FORMS = {
    "table.html": lambda: page_with_table().encode(),
    "table-in-gbk.html": lambda: page_with_table().replace("utf-8", "gbk").encode("gbk"),
    "text.docx": word_text,
    "table.docx": word_table,
    "text.pdf": lambda: pdf(page_with_text()),
    "table.pdf": lambda: pdf(page_with_table()),
    "table.xlsx": workbook,
}
