"""A number of a person stands in no public copy where nobody reads it: the finder would find nothing there, either."""

import io
from collections.abc import Callable
from zipfile import ZipFile

import pytest

from ninghai.files.sanitizing import CannotRewrite
from ninghai.files.sanitizing.rewriting import rewritten
from ninghai.personal_data.scan import looked
from tests.ninghai.sanitizing.honest import document, ofd, relations, slides, workbook, zipped
from tests.ninghai.sanitizing.unfolding import everything_in
from tests.security.costly import packages

NUMBER = "11010519491231002X"
Change = Callable[[dict[str, bytes]], dict[str, bytes]]


def parts_of(data: bytes) -> dict[str, bytes]:
    with ZipFile(io.BytesIO(data)) as container:
        return {name: container.read(name) for name in container.namelist()}


def before(name: str, mark: str, words: str) -> Change:
    def change(parts: dict[str, bytes]) -> dict[str, bytes]:
        assert mark.encode() in parts[name]
        return parts | {name: parts[name].replace(mark.encode(), (words + mark).encode(), 1)}

    return change


def within(name: str, mark: str, words: str) -> Change:
    return lambda parts: parts | {name: parts[name].replace(mark.encode(), (mark + words).encode(), 1)}


def attribute(name: str, mark: str) -> Change:
    return lambda parts: parts | {name: parts[name].replace(mark.encode(), f'{mark} evil="{NUMBER}"'.encode(), 1)}


def strings() -> bytes:
    """One of them in a cell, the other in none any more."""
    told = f'<sst xmlns="{packages.SHEET}"><si><t>在用</t></si><si><t>{NUMBER}</t></si></sst>'
    return packages.xlsx('<row r="1"><c r="A1" t="s"><v>0</v></c></row>', strings=told)


BODY, SHEET, PAGE = "word/document.xml", "xl/worksheets/sheet1.xml", "Doc_0/Pages/Page_0/Content.xml"
SDT = "<w:sdt><w:sdtPr>{}</w:sdtPr><w:sdtContent><w:p/></w:sdtContent></w:sdt>"
ASKED = (
    f'<dataValidations><dataValidation type="list" sqref="A9" prompt="{NUMBER}"><formula1>"{NUMBER}"</formula1>'
    "</dataValidation></dataValidations>"
)
PLACES: dict[str, tuple[str, bytes, Change]] = {
    "an attribute of a document": ("docx", document(), attribute(BODY, "<w:body")),
    "words between paragraphs": ("docx", document(), within(BODY, "<w:body>", f"<w:t>{NUMBER}</w:t>")),
    "words in settings": ("docx", document(), before("word/settings.xml", "</w:settings>", f"<w:t>{NUMBER}</w:t>")),
    "words in styles": ("docx", document(), before("word/styles.xml", "</w:styles>", f"<w:t>{NUMBER}</w:t>")),
    "words in a theme": ("docx", document(), before("word/theme/theme1.xml", "</a:theme>", f"<a:t>{NUMBER}</a:t>")),
    "the name of a field": ("docx", document(), within(BODY, "<w:body>", SDT.format(f'<w:tag w:val="{NUMBER}"/>'))),
    "a list to choose from": (
        "docx",
        document(),
        within(BODY, "<w:body>", SDT.format(f'<w:dropDownList><w:listItem w:value="{NUMBER}"/></w:dropDownList>')),
    ),
    "a string of no cell": ("xlsx", strings(), lambda parts: parts),
    "what a cell may hold": ("xlsx", workbook(), before(SHEET, "<tableParts", ASKED)),
    "how a number is shown": (
        "xlsx",
        workbook(),
        within("xl/styles.xml", "<numFmts", f' evil="{NUMBER}"'),
    ),
    "words between rows": ("xlsx", workbook(), before(SHEET, "<sheetData", f"<text>{NUMBER}</text>")),
    "an attribute of a page": ("ofd", ofd(), attribute(PAGE, "<ofd:Layer")),
    "an unknown element of a page": ("ofd", ofd(), within(PAGE, '<ofd:Layer ID="2">', f"<ofd:X>{NUMBER}</ofd:X>")),
}


@pytest.mark.parametrize("place", PLACES)
def test_a_number_where_nobody_reads_is_masked(place):
    kind, data, change = PLACES[place]
    changed = zipped(change(parts_of(data)))

    copy = rewritten(changed, name=f"a.{kind}")

    assert not [piece[:80] for piece in everything_in(copy) if NUMBER.encode() in piece]


def test_strings_that_are_in_a_cell_stay_where_they_were():
    copy = rewritten(strings(), name="a.xlsx")

    assert "在用" in looked(copy, name="a.xlsx")["text"]


def diagram() -> bytes:
    """A slide whose drawing (SmartArt) says a number."""
    drawing = "http://schemas.openxmlformats.org/drawingml/2006/"
    data = (
        f'<dgm:dataModel xmlns:dgm="{drawing}diagram" xmlns:a="{drawing}main"><dgm:ptLst><dgm:pt modelId="1"><dgm:t>'
        f"<a:p><a:r><a:t>{NUMBER}</a:t></a:r></a:p></dgm:t></dgm:pt></dgm:ptLst></dgm:dataModel>"
    )
    told = 'ContentType="application/vnd.openxmlformats-officedocument.drawingml.diagramData+xml"/></Types>'
    parts = parts_of(slides())
    types = (
        parts["[Content_Types].xml"]
        .decode()
        .replace("</Types>", f'<Override PartName="/ppt/diagrams/data1.xml" {told}')
    )
    return zipped(
        parts
        | {
            "[Content_Types].xml": types,
            "ppt/diagrams/data1.xml": data,
            "ppt/slides/_rels/slide1.xml.rels": relations(("diagramData", "../diagrams/data1.xml")),
        }
    )


def test_what_a_drawing_says_is_found_in_its_copy():
    copy = rewritten(diagram(), name="a.pptx")

    assert NUMBER in {hit["text"] for hit in looked(copy, name="a.pptx")["hits"]}


@pytest.mark.parametrize("hidden", ["\ufffe", "\uffff", "\ufeff", "\u202e", "\u2066"])
def test_what_is_taken_out_of_a_table_makes_no_formula(hidden):
    with pytest.raises(CannotRewrite, match="公式"):
        rewritten(f"科目,{hidden}=HYPERLINK(1)\n".encode(), name="a.csv")


def test_a_number_reads_as_it_is_written():
    copy = rewritten(f"证件 \u202e{NUMBER[::-1]}\u202c\n".encode(), name="a.txt").decode()

    assert copy == f"证件 {NUMBER[::-1]}\n"
