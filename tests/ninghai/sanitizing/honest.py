"""Honest files of every kind that may be public, as their usual programs write them, each saying WORDS."""

import io
from collections.abc import Callable
from zipfile import ZIP_DEFLATED, ZipFile

import docx
import openpyxl
import weasyprint
from docx.shared import Cm
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image as SheetImage
from openpyxl.worksheet.table import Table
from PIL import Image

WORDS = "财政预算公开说明"
SECRET = "MAKER-SECRET"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SLIDE = (
    '<p:{0} xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    f' xmlns:r="{OFFICE}">{{1}}</p:{{0}}>'
)


def zipped(entries: dict[str, bytes | str]) -> bytes:
    buffer = io.BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as container:
        for name, data in entries.items():
            container.writestr(name, data)
    return buffer.getvalue()


def edited(data: bytes, *, name: Callable[[str], str] = str, part: Callable[[bytes], bytes] = bytes) -> bytes:
    """The package with other names and parts."""
    with ZipFile(io.BytesIO(data)) as container:
        return zipped({name(each): part(container.read(each)) for each in container.namelist()})


def picture(form: str = "PNG", *, size: tuple[int, int] = (60, 40), **options) -> bytes:
    out = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert("RGB").save(out, form, **options)
    return out.getvalue()


def photo() -> bytes:
    """Held sideways, with a place and a maker."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x013B] = 6, SECRET, SECRET
    return picture("JPEG", exif=exif, comment=SECRET.encode(), quality=85)


def pdf() -> bytes:
    page = f"""<html lang="zh"><title>{SECRET}</title><meta name="author" content="{SECRET}">
    <h1 id="top">{WORDS}</h1><p><a href="https://example.org/a">网页</a><a href="#end">后页</a></p>
    <h2 id="end" style="page-break-before: always">第二页</h2></html>"""
    return weasyprint.HTML(string=page).write_pdf(pdf_variant="pdf/ua-1")


def document() -> bytes:
    made, out = docx.Document(), io.BytesIO()
    made.core_properties.author = made.core_properties.comments = SECRET
    made.add_heading(WORDS, 1)
    made.add_paragraph("第一条", style="List Number")
    made.add_table(1, 1).cell(0, 0).text = "表中"
    made.add_picture(io.BytesIO(picture()), width=Cm(3))
    made.sections[0].header.paragraphs[0].text = "页眉"
    made.save(out)
    return out.getvalue()


def workbook() -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.properties.creator = SECRET
    sheet = book.active
    for row in ([WORDS, "金额"], ["教育", 3], ["住房", 4], ["合计", "=SUM(B2:B3)"]):
        sheet.append(row)
    sheet["A2"].hyperlink = "https://example.org/a"
    sheet["A3"].comment = Comment("说明", "财政局")
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=2, min_row=1, max_row=3), titles_from_data=True)
    sheet.add_chart(chart, "E2")
    sheet.add_image(SheetImage(io.BytesIO(picture())), "E20")
    sheet.add_table(Table(displayName="Budget", ref="A1:B3"))
    sheet.column_dimensions["A"].width = 30
    book.create_sheet("第二张")["A1"] = "二"
    book.save(out)
    return out.getvalue()


def slides() -> bytes:
    text = f"<a:p><a:r><a:t>{WORDS}</a:t></a:r></a:p>"
    shape = f"<p:cSld><p:spTree><p:sp><p:txBody><a:bodyPr/>{text}</p:txBody></p:sp></p:spTree></p:cSld>"
    kind = "application/vnd.openxmlformats-officedocument.presentationml."
    return zipped(
        {
            "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType='
            '"application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType='
            f'"application/xml"/><Override PartName="/ppt/presentation.xml" ContentType="{kind}presentation.main+xml"/>'
            f'<Override PartName="/ppt/slides/slide1.xml" ContentType="{kind}slide+xml"/></Types>',
            "_rels/.rels": relations(("officeDocument", "ppt/presentation.xml")),
            "ppt/presentation.xml": SLIDE.format(
                "presentation", '<p:sldIdLst><p:sldId id="256" r:id="rId1"/></p:sldIdLst>'
            ),
            "ppt/_rels/presentation.xml.rels": relations(("slide", "slides/slide1.xml")),
            "ppt/slides/slide1.xml": SLIDE.format("sld", shape),
        }
    )


def relations(*told: tuple[str, str]) -> str:
    rows = "".join(
        f'<Relationship Id="rId{number}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(told, start=1)
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{rows}</Relationships>'


def ofd() -> bytes:
    name = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    return zipped(
        {
            "OFD.xml": f'<ofd:OFD {name} Version="1.0" DocType="OFD"><ofd:DocBody><ofd:DocInfo><ofd:Author>{SECRET}'
            "</ofd:Author></ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
            "Doc_0/Document.xml": f"<ofd:Document {name}><ofd:CommonData><ofd:MaxUnitID>9</ofd:MaxUnitID></ofd:CommonData>"
            '<ofd:Pages><ofd:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/></ofd:Pages></ofd:Document>',
            "Doc_0/Pages/Page_0/Content.xml": f'<ofd:Page {name}><ofd:Content><ofd:Layer ID="2"><ofd:TextObject ID="3">'
            f'<ofd:TextCode X="1" Y="1">{WORDS}</ofd:TextCode></ofd:TextObject></ofd:Layer></ofd:Content></ofd:Page>',
            "Doc_0/Res/logo.png": picture(),
            "Doc_0/DocumentRes.xml": f'<ofd:Res {name} BaseLoc="Res"><ofd:MultiMedias><ofd:MultiMedia ID="5" Type="Image">'
            "<ofd:MediaFile>logo.png</ofd:MediaFile></ofd:MultiMedia></ofd:MultiMedias></ofd:Res>",
        }
    )


HONEST = {
    "预算.pdf": pdf,
    "说明.docx": document,
    "明细.xlsx": workbook,
    "汇报.pptx": slides,
    "公文.ofd": ofd,
    "现场.jpg": photo,
    "截图.png": picture,
    "台账.csv": lambda: f"科目,{WORDS}\r\n教育,-3.5\r\n".encode("gb18030"),
    "说明.txt": lambda: f"{WORDS}\n第二行\n".encode("gb18030"),
}
