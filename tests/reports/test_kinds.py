"""What each kind of report asks for, and what it freezes."""

import pytest
from django.core.exceptions import ValidationError
from django.db.models import Value
from django.db.models.functions import Concat

from fixtures.reference_data import load_workdays
from ninghai.models import Unit
from ninghai.models.state_machine import TransitionError
from reports.facts.request import Request
from reports.kinds import KINDS
from reports.letters.by_kind import LETTERS
from reports.letters.score import score_letter
from reports.models import Report
from reports.pdf import letter_html
from reports.snapshots.snapshot import compose
from tasks.models import Assignment, WorkPoint, WorkPointNotice
from tasks.scoring.services import compute_scores
from tests.disclosure.hotline import makers as calls
from tests.disclosure.public_opinion import makers as opinions
from tests.disclosure.requests import makers as applications
from tests.disclosure.service_guides import makers as service_guides
from tests.reports import made_up
from tests.reports.makers import NOW, TODAY, accepted, assignment, drawn_check, moment, requested, signed_report
from tests.tasks.scoring.conftest import make_a_scheme

pytestmark = pytest.mark.django_db

YEAR_END = TODAY.replace(month=12, day=31)


def test_every_kind_can_be_frozen_written_and_chosen():
    assert set(KINDS) <= set(LETTERS)
    assert set(KINDS) <= set(Report.Kind.values)


def test_a_unit_s_report_tells_of_its_own_tasks_beside_the_county(cast, notice):
    accepted(cast, assignment("一2", "县财政局"), at=moment(11, 20))

    snapshot = compose(Request.about(kind="unit-progress", notice=notice, as_of=TODAY, unit=cast.finance))
    county = compose(Request.about(kind="progress", notice=notice, as_of=TODAY))

    (own,) = [row for row in county["by_unit"] if row["code"] == cast.finance.code]
    assert snapshot["county"]["assignments"] == county["totals"]["assignments"]
    assert (snapshot["totals"]["assignments"], snapshot["totals"]["in_progress"]) == (own["assignments"], 1)
    assert [row["point"] for row in snapshot["duties"]] == sorted({row["point"] for row in snapshot["duties"]})
    assert snapshot["addressee"] == "宁海县财政局："


def test_a_unit_without_tasks_has_no_report(cast, notice):
    idle = Unit.objects.create(code="990", name="某局", short_name="某局", kind=cast.finance.kind)

    with pytest.raises(ValidationError, match="没有任务"):
        requested(cast, notice, kind="unit-progress", unit=idle)
    with pytest.raises(ValidationError, match="要选择一个单位"):
        requested(cast, notice, kind="unit-progress")


def test_the_overdue_list_is_of_the_county_or_of_one_unit(cast, notice):
    everybody = compose(Request.about(kind="overdue", notice=notice, as_of=YEAR_END.replace(year=2019)))
    one = compose(Request.about(kind="overdue", notice=notice, as_of=YEAR_END.replace(year=2019), unit=cast.finance))

    assert {row["unit"] for row in one["overdue"]} == {cast.finance.short_name}
    assert len(everybody["overdue"]) > len(one["overdue"])
    assert (one["addressee"], everybody["addressee"]) == ("宁海县财政局：", "各有关单位：")


def test_without_anything_overdue_there_is_nothing_to_urge(cast, notice):
    with pytest.raises(ValidationError, match="没有逾期任务"):
        requested(cast, notice, kind="overdue", as_of=TODAY.replace(month=8, day=20))


def test_the_score_circular_freezes_ranking_and_deductions(cast, notice):
    scoring = compute_scores(scheme=make_a_scheme(cast, notice), as_of=TODAY, by=cast.office, at=NOW)

    snapshot = compose(Request.about(kind="score", notice=notice, as_of=TODAY, scoring=scoring))

    totals = dict(scoring.unit_scores.values_list("unit__code", "total"))
    assert {row["code"]: row["total"] for row in snapshot["ranking"]} == {
        code: str(total) for code, total in totals.items()
    }
    assert all(len(row["amounts"]) == len(snapshot["rules"]) for row in snapshot["ranking"])
    assert "各单位考核得分排名表" in letter_html(snapshot=snapshot)


def test_the_score_circular_tells_nothing_earned_from_nothing_asked():
    """On paper and in its data: a dash for what was not assessed, a zero for what was."""
    snapshot = made_up.score()
    for row in snapshot["ranking"]:
        row["amounts"][:2] = [None, "0.00"]

    annex = score_letter(snapshot).annexes[0]

    for table in (annex.table, annex.data):
        first, second = (
            next(at for at, head in enumerate(table.columns) if name in head) for name in made_up.RULES[:2]
        )
        assert {(row[first], row[second]) for row in table.rows} == {("—", "0.00")}


@pytest.mark.parametrize("changed", [{"scoring": None}, {"as_of": TODAY.replace(day=19)}])
def test_the_score_circular_is_of_the_scoring_s_own_day(cast, notice, changed):
    scoring = compute_scores(scheme=make_a_scheme(cast, notice), as_of=TODAY, by=cast.office, at=NOW)

    with pytest.raises(ValidationError):
        requested(cast, notice, **({"kind": "score", "scoring": scoring} | changed))


def test_a_report_says_the_same_after_everything_was_renamed(cast, notice, django_assert_num_queries):
    check, scheme = drawn_check(cast, notice), make_a_scheme(cast, notice)
    service_guides.published(cast)
    guides = service_guides.special_check(cast, notice)
    service_guides.guide_found(cast, guides.drawn.select_related("spot_check", "unit").get())
    about = {
        "progress": {},
        "unit-progress": {"unit": cast.finance},
        "spot-check": {"spot_check": check},
        "special-check": {"spot_check": guides},
        "score": {"scoring": compute_scores(scheme=scheme, as_of=TODAY, by=cast.office, at=NOW)},
        "overdue": {},
        "applications": {},
        "opinions": {},
        "hotline": {},
    }
    assert set(about) == set(KINDS)
    load_workdays()
    applications.applied(cast)
    opinions.evaluated(cast, proposal="criticism")
    calls.closed(cast)
    snapshots = [requested(cast, notice, kind=kind, **asked).snapshot for kind, asked in about.items()]
    before = [letter_html(snapshot=snapshot) for snapshot in snapshots]

    Unit.objects.update(name=Concat(Value("改"), "code"), short_name=Concat(Value("改"), "code"))
    WorkPoint.ever.update(text="改", part_title="改")
    WorkPointNotice.objects.update(title="改", document_number="改")
    scheme.rules.update(title="改")
    Assignment.objects.update(due_date=TODAY.replace(year=2030))

    with django_assert_num_queries(0):
        assert [letter_html(snapshot=snapshot) for snapshot in snapshots] == before


def test_what_a_kind_does_not_need_is_not_kept_with_it(cast, notice):
    report = requested(cast, notice, unit=cast.finance)

    assert report.unit is None


def test_a_correction_names_the_signed_report_and_is_another_one(cast, notice):
    signed = signed_report(cast, notice)

    correction = requested(cast, notice, corrects=signed)

    assert correction.pk != signed.pk
    assert correction.snapshot["corrects"] == {"title": signed.title, "document_number": signed.document_number}
    assert signed.document_number in letter_html(snapshot=correction.snapshot)


def test_a_draft_is_not_corrected(cast, notice):
    draft = requested(cast, notice)

    with pytest.raises(TransitionError):
        requested(cast, notice, corrects=draft)
