"""Characters that XML cannot hold, and XML that is none."""

import io
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from ninghai.accounts.workbooks import export_units
from tests.disclosure.makers import published


@pytest.mark.parametrize("character", ["\x0b", "\ufffe", "\uffff", "\x1f"])
def test_the_feed_stays_xml_whatever_is_typed(client, cast, character):
    published(cast, title=f"标{character}题", body="正文", summary=f"概{character}述")
    cast.finance.name = f"宁海县{character}财政局"
    cast.finance.save()

    response = client.get("/feeds/catalogue.xml")

    assert response.status_code == 200
    assert "宁海县财政局" in "".join(ElementTree.fromstring(response.content).itertext())  # noqa: S314 - our own answer


def test_a_workbook_of_broken_xml_is_refused_in_a_sentence(client, cast):
    client.force_login(cast.office)
    upload = SimpleUploadedFile("units.xlsx", with_broken_sheet(export_units([])))

    response = client.post("/admin/ninghai/unit/workbook/", {"file": upload})

    assert "表格的内部结构不正常" in response.content.decode()


def test_a_refused_workbook_says_why_in_plain_words(client, cast):
    client.force_login(cast.office)

    response = client.post("/admin/ninghai/unit/workbook/", {"file": SimpleUploadedFile("units.xlsx", b"PK\x03\x04")})

    (error,) = response.context["form"].errors["file"]
    assert error.startswith("文件已损坏")


def with_broken_sheet(workbook: bytes) -> bytes:
    """The same workbook, its sheet cut off in the middle of a tag."""
    whole, broken = ZipFile(io.BytesIO(workbook)), io.BytesIO()
    with ZipFile(broken, "w") as target:
        for name in whole.namelist():
            content = whole.read(name)
            target.writestr(name, content[: len(content) // 2] if "sheet1" in name else content)
    return broken.getvalue()
