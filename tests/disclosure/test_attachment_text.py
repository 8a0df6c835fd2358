"""What stands in an attachment is found, in whatever format; what nobody reads there is not."""

import io

import pytest
from docx import Document
from openpyxl import Workbook

from disclosure.models import Item
from disclosure.privacy.scans import look_at_once, texts_of
from ninghai.files import store_bytes
from tests.disclosure.makers import AT, published


def found(words):
    return [item.title for item in Item.objects.published(AT).search(words)]


def docx() -> bytes:
    document, stream = Document(), io.BytesIO()
    document.add_paragraph("桑洲镇麻山自然村饮用水提升")
    document.core_properties.author = "县财政局国库办公室"
    document.save(stream)
    return stream.getvalue()


def xlsx() -> bytes:
    workbook, stream = Workbook(), io.BytesIO()
    workbook.active.append(["项目", "桑洲镇麻山自然村饮用水提升"])
    workbook.properties.creator = "县财政局国库办公室"
    workbook.save(stream)
    return stream.getvalue()


FILES = {
    "附表.docx": docx,
    "附表.xlsx": xlsx,
    "附表.csv": lambda: "项目,桑洲镇麻山自然村饮用水提升\n".encode("gb18030"),
    "附表.txt": lambda: "项目：桑洲镇麻山自然村\n饮用水提升".encode(),
}


@pytest.mark.parametrize("name", FILES)
def test_an_attachments_text_is_found_by_words_and_by_strings(cast, name):
    file = store_bytes(data=FILES[name](), name=name, media_type="text/plain", by=cast.clerk, at=AT)
    published(cast, title="有附件的信息", files=[file])
    published(cast, title="没有附件的信息")

    for words in ("麻山", "饮用水 自然村", '"山自然村饮"', '"然村饮用水提"'):
        assert found(words) == ["有附件的信息"], words
    assert found("县财政局国库办公室") == []


@pytest.mark.parametrize("name", ["坏的.docx", "坏的.xlsx", "坏的.pdf", "坏的.csv", "图.jpg"])
def test_a_file_that_cannot_be_read_has_no_text(cast, name):
    file = store_bytes(data=b"\x89\xff\x00 none of these", name=name, media_type="image/jpeg", by=cast.clerk, at=AT)

    look_at_once([file])

    assert texts_of([file]) == [""]
