"""Workbooks and archives of older items, as other sites export them."""

import io
import uuid
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from disclosure.legacy_import.services import begin_import, keep_import
from disclosure.models import ItemImport
from ninghai.jobs.claims import run_due
from tests.browser.papers import pdf
from tests.disclosure.makers import AT

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def row(**fields):
    """A row without an error, by head; `fields` change it."""
    usual = {
        "名称": "关于公布2015年部门预算的通知",
        "发布机构": "县财政局",
        "原发布日期": "2015-03-02",
        "正文": "一、收入\n二、支出",
    }
    return {**usual, **fields}


def workbook(*rows, head=None, above=()) -> bytes:
    book, data = Workbook(), io.BytesIO()
    head = head or list(dict.fromkeys(name for each in rows for name in each))
    for line in [*above, head, *([each.get(name) for name in head] for each in rows)]:
        book.active.append(line)
    for cell in (cell for line in book.active for cell in line if isinstance(cell.value, str)):
        cell.data_type = "s"  # what begins with = is text here
    book.save(data)
    return data.getvalue()


class GbkInfo(ZipInfo):
    """Writes the bytes of its name as they are."""

    def _encodeFilenameFlags(self):
        return self.filename.encode("cp437"), self.flag_bits & ~0x800


def archive(entries, *, encoding="utf-8") -> bytes:
    """A zip of these files; with another encoding, names are written in it and nothing says so."""
    data = io.BytesIO()
    with ZipFile(data, "w", ZIP_DEFLATED) as container:
        for name, content in entries.items():
            info = GbkInfo(name.encode(encoding).decode("cp437")) if encoding != "utf-8" else ZipInfo(name)
            info.compress_type = ZIP_DEFLATED
            container.writestr(info, content)
    return data.getvalue()


def a_pdf() -> bytes:
    return pdf("x.pdf")["buffer"]


def uploaded(cast, data: bytes, files: bytes | None = None, *, by=None, form_id=None) -> ItemImport:
    return keep_import(
        workbook=SimpleUploadedFile("历史信息.xlsx", data, XLSX),
        archive=SimpleUploadedFile("附件.zip", files, "application/zip") if files else None,
        form_id=form_id or uuid.uuid4(),
        by=by or cast.office,
        at=AT,
    )


def checked(cast, data: bytes, files: bytes | None = None, **more) -> ItemImport:
    item_import = uploaded(cast, data, files, **more)
    run_due("import", at=AT)
    item_import.refresh_from_db()
    return item_import


def taken_over(cast, data: bytes, files: bytes | None = None) -> ItemImport:
    item_import = checked(cast, data, files)
    begin_import(item_import=item_import, version=item_import.version, by=cast.office, at=AT)
    run_due("import", at=AT)
    item_import.refresh_from_db()
    return item_import


def problems(item_import: ItemImport) -> list[tuple[int, str, str]]:
    """(row, column, message) of everything that is wrong."""
    return [
        (each.number, problem["column"], problem["message"])
        for each in item_import.rows.order_by("number")
        for problem in each.problems
    ]
