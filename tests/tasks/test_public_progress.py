"""The public's page: counts from accepted reports, words only where released, nothing else of what units write."""

import csv
import io
import re
from datetime import date

import pytest
from django.template.loader import render_to_string
from django.urls import reverse

from tasks.models import Assignment
from tasks.progress.services import release_words, return_report
from tasks.public_progress.counts import Counts, public_points
from tests.tasks import factories, issued
from tests.tasks.factories import NOW, PDF, TODAY, assignment_of, moment

pytestmark = pytest.mark.django_db

YEAR = reverse("tasks:progress-year", args=[2018])
UNITS = reverse("tasks:progress-units", args=[2018])
UNIT = reverse("tasks:progress-unit", args=[2018, "002"])
POINT = reverse("tasks:progress-point", args=[2018, "一(一)1"])
SECRETS = {"text": "内部进展原文", "next_step": "内部打算原文"}


@pytest.fixture(autouse=True)
def _the_day_after(settings, request):
    """Pages are of the last day that is over: all that happens on the day of these tests."""
    for name in {"cast", "notice"} & set(request.fixturenames):
        request.getfixturevalue(name)
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2018-11-21"


def counts(notice, *, on: date = TODAY) -> list[Counts]:
    return [each.counts for each in public_points(notice=notice, on=on)]


def test_nobody_has_begun_before_a_report_is_accepted(cast, notice):
    factories.with_office(cast)

    assert counts(notice)[1] == Counts(total=2)


def test_units_count_as_begun_completed_and_overdue(cast, notice):
    factories.accepted(cast)
    factories.accepted(
        cast, assignment=assignment_of(cast, unit="town"), by=cast.other_clerk, head=cast.other_head,
        percent=100, claims_completion=True, proof=PDF,
    )  # fmt: skip

    first, second = counts(notice)

    assert first == Counts(total=2, completed=1, begun=1, overdue=1)
    assert (first.not_begun, first.percent) == (0, 50)
    assert second == Counts(total=2)


@pytest.mark.parametrize(
    ("completed", "total", "percent"), [(249, 250, 99), (250, 250, 100), (1, 1000, 1), (0, 5, 0), (0, 0, 0), (1, 8, 13)]
)
def test_a_hundred_per_cent_is_said_only_of_the_whole(completed, total, percent):
    assert Counts(total=total, completed=completed).percent == percent


@pytest.mark.parametrize(
    ("counts", "drawn"),
    [
        (Counts(total=10, completed=4, begun=3, overdue=2), ["0.00% 40.00%", "40.00% 70.00%", "70.00% 100.00%", "40.00% 60.00%"]),
        (Counts(total=1000, completed=999, overdue=1), ["0.00% 99.90%", "99.90% 99.90%", "99.40% 100.00%", "99.40% 100.00%"]),
        (Counts(total=1000, completed=1), ["0.00% 0.60%", "0.10% 0.10%", "0.10% 100.00%", "0.10% 0.10%"]),
        (Counts(), ["0.00% 0.00%"] * 4),
    ],
)  # fmt: skip
def test_the_stacked_bar_shows_each_share_and_hides_none(counts, drawn):
    assert [f"{piece.start} {piece.end}" for piece in counts.pieces] == drawn


def test_the_stacked_bar_says_in_words_what_it_shows():
    counts = Counts(total=1609, completed=42, begun=497, overdue=2)

    page = render_to_string("components/_stack.html", {"counts": counts, "label": "全县", "has_key": True})

    assert counts.sentence == "1609项任务，办结42项，逾期2项"
    assert 'aria-label="全县：1609项任务，办结42，办理中497，未开始1070，其中逾期2"' in page
    assert re.findall(r"</svg>\s*(\S+) <strong>(\S+)</strong>", page) == [
        ("办结", "42"), ("办理中", "497"), ("未开始", "1070"), ("其中逾期", "2"),
    ]  # fmt: skip
    assert "style=" not in page


def test_the_stacked_bar_is_a_table_at_one_click():
    counts = Counts(total=1609, completed=42, begun=497, overdue=2)

    page = render_to_string("components/_stack.html", {"counts": counts, "label": "全县", "has_key": True})
    alone = render_to_string("components/_stack.html", {"counts": counts, "label": "全县"})

    rows = re.findall(
        r'<th scope="row">([^<]+)</th><td class="numeric">(\d+)</td><td class="numeric">(\d+%)</td>', page
    )
    assert rows == [
        ("办结", "42", "3%"), ("办理中", "497", "31%"), ("未开始", "1070", "67%"), ("其中逾期", "2", "1%"), ("合计", "1609", "100%"),
    ]  # fmt: skip
    assert "<table" not in alone  # it may stand in a summary


def test_an_earlier_day_is_shown_as_it_was(cast, notice):
    factories.accepted(cast, percent=100, claims_completion=True, proof=PDF, at=moment(10, 30))

    assert counts(notice, on=date(2018, 10, 29))[0] == Counts(total=2)
    assert counts(notice, on=date(2018, 10, 30))[0] == Counts(total=2, completed=1)


def test_what_does_not_apply_to_a_unit_is_not_counted(cast, notice):
    Assignment.objects.filter(pk=assignment_of(cast).pk).update(
        status="not_applicable", ended_on=NOW.date(), ended_reason="无此职责"
    )

    assert counts(notice)[0] == Counts(total=1, overdue=1)


def test_only_released_words_are_shown(client, cast, notice):
    hidden = factories.accepted(cast, of="第三季度", public_summary="未放行的表述")
    shown = factories.accepted(cast, public_summary="财政预算已全部公开")
    release_words(report=shown, by=cast.office, at=NOW)

    page = client.get(POINT).text

    assert "财政预算已全部公开" in page
    assert hidden.public_summary not in page


def test_the_newest_released_words_of_a_unit_stand_for_it(client, cast, notice):
    said = [("第三季度", 0, "三季度的话"), ("第四季度", 0, "四季度的话"), ("第四季度", 1, "补充的话")]
    for place, (of, supplement, words) in enumerate(said):
        report = factories.accepted(cast, of=of, supplement=supplement, public_summary=words)
        release_words(report=report, by=cast.office, at=NOW)

        page = client.get(POINT).text

        assert [words for _, _, words in said if words in page] == [said[place][2]]


@pytest.mark.parametrize("station", ["draft", "with_head", "with_office", "accepted", "returned"])
def test_nothing_internal_leaks(client, cast, notice, station):
    """Whatever state a report is in, its text, reason, evidence and unreleased words stay inside."""
    how = {**SECRETS, "public_summary": "未放行的表述", "proof": PDF}
    if station == "returned":
        report = factories.with_office(cast, **how)
        return_report(report=report, reason="内部退回理由", by=cast.office, at=NOW)
    else:
        report = factories.STATIONS[station](cast, **how)
    proof = report.evidence.get()

    pages = "".join(client.get(address).text for address in [YEAR, reverse("tasks:progress"), UNITS, UNIT, POINT])

    secrets = [*SECRETS.values(), "未放行的表述", "内部退回理由", "佐证.pdf", str(proof.file_id), cast.clerk.name]
    assert [secret for secret in secrets if secret in pages] == []


def test_the_page_of_a_year_does_not_change_while_only_drafts_change(client, cast, notice):
    before = client.get(YEAR).content
    factories.with_office(cast, **SECRETS)

    assert client.get(YEAR).content == before


def test_a_draft_notice_and_an_unknown_year_are_not_found(client, cast, notice):
    type(notice).objects.filter(pk=notice.pk).update(status="draft")

    assert {client.get(address).status_code for address in [YEAR, UNITS, UNIT, POINT]} == {404}
    assert client.get(reverse("tasks:progress-year", args=[10**30])).status_code == 404
    assert "关于印发2018年工作要点的通知" not in client.get(reverse("tasks:progress")).text


def test_without_a_year_the_only_one_is_shown_and_offers_no_switch(client, cast, notice):
    factories.accepted(cast)
    page = client.get(reverse("tasks:progress"), {"state": "begun"})

    assert shown(page) == shown(client.get(YEAR, {"state": "begun"})) == ["一(一)1"]
    assert f'<link rel="canonical" href="http://testserver{YEAR}">' in page.text
    assert 'aria-label="年度"' not in page.text


@pytest.mark.parametrize(("day", "year"), [("2018-11-21", 2018), ("2019-03-04", 2019), ("2020-01-01", 2019)])
def test_without_a_year_that_of_the_day_is_shown_with_the_switch(client, cast, notice, settings, day, year):
    issued.issued_notice(cast, year=2019)
    settings.CLOCK_DATE = settings.CLOCK_SINCE = day

    page = client.get(reverse("tasks:progress")).text

    assert f"<h1>{year}年<wbr>政务公开<wbr>工作要点进展</h1>" in page
    assert all(f'href="{reverse("tasks:progress-year", args=[each])}"' in page for each in (2018, 2019))


@pytest.mark.parametrize("address", [YEAR, reverse("tasks:progress"), UNITS, UNIT, POINT])
def test_the_pages_are_only_read(client, cast, notice, address):
    assert client.post(address).status_code == 405


@pytest.mark.parametrize("points", [1, 3, 30])
def test_the_page_costs_the_same_queries_for_any_number_of_points(client, cast, points, django_assert_num_queries):
    factories.issued_notice(cast, due_dates=[date(2018, 12, 31)] * points)
    release_words(report=factories.accepted(cast, public_summary="已公开"), by=cast.office, at=NOW)

    with django_assert_num_queries(6):  # notice, years, units, counts, points, their editions
        client.get(YEAR)
    with django_assert_num_queries(4):  # notice, years, counts, units
        client.get(UNITS)
    with django_assert_num_queries(5):  # notice, unit, its years, assignments, words
        client.get(UNIT)
    with django_assert_num_queries(4):  # notice, point, assignments, words
        client.get(POINT)


# --- By unit, by point -------------------------------------------------------------------------------------


def test_each_unit_is_counted_and_leads_to_its_page(client, cast, notice):
    factories.accepted(cast)

    page = client.get(UNITS)

    rows = {row.unit: row.counts for row in page.context["page"]}
    assert rows == {cast.finance: Counts(total=2, begun=1, overdue=1), cast.town: Counts(total=2, overdue=1)}
    assert page.context["counts"] == client.get(YEAR).context["counts"]
    assert f'href="{UNIT}"' in page.text


def test_a_unit_and_a_point_say_how_each_assignment_stands(client, cast, notice):
    factories.accepted(cast)
    done = {"percent": 100, "claims_completion": True, "proof": PDF}
    factories.accepted(cast, assignment=assignment_of(cast, point=2), **done)

    unit, point = client.get(UNIT), client.get(POINT)

    assert [(row.point.key, row.status, row.is_overdue) for row in unit.context["rows"]] == [
        ("一(一)1", "办理中", True),
        ("一(一)2", "办结", False),
    ]
    assert [(row.unit, row.status) for row in point.context["rows"]] == [
        (cast.finance, "办理中"),
        (cast.town, "未开始"),
    ]
    assert f'href="{POINT}"' in unit.text
    assert f'href="{UNIT}"' in point.text
    assert f'href="{POINT}"' in client.get(YEAR).text


def test_released_words_stand_with_their_assignment(client, cast, notice):
    factories.accepted(cast, of="第三季度", public_summary="未放行的表述")
    release_words(report=factories.accepted(cast, public_summary="财政预算已全部公开"), by=cast.office, at=NOW)

    for address in (UNIT, POINT):
        page = client.get(address)
        assert [row.words.text for row in page.context["rows"] if row.words] == ["财政预算已全部公开"]
        assert "未放行的表述" not in page.text


def test_what_does_not_apply_any_more_is_on_no_page(client, cast, notice):
    Assignment.objects.filter(pk=assignment_of(cast).pk).update(
        status="not_applicable", ended_on=NOW.date(), ended_reason="无此职责"
    )

    assert [row.point.key for row in client.get(UNIT).context["rows"]] == ["一(一)2"]
    assert [row.unit for row in client.get(POINT).context["rows"]] == [cast.town]


def test_a_unit_that_is_asked_for_nothing_and_an_unknown_point_are_not_found(client, cast, notice):
    for unknown in (cast.county_office.code, "999", "' OR 1=1"):
        assert client.get(reverse("tasks:progress-unit", args=[2018, unknown])).status_code == 404
    for unknown in ("九(九)9", "一(一)1/x", "#2"):
        assert client.get(reverse("tasks:progress-point", args=[2018, unknown])).status_code == 404


def test_search_engines_are_told_of_every_page(client, cast, notice):
    told = b"".join(client.get("/sitemap-pages.xml")).decode()

    assert [address for address in (YEAR, UNITS, POINT) if f"http://testserver{address}<" not in told] == []


# --- Narrowed, sorted, taken along --------------------------------------------------------------------------


def shown(page) -> list[str]:
    return [each.point.key for part in page.context["parts"] for each in part.points]


def test_the_year_has_a_row_for_each_point_and_its_words_only_behind_it(client, cast, notice):
    point = notice.points.get(key="一(一)1")

    page = client.get(YEAR)

    assert f'<span class="point-name">{point.title}</span>' in page.text
    assert point.text not in page.text
    assert point.text in client.get(POINT).text


@pytest.mark.parametrize(
    ("query", "keys", "total"),
    [
        ("", ["一(一)1", "一(一)2"], 4),
        ("state=overdue", ["一(一)1"], 4),
        ("state=begun", ["一(一)1"], 4),
        ("state=not_begun", ["一(一)1", "一(一)2"], 4),
        ("state=completed", [], 4),
        ("unit=002", ["一(一)1", "一(一)2"], 2),
        ("unit=002&state=not_begun", ["一(一)2"], 2),
        ("q=第2条", ["一(一)2"], 2),
        ("q=一（一）1", ["一(一)1"], 2),
        ("q=没有这个词", [], 0),
        ("state=nonsense", ["一(一)1", "一(一)2"], 4),
        ("unit=999", ["一(一)1", "一(一)2"], 4),
    ],
)
def test_unit_words_and_state_narrow_the_points(client, cast, notice, query, keys, total):
    factories.accepted(cast)

    page = client.get(f"{YEAR}?{query}")

    assert shown(page) == keys
    assert page.context["counts"].total == total


def test_a_chosen_state_is_kept_while_the_rest_is_changed(client, cast, notice):
    page = client.get(f"{YEAR}?state=overdue&unit=002&page=7&other=x").text

    assert '<input type="hidden" name="state" value="overdue">' in page
    assert 'href="?state=begun&amp;unit=002"' in page
    assert "page=7" not in page
    assert "other=x" not in page


def test_what_is_shown_can_be_taken_along(client, cast, notice):
    factories.accepted(cast, text="内部进展原文")

    response = client.get(f"{YEAR}?state=overdue&format=csv")

    assert response["Content-Type"].startswith("text/csv")
    head, *rows = csv.reader(io.StringIO(response.text.removeprefix("\ufeff")))
    assert head[:2] == ["编号", "短标题"]
    assert [(row[0], row[-5:]) for row in rows] == [("一(一)1", ["2", "0", "1", "1", "2"])]
    assert "内部" not in response.text


def test_units_stand_by_kind_and_the_most_overdue_first(client, cast, notice):
    kinds = {"department": "县级部门", "street": "街道", "town": "镇", "township": "乡", "office": "县级部门"}
    late, other = assignment_of(cast), assignment_of(cast, unit="town")
    Assignment.objects.filter(unit=other.unit).update(due_date=TODAY)

    page, by_name = client.get(UNITS), client.get(f"{UNITS}?sort=name")
    file = client.get(f"{UNITS}?format=csv")

    assert [(row.unit, row.kind) for row in page.context["page"]] == [
        (late.unit, kinds[late.unit.kind]), (other.unit, kinds[other.unit.kind]),
    ]  # fmt: skip
    assert 'aria-sort="ascending"' in by_name.text
    assert client.get(f"{UNITS}?sort=unit__code").context["sort"] == "overdue"
    assert file.text.count(late.unit.name) == 1


def test_a_part_without_a_title_has_a_name_beside_its_bar_as_above_it(client, cast, notice):
    notice.points.update(part_number="", part_title="", section_number="", section_title="")

    page = client.get(YEAR).text

    assert "<h2>工作要点</h2>" in page
    assert re.findall(r'aria-label="([^："]*)：\d+项任务', page)[:2] == ["全部要点", "工作要点"]
