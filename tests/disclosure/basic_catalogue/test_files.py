"""An edition as a file: the printed table, plain rows, data."""

import csv
import io
import json

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from disclosure.basic_catalogue.views import edition_as_csv, edition_as_json, edition_as_xlsx
from disclosure.models import CatalogueEntry
from tests.disclosure.basic_catalogue.makers import duty, edition_of, entry


@pytest.fixture
def edition(catalogue, cast):
    CatalogueEntry.objects.filter(code="0101").update(channels=["website", "gazette"], at_town=True, legal_basis="=1+1")
    duty(entry("0102"), "010201", "部门决算", position=4)
    return edition_of(catalogue, by=cast.office)


@pytest.fixture
def sheet(edition):
    return load_workbook(io.BytesIO(edition_as_xlsx(edition))).active


def test_the_table_is_printed_as_counties_print_it(sheet):
    heads = [sheet.cell(row=2, column=place).value for place in range(1, 14)]

    assert sheet["A1"].value == "主动公开基本目录（第1版）"
    assert heads[:6] == ["序号", "公开事项", None, None, "公开内容（要素）", "公开依据"]
    assert [sheet.cell(row=3, column=place).value for place in (2, 3, 4)] == ["一级事项", "二级事项", "三级事项"]
    assert "公开渠道和载体" in heads
    assert sheet.freeze_panes == "B4"
    assert sheet.print_title_rows == "$2:$3"
    assert sheet.page_setup.orientation == "landscape"


def test_headings_span_their_duties(sheet):
    merged = {str(area) for area in sheet.merged_cells.ranges}

    assert "B2:D2" in merged  # 公开事项
    assert "B4:B6" in merged  # 财政 over 预算, 决算 and 部门决算
    assert "C4:D4" in merged  # 预算 has no third level
    assert (sheet["B4"].value, sheet["C4"].value, sheet["D6"].value) == ("财政", "预算", "部门决算")


def test_channels_are_ticked(sheet):
    boxes = next(cell.value for cell in sheet[4] if cell.value and "■" in str(cell.value))

    assert boxes.startswith("■政府网站\n■政府公报\n□两微一端")
    assert boxes.count("□") == 11


def test_no_cell_is_a_formula(sheet, edition):
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    assert "'=1+1" in edition_as_csv(edition)


def test_rows_and_data_say_the_same(edition):
    rows = list(csv.DictReader(io.StringIO(edition_as_csv(edition).removeprefix("\ufeff"))))
    data = json.loads(edition_as_json(edition))

    assert [row["编码"] for row in rows] == [each["code"] for each in data["entries"]]
    assert [row["层次"] for row in rows] == ["1", "2", "2", "3", "1", "2"]
    budget = data["entries"][1]
    assert budget["limit"] == {"amount": 20, "unit": "working_day", "event": "formed"}
    assert budget["units"][0]["name"] == rows[1]["责任单位"] == "县财政局"
    assert rows[1]["公开层级"] == "县级、乡级"
    assert (data["edition"], data["catalogue"]["code"]) == (1, "county")


@pytest.mark.parametrize(("ending", "media_type"), [("xlsx", "openxmlformats"), ("csv", "text/csv"), ("json", "json")])
def test_files_are_sent_under_their_names(client, edition, ending, media_type):
    response = client.get(f"/catalogue/basic/county/1.{ending}")

    assert media_type in response["Content-Type"]
    assert response["Content-Disposition"].startswith("attachment")
    assert response["Content-Disposition"].endswith(f".{ending}")


def test_who_has_it_made_anew_without_end_is_told_when_to_go_on(edition, client, settings):
    settings.RATE_LIMITS = {"search": (0, 60), "export": (2, 600)}
    xlsx, csv, json = (
        reverse("disclosure:edition-file", args=[edition.catalogue.code, edition.number, ending])
        for ending in ("xlsx", "csv", "json")
    )

    made = [client.get(address).status_code for address in (xlsx, csv, json)]
    kept = [client.get(xlsx, {"again": number}).status_code for number in range(3)]

    assert made == [200, 200, 429]
    assert kept == [200, 200, 200]  # what is kept is not made anew, whatever else the address says
