"""Nonsense in addresses and forms is answered with a hint, a refusal or nothing found: never with an error of ours."""

import itertools

import pytest

from ninghai.models import AuditEntry, Role
from reports.models import Report
from reports.states import RenderStatus
from tests.cast import person
from tests.disclosure.makers import in_review, published
from tests.tasks.issued import draft_notice

NUMBERS = ["", "0", "-1", "x", "9" * 10, "9" * 30, "9" * 4500, "1.5", "NaN", "²", "٣", "\x01"]
WORDS = [
    *["%", "_", "'", '"', '""', "\\", "a & b", "!a", "a:*", "<->", "(", "财", "财政", '"财政"', "*财*", "😀"],
    *["\u202e", "\ufffe", "ﷺ" * 100, "<script>alert(1)</script>", "{{7*7}}", "../../etc/passwd", "\r\nSet-Cookie: a=b"],
    *["a " * 3000, '"' * 100],
]

PUBLIC = {
    "/catalogue/": ["q", "unit", "entry", "topic", "kind", "year", "validity", "sort", "page"],
    "/catalogue/export/": ["q", "unit", "format", "year", "sort"],
    "/catalogue/suggest/": ["q"],
    "/catalogue/attachments/": ["q", "year"],
    "/feeds/catalogue.xml": ["q", "unit", "year"],
    "/api/v1/items/": ["q", "unit", "year", "size", "cursor"],
    "/verify/": ["code"],
    "/login/": ["next"],
}
OFFICE_LISTS = {
    "/admin/tasks/finding/": ["q", "o", "p", "rectify_by_date__year", "outcome__exact"],
    "/admin/ninghai/workday/": ["q", "o", "p", "date__year", "kind__exact"],
    "/admin/tasks/assignment/": ["q", "o", "p", "light", "unit__id__exact", "role__exact"],
    "/admin/tasks/progressreport/": ["q", "o", "p", "status__exact", "period__id__exact"],
    "/admin/disclosure/item/": ["q", "o", "p", "status__exact", "unit__id__exact"],
}
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


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_bear_any_parameter(client, cast, address):
    published(cast)
    for name, value in itertools.product(PUBLIC[address], NUMBERS + WORDS):
        response = client.get(address, {name: value})
        assert response.status_code < 500, (name, value)
        body = b"".join(response.streaming_content) if response.streaming else response.content
        assert b"<script>alert(1)" not in body, name


@pytest.mark.parametrize("address", OFFICE_LISTS)
def test_the_offices_lists_bear_any_parameter(client, cast, address):
    in_review(cast)
    client.force_login(cast.office)
    for name, value in [*itertools.product(OFFICE_LISTS[address], NUMBERS), *(("q", word) for word in WORDS)]:
        response = client.get(address, {name: value})
        assert response.status_code < 500, (name, value)
        assert b"<script>alert(1)" not in response.content, name


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

    assert response.status_code == 200  # the page once more, with what keeps it from being issued
    notice.refresh_from_db()
    assert notice.status == "draft"


def test_the_audit_trail_names_a_rendering_in_chinese(client, cast):
    """A report has two fields with statuses: its sign-off and its rendering."""
    entry = AuditEntry(
        target_type=Report._meta.label_lower, from_status=RenderStatus.RENDERING, to_status=RenderStatus.READY
    )
    assert entry.status_label(entry.from_status) == "生成中"
    assert entry.status_label("signed") == "已签发"
    assert entry.status_label("no longer known") == "no longer known"

    AuditEntry.objects.record(
        action="render", target=cast.office, by=None, at="2018-11-20T10:00:00+08:00", to_status="ready"
    )
    client.force_login(person("auditor", "审计管理员", cast.county_office, Role.AUDITOR))
    assert client.get("/admin/ninghai/auditentry/").status_code == 200
