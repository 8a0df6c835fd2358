"""The server enforces the matrix: what a row no longer names is closed at once, whatever the rules of the view say."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse

from ninghai.accounts.permission_table import people_by_act, rows_by_app
from ninghai.models import AuditEntry
from tasks.models import ProgressReport
from tests.tasks.factories import assignment_of, issued_notice, period, signed_in

pytestmark = pytest.mark.django_db

FORM = {"text": "已完成大半", "percent": "60", "next_step": "", "public_summary": "", "version": "0", "supplement": "0"}


@pytest.fixture
def notice(cast):
    return issued_notice(cast)


@pytest.fixture
def close(monkeypatch) -> Iterator[Callable[[str], None]]:
    """Take an address out of every row."""

    def out_of_the_table(address: str) -> None:
        left = {
            app: tuple(replace(row, addresses=tuple({*row.addresses} - {address})) for row in rows)
            for app, rows in rows_by_app().items()
        }
        monkeypatch.setattr("ninghai.accounts.permission_table.rows_by_app", lambda: left)
        people_by_act.cache_clear()

    yield out_of_the_table
    people_by_act.cache_clear()


def _report(cast, act: str) -> str:
    return reverse(f"tasks:report-{act}", args=[assignment_of(cast).pk, period().pk])


def test_an_act_that_no_row_names_is_refused_and_writes_nothing(cast, notice, close):
    close("tasks:report-draft")

    answer = signed_in(cast.clerk).post(_report(cast, "draft"), FORM)

    assert (answer.status_code, ProgressReport.objects.exists()) == (403, False)
    refused = AuditEntry.objects.get(action=AuditEntry.Action.REFUSED)
    assert refused.actor == cast.clerk


def test_what_somebody_may_not_see_is_not_there_before_it_is_refused(cast, notice, close):
    close("tasks:report-draft")

    answers = [signed_in(cast.other_clerk).post(_report(cast, "draft"), {**FORM, "version": at}) for at in ("0", "")]

    assert [answer.status_code for answer in answers] == [404, 404]


def test_a_refusal_comes_before_a_page_that_is_out_of_date(cast, notice, close):
    close("tasks:report-draft")

    assert signed_in(cast.clerk).post(_report(cast, "draft"), {**FORM, "version": "7"}).status_code == 403


def test_the_script_that_saves_by_itself_reads_a_sentence(cast, notice, close):
    close("tasks:report-autosave")

    answer = signed_in(cast.clerk).post(_report(cast, "autosave"), FORM)

    assert (answer.status_code, "其他单位或角色" in answer.json()["words"]) == (403, True)
    assert not ProgressReport.objects.exists()


@pytest.mark.parametrize("address", ["account", "tasks:work", "admin:ninghai_unit_changelist"])
def test_a_page_that_no_row_names_is_closed(cast, close, address):
    close(address)

    assert signed_in(cast.office).get(reverse(address)).status_code == 403


def test_also_a_page_for_everybody(cast, close):
    assert Client().get("/catalogue/").status_code == 200

    close("disclosure:item-list")

    assert Client().get("/catalogue/?page=1").status_code == 403


def test_a_list_that_a_role_may_not_read_is_not_offered(cast, close):
    close("admin:ninghai_unit_changelist")

    desk = signed_in(cast.office).get(reverse("admin:index"))

    assert desk.status_code == 200
    assert reverse("admin:ninghai_unit_changelist") not in desk.text


def test_who_has_no_role_keeps_their_own_account(cast, close):
    cast.clerk.memberships.all().delete()

    client = signed_in(cast.clerk)

    assert client.get(reverse("account")).status_code == 200
    assert client.get(reverse("disclosure:work-coverage")).status_code == 403
