"""Every small file of great cost, by the door through which it comes: parser × trick × format."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.security.costly import packages, pdfs
from tests.security.costly.packages import SHEET, cell_at, docx, merged, ofd, paragraph, png, pptx, xlsx, zipped

MANY = 1_000_000
ONE = packages.ONE_CELL
WIDE = '<w:tc><w:tcPr><w:gridSpan w:val="200"/></w:tcPr><w:p/></w:tc>'


@dataclass(frozen=True, slots=True)
class Costly:
    """A file: what it does, what it is called, and how it is made."""

    what: str
    name: str
    make: Callable[[], bytes]


def again(text: str, times: int) -> str:
    return "".join(text.replace("#", str(number)) for number in range(times))


WORKBOOKS = (
    Costly("一个单元格在CV10000", "表.xlsx", lambda: xlsx(cell_at("CV10000"))),
    Costly("一个单元格在最后一行最后一列", "表.xlsx", lambda: xlsx(cell_at("XFD1048576"))),
    Costly("单元格的位置用字符编号写成", "表.xlsx", lambda: xlsx(cell_at("XFD1048576").replace("XFD", "&#88;FD"))),
    Costly("工作表是UTF-16", "表.xlsx", lambda: xlsx(sheet=sheet_in_utf_16())),
    Costly("合并到CV10000", "表.xlsx", lambda: xlsx(after=merged("A1:CV10000"))),
    Costly("合并整张工作表", "表.xlsx", lambda: xlsx(after=merged("A1:XFD1048576"))),
    Costly("四万处合并", "表.xlsx", lambda: xlsx(after=merged(*(f"A{n}:B{n}" for n in range(1, 40_000))))),
    Costly("整张工作表是一个链接", "表.xlsx", lambda: xlsx(after='<hyperlinks><hyperlink ref="A1:XFD1048576" location="a"/></hyperlinks>')),
    Costly("四万处条件格式", "表.xlsx", lambda: xlsx(after=formats(40_000))),
    Costly("一条数据有效性有十万个区域", "表.xlsx", lambda: xlsx(after=validation(100_000))),
    Costly("对角线上三千个单元格", "表.xlsx", lambda: xlsx(packages.diagonal(3_000))),
    Costly("一百万个空单元格", "表.xlsx", lambda: xlsx(f'<row r="1">{"<c/>" * 16_000}</row>' * 60)),
    Costly("一百万个空行", "表.xlsx", lambda: xlsx(ONE + "<row/>" * MANY)),
    Costly("一百万个共享字符串", "表.xlsx", lambda: xlsx(strings=f'<sst xmlns="{SHEET}">{"<si><t>1</t></si>" * (MANY // 2)}</sst>')),
    Costly("三十万种格式", "表.xlsx", lambda: xlsx(styles=packages.STYLES.replace('<xf xfId="0"/>', '<xf xfId="0"/>' * 300_000))),
    Costly("十万个名称", "表.xlsx", lambda: xlsx(names=f'<definedNames>{again("<definedName name=" + chr(34) + "n#" + chr(34) + ">A1</definedName>", 100_000)}</definedNames>')),
    Costly("三百个单元格共用一个三万字的字串", "表.xlsx", lambda: xlsx(sharing(31, 11), strings=f'<sst xmlns="{SHEET}"><si><t>{"字" * 30_000}</t></si></sst>')),
    Costly("工作表放在别的文件夹", "表.xlsx", lambda: packages.sheet_elsewhere(cell_at("XFD1048576"))),
    Costly("一万张工作表", "表.xlsx", lambda: xlsx(sheets=again('<sheet name="表#" sheetId="#1" r:id="rId1"/>', 10_000))),
    Costly("列宽写到二十亿列", "表.xlsx", lambda: xlsx(before='<cols><col min="1" max="2000000000" hidden="1"/></cols>')),
)  # fmt: skip
DOCUMENTS = (
    Costly("一百万个空段落", "文.docx", lambda: docx("<w:p/>" * MANY)),
    Costly("两百层套着的表格", "文.docx", lambda: docx(packages.nested_tables(60, text=paragraph("a") * 20_000))),
    Costly("一段九百万个数字", "文.docx", lambda: docx(paragraph("1381234" * (9 * MANY // 7)))),
    Costly("十万处修订", "文.docx", lambda: docx("<w:p>" + "<w:del><w:r><w:delText>a</w:delText></w:r></w:del>" * 100_000 + "</w:p>")),
    Costly("表格每格跨两百列", "文.docx", lambda: docx("<w:tbl>" + f"<w:tr>{WIDE * 60}</w:tr>" * 500 + "</w:tbl>")),
    Costly("正文展开一亿字节", "文.docx", lambda: docx(paragraph(" " * (100 * MANY)))),
    Costly("五千层套着的表格", "文.docx", lambda: docx(packages.nested_tables(5_000))),
    Costly("一页幻灯片一百万个段落", "片.pptx", lambda: pptx("<a:p/>" * MANY)),
    Costly("一千九百页幻灯片", "片.pptx", lambda: pptx("<a:p><a:t>a</a:t></a:p>" * 200, slides=1_900)),
    Costly("版式文件里三十万个字块", "版.ofd", lambda: ofd(300_000)),
)  # fmt: skip
PDFS = (
    Costly("图形相互嵌套，每层十次，共六层", "文.pdf", lambda: pdfs.drawing_each_other(6)),
    Costly("图形相互嵌套，每层十次，共九层", "文.pdf", lambda: pdfs.drawing_each_other(9)),
    Costly("图形一层套一层，共三百层", "文.pdf", lambda: pdfs.drawing_each_other(300, times=1)),
    Costly("图形里写字，每层三十次，共四层", "文.pdf", lambda: pdfs.drawing_each_other(4, times=30, last=b"BT (aaaa) Tj ET ")),
    Costly("压缩的页面展开一亿字节", "文.pdf", lambda: pdfs.with_content(b"q Q " * (25 * MANY))),
    Costly("一页三百万个字", "文.pdf", lambda: pdfs.with_content(b"BT /F 9 Tf (" + b"a" * (3 * MANY) + b") Tj ET")),
    Costly("一页十万个字，各自一笔", "文.pdf", lambda: pdfs.with_content(b"BT /F 9 Tf " + b"(a) Tj " * 150_000 + b"ET")),
    Costly("一页两千条横线两千条竖线", "文.pdf", lambda: pdfs.grid(2_000)),
    Costly("一页三十万个矩形", "文.pdf", lambda: pdfs.with_content(b"1 1 1 1 re f " * 300_000)),
    Costly("同一页出现一千九百次", "文.pdf", lambda: pdfs.same_page_again(1_900)),
    Costly("一页宽高各一千万", "文.pdf", lambda: pdfs.page_of(10_000_000, 10_000_000)),
    Costly("一页窄而高得没有尽头", "文.pdf", lambda: pdfs.page_of(1, 10_000_000)),
    Costly("压缩两次，展开五亿字节", "文.pdf", lambda: pdfs.packed_twice(500 * MANY)),
    Costly("字体对照表的区间极宽", "文.pdf", lambda: pdfs.wide_map(200)),
    Costly("数组套了二十万层", "文.pdf", lambda: pdfs.deep_arrays(200_000)),
)  # fmt: skip
PICTURES = (
    Costly("自称一百亿个像素", "图.png", lambda: png(100_000, 100_000)),
    Costly("一亿个像素，数据只有几KB", "图.png", lambda: png(10_000, 9_999)),
    Costly("说明文字展开一亿字节", "图.png", lambda: png(8, 8, extra=packages.text_chunk(100 * MANY))),
)
TABLES = (
    Costly("一格九百万个字", "表.csv", lambda: b'"' + b"a" * (2 * MANY)),
    Costly("二百万个空格子", "表.csv", lambda: b"," * (2 * MANY)),
    Costly("一行八十万个数字", "表.csv", lambda: b"1381234" * 120_000),
)
ARCHIVES = (
    Costly("压缩包里四十个CV10000", "包.zip", lambda: zipped({f"{n}.xlsx": xlsx(cell_at("CV10000")) for n in range(40)})),
    Costly("压缩包里六十个相互嵌套的PDF", "包.zip", lambda: zipped({f"{n}.pdf": pdfs.drawing_each_other(6) for n in range(60)})),
    Costly("压缩包里一个展开九百万字节的表", "包.zip", lambda: zipped({"a.csv": b"1,2\n" * (2 * MANY)})),
)  # fmt: skip
JSONS = (
    Costly("套了二十万层的JSON", "年报.json", lambda: b"[" * 200_000),
    Costly("三十万个键的JSON", "年报.json", lambda: b"{" + b",".join(b'"%d":1' % n for n in range(150_000)) + b"}"),
    Costly("十万位的整数", "年报.json", lambda: b'{"year":' + b"9" * 100_000 + b"}"),
)
NOTICES = (
    Costly("网页里五万层表格", "2018年通知.html", lambda: b"<table><tr><td>" * 50_000),
    Costly("网页里每格跨千列", "2018年通知.html", lambda: ("<table>" + "<tr>" + '<td colspan="1000" rowspan="1000">a' * 300 + "</table>").encode()),
    Costly("一行二百万字", "2018年通知.txt", lambda: ("一、" + "（一）1.[责任单位：" * 200_000).encode()),
    Costly("二十万个编号", "2018年通知.txt", lambda: ("2018年工作要点\n" + "一、a\n（一）b\n1.c[责任单位：甲]\n" * 70_000).encode()),
)  # fmt: skip


def sheet_in_utf_16() -> bytes:
    rows = cell_at("XFD1048576")
    text = (
        f'<?xml version="1.0" encoding="UTF-16"?><worksheet xmlns="{SHEET}"><sheetData>{rows}</sheetData></worksheet>'
    )
    return text.encode("utf-16")


def sharing(rows: int, columns: int) -> str:
    """Cells that all say the same, which stands in the file once."""
    told = [[f'<c r="{packages.letters(c)}{r}" t="s"><v>0</v></c>' for c in range(1, columns)] for r in range(1, rows)]
    return "".join(f'<row r="{number}">{"".join(row)}</row>' for number, row in enumerate(told, start=1))


def formats(number: int) -> str:
    rule = '<cfRule type="cellIs" priority="1" operator="equal"><formula>1</formula></cfRule>'
    return again(f'<conditionalFormatting sqref="A#">{rule}</conditionalFormatting>', number)


def validation(ranges: int) -> str:
    return f'<dataValidations><dataValidation type="whole" sqref="{" ".join(f"A{n}" for n in range(1, ranges))}"/></dataValidations>'
