"""The office's pages for older items: template, upload, errors, beginning, watching."""

import io
import re
import uuid
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from disclosure.models import Item, ItemImport
from ninghai.jobs.claims import run_due
from ninghai.models import Role
from tests.cast import person
from tests.disclosure.legacy_import.makers import a_pdf, archive, checked, row, taken_over, workbook
from tests.disclosure.makers import AT

ADD = "/admin/disclosure/itemimport/add/"


@pytest.fixture
def office(client, cast, settings):
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2018-11-20"
    client.force_login(cast.office)
    return client


def sent(data: bytes, files: bytes | None = None, *, name="历史信息.xlsx", form_id=None):
    found = {"workbook": SimpleUploadedFile(name, data), "form_id": form_id or uuid.uuid4()}
    return found | ({"archive": SimpleUploadedFile("附件.zip", files)} if files else {})


def test_the_template_comes_with_its_columns(office):
    response = office.get(reverse("admin:disclosure_itemimport_template"))

    assert load_workbook(io.BytesIO(response.content)).worksheets[0]["B1"].value == "名称*"


def test_from_upload_to_the_catalogue(office):
    data = workbook(row(附件="a.pdf"), row(名称="", 发布机构="不存在的局"))

    page = office.post(ADD, sent(data, archive({"a.pdf": a_pdf(), "多余.pdf": a_pdf()})), follow=True)
    assert "正在检查：第 0 行，共 2 行" in page.content.decode()

    item_import = ItemImport.objects.get()
    run_due("import", at=AT)
    shown = office.get(item_import.get_absolute_url()).content.decode()
    assert "“发布机构”列：单位名录中没有“不存在的局”" in shown
    assert "有 1 个文件没有任何一行用到" in shown
    assert not Item.objects.exists()
    begin = re.search(r'name="version" value="(\d+)">\s*<button[^>]*>确认导入 1 条', shown)

    page = office.post(
        reverse("admin:disclosure_itemimport_begin", args=[item_import.pk]), {"version": begin[1]}, follow=True
    )
    assert "正在导入：第 0 条，共 1 条" in page.content.decode()
    run_due("import", at=AT)

    shown = office.get(item_import.get_absolute_url() + "?rows=done").content.decode()
    assert Item.objects.get().index_number in shown
    assert "确认导入" not in shown


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        (sent(b"x"), "不是XLSX格式"),
        (sent(b"x", name="a.xls"), "另存为 .xlsx"),
        (sent(workbook({"甲": "1"})), "没有找到表头"),
        (sent(workbook(row()), b"x"), "压缩包打不开"),
        (sent(b""), "不是XLSX格式"),
    ],
)
def test_a_file_that_is_none_is_refused_with_a_sentence_and_kept_nowhere(office, told, sentence):
    for upload in told.values():
        if isinstance(upload, SimpleUploadedFile):
            upload.seek(0)

    response = office.post(ADD, told)

    assert sentence in response.content.decode()
    assert not ItemImport.objects.exists()


def test_the_form_sent_twice_makes_one_import(office):
    form_id, data = uuid.uuid4(), workbook(row())

    first, second = (office.post(ADD, sent(data, form_id=form_id)) for _ in range(2))

    assert first.url == second.url
    assert ItemImport.objects.count() == 1


def test_a_page_that_is_out_of_date_begins_nothing(office, cast):
    item_import = checked(cast, workbook(row()))

    response = office.post(reverse("admin:disclosure_itemimport_begin", args=[item_import.pk]), {"version": "1"})

    assert response.status_code == 409
    item_import.refresh_from_db()
    assert item_import.status == "checked"


def test_the_refused_rows_are_downloaded(office, cast):
    item_import = checked(cast, workbook(row(发布机构="不存在的局")))

    response = office.get(reverse("admin:disclosure_itemimport_refused", args=[item_import.pk]))

    assert "不存在的局" in load_workbook(io.BytesIO(response.content)).worksheets[0]["B2"].value


def test_the_progress_alone_comes_for_htmx_and_the_page_anew_when_it_is_done(office, cast):
    item_import = taken_over(cast, workbook(row()))
    address = reverse("admin:disclosure_itemimport_progress", args=[item_import.pk])

    assert office.get(address, headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    assert office.get(address).url == item_import.get_absolute_url()


def test_the_page_stands_while_the_archive_cannot_be_listed(office, cast):
    item_import = checked(cast, workbook(row(附件="a.pdf")), archive({"a.pdf": a_pdf()}))
    Path(item_import.archive.file.path).unlink()

    assert office.get(item_import.get_absolute_url()).status_code == 200


def test_only_the_office_comes_in(client, cast):
    item_import = checked(cast, workbook(row()))
    client.force_login(person("system", "系统管理员", cast.county_office, Role.SYSTEM))

    for name, args in [("add", []), ("change", [item_import.pk]), ("template", []), ("refused", [item_import.pk])]:
        assert client.get(reverse(f"admin:disclosure_itemimport_{name}", args=args)).status_code == 403
    for name in ("begin", "stop"):
        assert client.post(reverse(f"admin:disclosure_itemimport_{name}", args=[item_import.pk])).status_code == 403
