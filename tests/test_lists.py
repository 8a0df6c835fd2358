"""Every list of the portal, generated from what is registered: what leaves it as a file, and what it costs."""

import csv
import io
from datetime import date
from uuid import uuid4

import pytest
from django.contrib import admin
from django.contrib.admin.utils import label_for_field
from django.db import connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from disclosure.requests.office.admin import UnitsOfMatter
from ninghai.accounts.permission_table import GET, is_named
from ninghai.jobs.queue import queue_job
from ninghai.models import AuditEntry, Case, Delivery, Role, Unit, User, Workday
from ninghai.staff_site.model_admin import OfficeModelAdmin
from tasks.models import Assignment, Petition
from tasks.models.states import Light
from tasks.petitions.services import ask
from tests.cast import Cast, person
from tests.county import make_county
from tests.more_rows import copy_of
from tests.reports.makers import NOW, TODAY, assignment
from tests.worlds import world

ADMINS = {each.model._meta.label_lower: each for each in admin.site._registry.values()}
FEW, MANY = 3, 30


def make_full_county(cast: Cast) -> Cast:
    """A county with its administrators, and with what the portal keeps."""
    make_county(cast)
    for role in (Role.SYSTEM, Role.SECURITY, Role.AUDITOR):
        person(role, role.label, cast.county_office, role)
    make_what_the_portal_keeps(cast)
    return cast


full_county = world("full_county", make_full_county, on=("cast",))


@pytest.fixture
def county(full_county: Cast, settings) -> Cast:
    settings.CLOCK_DATE, settings.CLOCK_SINCE = TODAY.isoformat(), TODAY.isoformat()
    return full_county


def make_what_the_portal_keeps(cast: Cast) -> None:
    """A day of the calendar, a sent message; and a unit's petition."""
    day = {"kind": Workday.Kind.HOLIDAY, "name": "国庆节", "source": "放假通知"}
    Workday.objects.update_or_create(date=date(2018, 10, 1), defaults=day)
    Delivery.objects.create(channel="email", recipient=cast.clerk, event="digest:1", job=queue_job("email", 1))
    asks = {"kind": Petition.Kind.EXTENSION, "wanted_until": date(2019, 3, 1), "reason": "系统改造尚未验收"}
    ask(assignment=assignment("二1", "深甽镇"), form_id=uuid4(), by=cast.other_clerk, at=NOW, **asks)


def reader_of(shown: OfficeModelAdmin) -> Client:
    """Signed in as somebody who may see the list."""
    page = f"admin:{shown.opts.app_label}_{shown.opts.model_name}_changelist"
    user = next(user for user in User.objects.order_by("pk") if is_named(user, page, GET))
    client = Client()
    client.force_login(user)
    return client


def list_of(model: type[models.Model], page: str = "changelist") -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}")


def test_every_list_is_of_the_office():
    assert [name for name, each in ADMINS.items() if not isinstance(each, OfficeModelAdmin)] == []


@pytest.mark.parametrize("name", ADMINS)
def test_every_head_of_a_list_is_in_words_of_the_county(name):
    """A property without a description would be headed by its Python name, on the screen and in the file."""
    shown = ADMINS[name]
    heads = [str(label_for_field(each, shown.model, shown)) for each in shown.list_display]

    assert [head for head in heads if not any("一" <= letter <= "鿿" for letter in head)] == []


# --- As a file --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ADMINS)
def test_a_file_has_the_rows_of_the_list(county, name):
    """All pages of it, under the heads of the screen; who took it is on record."""
    shown = ADMINS[name]
    reader, model = reader_of(shown), shown.model
    before = reader.get(list_of(model)).context["cl"]

    as_csv = reader.get(list_of(model, "csv"))
    rows = list(csv.reader(io.StringIO(b"".join(as_csv).decode("utf-8-sig"))))
    sheet = load_workbook(io.BytesIO(reader.get(list_of(model, "xlsx")).content)).active

    its_own_record = int(model is AuditEntry)
    assert len(rows) - 1 == before.result_count + its_own_record
    assert len(rows[0]) == len([column for column in before.list_display if column != "action_checkbox"])
    assert [str(cell.value or "") for cell in sheet[1]] == rows[0]
    assert AuditEntry.objects.filter(action="export").count() == 2


def test_a_file_takes_the_filters_and_no_cell_is_a_formula(county):
    Unit.objects.filter(pk=county.town.pk).update(name="=HYPERLINK(1)")
    reader = reader_of(ADMINS["ninghai.unit"])

    rows = list(
        csv.DictReader(io.StringIO(b"".join(reader.get(f"{list_of(Unit, 'csv')}?kind=town")).decode("utf-8-sig")))
    )

    assert [row["单位全称"] for row in rows] == ["'=HYPERLINK(1)"]
    assert AuditEntry.objects.filter(action="export").get().detail["filter"] == "kind=town"


def test_a_file_says_lights_choices_and_truths_in_words(county):
    reader = reader_of(ADMINS["tasks.assignment"])

    rows = list(csv.DictReader(io.StringIO(b"".join(reader.get(list_of(Assignment, "csv"))).decode("utf-8-sig"))))

    assert {row["今日状态"] for row in rows} <= {f"任务{label}" for label in Light.labels}
    assert {row["角色"] for row in rows} == {"责任"}


def test_a_list_that_is_too_long_for_a_file_says_so(county, monkeypatch):
    monkeypatch.setattr("ninghai.staff_site.list_tools.MOST_ROWS", 2)
    reader = reader_of(ADMINS["ninghai.unit"])

    response = reader.get(list_of(Unit, "xlsx"), {"q": "县"}, follow=True)

    assert "一次最多导出2行" in response.content.decode()
    assert response.redirect_chain[-1][0] == f"{list_of(Unit)}?q=%E5%8E%BF"
    assert not AuditEntry.objects.filter(action="export").exists()


def test_a_filter_that_is_none_exports_nothing(county):
    response = reader_of(ADMINS["ninghai.unit"]).get(list_of(Unit, "csv"), {"planet": "mars"}, follow=True)

    assert "没有导出" in response.content.decode()


# --- What it costs -----------------------------------------------------------------------------------------


def queries_of(reader: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        response = reader.get(address)
        b"".join(response)
    assert response.status_code == 200
    return len(asked)


def add_rows(shown: OfficeModelAdmin, record: models.Model, how_many: int) -> None:
    """Of units, the lists about a kind of case show those that have a register: each gets a case."""
    for _ in range(how_many):
        copied = copy_of(record)
        if isinstance(shown, UnitsOfMatter):
            copy_of(Case.objects.filter(kind=shown.matter.kind).earliest("pk"), unit_id=copied.pk)


@pytest.mark.parametrize("page", ["changelist", "csv"])
@pytest.mark.parametrize("name", ADMINS)
def test_a_list_of_the_office_costs_the_same_with_many_rows(county, name, page):
    shown = ADMINS[name]
    reader, address = reader_of(shown), list_of(shown.model, page)
    listed = reader.get(list_of(shown.model)).context["cl"]
    if not listed.result_list:
        pytest.skip("the county has no such record")
    record = listed.result_list[0]
    add_rows(shown, record, FEW)
    queries_of(reader, address)  # what is asked once and kept
    few = queries_of(reader, address)

    add_rows(shown, record, MANY - FEW)

    assert queries_of(reader, address) <= few
    assert reader.get(list_of(shown.model)).context["cl"].result_count >= MANY
