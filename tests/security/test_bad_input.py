"""Nonsense that no generator would think of: days, rows, numbers and versions that cannot be. The rest is in `hostile`."""

import pytest

from ninghai.models import AuditEntry, JobStatus, Role
from reports.models import Report
from tests.cast import person
from tests.tasks.issued import draft_notice

IMPOSSIBLE_DAYS = [
    {"year": "99999999999"},
    {"year": "9999"},
    {"year": "9999", "month": "12"},
    {"year": "9999", "month": "12", "day": "31"},
    {"year": "2018", "month": "13"},
    {"year": "2018", "month": "99999999999999"},
    {"year": "2018", "month": "2", "day": "30"},
    {"year": "0"},
]


@pytest.mark.parametrize("day", IMPOSSIBLE_DAYS, ids=str)
def test_a_list_bears_days_that_are_not_in_the_calendar(client, cast, day):
    client.force_login(cast.office)

    response = client.get("/admin/ninghai/workday/", {f"date__{part}": number for part, number in day.items()})

    assert response.status_code in {200, 302}


@pytest.mark.parametrize("row", ["", "x", "\x00", "²", "1'", "9" * 30])
def test_an_action_bears_rows_that_were_never_on_the_page(client, cast, row):
    client.force_login(cast.office)

    response = client.post(
        "/admin/tasks/progressreport/", {"action": "accept_selected", "_selected_action": row, "index": "0"}
    )

    assert response.status_code in {200, 302}


@pytest.mark.parametrize("number", ["²", "٣", "x", "0", "9" * 30])
@pytest.mark.parametrize(
    "model", ["disclosure/item", "tasks/workpointnotice", "tasks/spotcheck", "tasks/progressreport", "reports/report"]
)
def test_an_office_page_bears_any_number(client, cast, model, number):
    client.force_login(cast.office)

    assert client.get(f"/admin/{model}/{number}/change/").status_code in {302, 404}


@pytest.mark.parametrize("version", ["x", "", "9" * 5000, "-1"])
def test_issuing_bears_any_version(client, cast, version):
    notice = draft_notice(cast)
    client.force_login(cast.office)

    response = client.post(f"/admin/tasks/workpointnotice/{notice.pk}/issue/", {"version": version})

    assert response.status_code == 409  # no version that anybody can have seen
    notice.refresh_from_db()
    assert notice.status == "draft"


def test_the_audit_trail_names_a_rendering_in_chinese(client, cast):
    """A report has two fields with statuses: its sign-off and its rendering."""
    entry = AuditEntry(target_type=Report._meta.label_lower, from_status=JobStatus.RUNNING, to_status=JobStatus.DONE)
    assert entry.status_label(entry.from_status) == "生成中"
    assert entry.status_label("signed") == "已签发"
    assert entry.status_label("no longer known") == "no longer known"

    AuditEntry.objects.record(
        action="render", target=cast.office, by=None, at="2018-11-20T10:00:00+08:00", to_status="ready"
    )
    client.force_login(person("auditor", "审计管理员", cast.county_office, Role.AUDITOR))
    assert client.get("/admin/ninghai/auditentry/").status_code == 200
