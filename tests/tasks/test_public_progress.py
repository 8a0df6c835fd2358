"""The public's page: counts from accepted reports, words only where released, nothing else of what units write."""

import re
from datetime import date

import pytest
from django.template.loader import render_to_string
from django.urls import reverse

from ninghai.models import Unit
from tasks.models import Assignment, ProgressReport
from tasks.progress.services import release_words, return_report
from tasks.public_progress.counts import MOST_WORDS, Counts, public_progress
from tests.tasks import factories
from tests.tasks.factories import NOW, PDF, TODAY, assignment_of, moment

pytestmark = pytest.mark.django_db

YEAR = reverse("tasks:progress-year", args=[2018])
UNITS = reverse("tasks:progress-units", args=[2018])
UNIT = reverse("tasks:progress-unit", args=[2018, "002"])
POINT = reverse("tasks:progress-point", args=[2018, "一(一)1"])
SECRETS = {"text": "内部进展原文", "next_step": "内部打算原文"}


def counts(notice, *, on: date = TODAY) -> list[Counts]:
    return [each.counts for part in public_progress(notice=notice, on=on) for s in part.sections for each in s.points]


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
    assert re.findall(r"</svg>(\S+) <strong>(\S+)</strong>", page) == [
        ("办结", "42"), ("办理中", "497"), ("未开始", "1070"), ("其中逾期", "2"),
    ]  # fmt: skip
    assert "style=" not in page


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

    page = client.get(YEAR).text

    assert "财政预算已全部公开" in page
    assert hidden.public_summary not in page


def test_the_newest_released_words_of_a_unit_stand_for_it(client, cast, notice):
    said = [("第三季度", 0, "三季度的话"), ("第四季度", 0, "四季度的话"), ("第四季度", 1, "补充的话")]
    for place, (of, supplement, words) in enumerate(said):
        report = factories.accepted(cast, of=of, supplement=supplement, public_summary=words)
        release_words(report=report, by=cast.office, at=NOW)

        page = client.get(YEAR).text

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


@pytest.mark.parametrize("address", [YEAR, reverse("tasks:progress"), UNITS, UNIT, POINT])
def test_the_pages_are_only_read(client, cast, notice, address):
    assert client.post(address).status_code == 405


@pytest.mark.parametrize("points", [1, 3, 30])
def test_the_page_costs_the_same_queries_for_any_number_of_points(
    client, cast, settings, points, django_assert_num_queries
):
    settings.CLOCK_DATE = TODAY.isoformat()
    factories.issued_notice(cast, due_dates=[date(2018, 12, 31)] * points)
    release_words(report=factories.accepted(cast, public_summary="已公开"), by=cast.office, at=NOW)

    with django_assert_num_queries(5):  # notice, points, their editions, counts, words
        client.get(YEAR)
    with django_assert_num_queries(3):  # notice, counts, units
        client.get(UNITS)
    with django_assert_num_queries(4):  # notice, unit, assignments, words
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


def test_the_year_shows_few_words_of_a_point_and_the_way_to_all(client, cast, notice):
    """A hundred thousand assignments must not stand on one page."""
    units = [
        Unit.objects.create(code=f"9{at:02}", name=f"宁海县第{at}局", short_name=f"县第{at}局", position=100 + at)
        for at in range(MOST_WORDS + 2)
    ]
    task = assignment_of(cast).task
    for at, unit in enumerate(units):
        report = factories.accepted(cast, public_summary=f"第{at}局已公开")
        owed = Assignment.objects.create(
            task=task, unit=unit, role="responsible", key=f"2018-x-{at}", made_on=report.assignment.made_on,
            due_date=report.assignment.due_date,
        )  # fmt: skip
        ProgressReport.objects.filter(pk=report.pk).update(assignment=owed)
        report.refresh_from_db()
        release_words(report=report, by=cast.office, at=NOW)

    page = client.get(YEAR)

    shown = [f"第{at}局已公开" in page.text for at in range(len(units))]
    assert shown == [True] * MOST_WORDS + [False] * 2
    assert f"单位公开表述（{len(units)}条）" in page.text
    assert f"查看全部{len(units)}条" in page.text
    assert all(f"第{at}局已公开" in client.get(POINT).text for at in range(len(units)))
