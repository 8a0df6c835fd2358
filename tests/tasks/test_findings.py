"""Findings: marked by the rubric, told to the unit, corrected only while it may object; the inspector's sheet before them."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from ninghai.calendar.duty_clocks import restate_clocks
from ninghai.models import AuditEntry, DutyClock, Message, Role, Unit, Workday
from ninghai.models.state_machine import StaleError, TransitionError
from tasks import rules
from tasks.models import Drawn, Finding, InspectionSheet, Mark, Rubric, WorkPointNotice
from tasks.spot_checks.drawing import assign_inspector
from tasks.spot_checks.finding_score import GivenMark
from tasks.spot_checks.findings import (
    SheetWords,
    add_photo,
    close_lapsed_clocks,
    conclude_sheet,
    remove_photo,
    save_sheet,
)
from tests.cast import Cast, person
from tests.tasks import factories
from tests.tasks.factories import NOW, moment, recorded, small_rubric
from tests.worlds import world

pytestmark = pytest.mark.django_db

AFTER = moment(11, 28)  # the first day after five working days from 20 November


def make_drawn(cast: Cast, notice: WorkPointNotice) -> Drawn:
    return factories.drawn_of_finance(cast, notice, rubric=small_rubric())


drawn_by_rubric = world("drawn_by_rubric", make_drawn, on=("cast", "small_notice"))


@pytest.fixture
def drawn(notice, drawn_by_rubric) -> Drawn:
    return drawn_by_rubric


@pytest.fixture
def rubric(drawn) -> Rubric:
    return drawn.spot_check.rubric


def marks(rubric, **points: str) -> list[GivenMark]:
    """By kind: a veto, deduction, bonus each once in the small rubric."""
    return [
        GivenMark(criterion=rubric.criteria.get(kind=kind), points=Decimal(given), note="见照片")
        for kind, given in points.items()
    ]


# --- Marks and score ----------------------------------------------------------------------------------


def test_a_finding_is_scored_by_its_marks(cast, drawn, rubric):
    finding = recorded(cast, drawn, marks=marks(rubric, deduction="12.5", bonus="2"))

    assert (finding.score, finding.is_vetoed, finding.passed) == (Decimal("89.5"), False, True)
    assert list(finding.marks.values_list("criterion__title", "points", "note")) == [
        ("材料不足", Decimal("12.5"), "见照片"),
        ("形式创新", Decimal("2.0"), "见照片"),
    ]
    assert finding.score_words == "89.5分，合格"


def test_a_veto_fails_it(cast, drawn, rubric):
    finding = recorded(cast, drawn, marks=marks(rubric, veto="0"))

    assert (finding.score, finding.is_vetoed, finding.passed) == (0, True, False)


def test_without_a_rubric_there_is_no_score(cast, notice):
    finding = recorded(cast, factories.drawn_of_finance(cast, notice))

    assert (finding.score, finding.is_vetoed, finding.passed, finding.score_words) == (None, False, None, "")


@pytest.mark.parametrize(
    ("points", "note"), [("20.1", "见照片"), ("0", "见照片"), ("-1", "见照片"), ("5", " "), ("5", "")]
)
def test_a_mark_needs_points_within_its_criterion_and_a_ground(cast, drawn, rubric, points, note):
    wrong = GivenMark(criterion=rubric.criteria.get(kind="deduction"), points=Decimal(points), note=note)

    with pytest.raises(ValidationError):
        recorded(cast, drawn, marks=[wrong])

    assert not Finding.objects.exists()
    assert not Mark.objects.exists()


def test_a_mark_of_another_rubric_is_refused(cast, drawn):
    from_elsewhere = drawn.spot_check.rubric.criteria.get(kind="deduction")
    from_elsewhere.rubric_id += 1

    with pytest.raises(ValidationError, match="不属于这次抽查"):
        recorded(cast, drawn, marks=[GivenMark(criterion=from_elsewhere, points=Decimal(1), note="甲")])


# --- Told, and the days to object ----------------------------------------------------------------------


def test_the_unit_is_told_and_its_days_begin(cast, drawn):
    finding = recorded(cast, drawn)

    told = Message.objects.filter(kind="finding")
    clock = DutyClock.objects.about(finding).get()
    assert {message.recipient for message in told} == {cast.clerk, cast.head}
    assert {message.url for message in told} == {finding.get_absolute_url()}
    assert (finding.objection_until, clock.state) == (date(2018, 11, 27), "running")
    assert "5个工作日" in clock.derivation


def test_the_rubric_says_how_many_days(cast, drawn, rubric):
    rubric.objection_workdays = 3
    rubric.save(update_fields=["objection_workdays"])

    assert recorded(cast, drawn).objection_until == date(2018, 11, 23)


def test_a_correction_begins_the_days_again_and_tells_the_unit_again(cast, drawn):
    first = recorded(cast, drawn)

    corrected = recorded(cast, drawn, outcome="true", version=first.version, at=moment(11, 22))

    clocks = list(DutyClock.objects.about(corrected))
    assert [clock.state for clock in clocks] == ["closed", "running"]
    assert corrected.objection_until == date(2018, 11, 29)
    assert Message.objects.filter(recipient=cast.clerk, kind="finding").count() == 2


def test_once_the_days_have_run_out_the_finding_stands(cast, drawn):
    finding = recorded(cast, drawn)

    with pytest.raises(TransitionError, match="不能再更正"):
        recorded(cast, drawn, outcome="true", version=finding.version, at=AFTER)

    assert Finding.objects.get().outcome == "to_rectify"


def test_once_the_unit_objected_the_finding_stands(cast, drawn):
    finding = recorded(cast, drawn)
    factories.objected(cast, finding)

    with pytest.raises(TransitionError):
        recorded(cast, drawn, outcome="true", version=finding.version)


def test_an_earlier_finding_without_a_clock_can_still_be_corrected(cast, drawn):
    finding = recorded(cast, drawn)
    Finding.objects.update(objection_until=None)  # as one that was recorded before there were clocks

    assert recorded(cast, drawn, outcome="true", version=finding.version, at=AFTER).outcome == "true"


def test_the_trail_keeps_every_version_whole(cast, drawn, rubric):
    first = recorded(cast, drawn, marks=marks(rubric, deduction="20"))
    recorded(cast, drawn, outcome="true", note="核对无误", version=first.version)

    told = [entry.detail for entry in AuditEntry.objects.about(first).filter(action="record_finding")]
    assert [(each["outcome"], each["score"], len(each["marks"])) for each in told] == [
        ("to_rectify", "80", 1),
        ("true", "100", 0),
    ]


# --- The rectification that it asks for ------------------------------------------------------------------


def test_a_correction_lifts_the_rectification_and_another_opens_it_again(cast, drawn):
    finding = recorded(cast, drawn)
    assert finding.rectification.status == "open"

    recorded(cast, drawn, outcome="true", version=1)
    finding.rectification.refresh_from_db()
    assert finding.rectification.status == "lifted"

    recorded(cast, drawn, version=2)
    finding.rectification.refresh_from_db()
    assert finding.rectification.status == "open"


@pytest.mark.parametrize("day", [date(2018, 11, 19), date(2218, 12, 20)])
def test_a_day_that_cannot_be_is_refused(cast, drawn, day):
    with pytest.raises(ValidationError) as refused:
        recorded(cast, drawn, rectify_by_date=day)

    assert list(refused.value.message_dict) == ["rectify_by_date"]


# --- The sheet ------------------------------------------------------------------------------------------


WORDS = SheetWords(outcome="true", note="看了台账")


def test_a_sheet_is_saved_as_often_as_needed_and_told_to_nobody(cast, drawn):
    sheet = save_sheet(drawn=drawn, written=WORDS, version=0, by=cast.inspector, at=NOW)
    again = save_sheet(drawn=drawn, written=WORDS, version=0, by=cast.inspector, at=NOW)
    more = save_sheet(drawn=drawn, written=SheetWords(note="又看了网站"), version=1, by=cast.inspector, at=NOW)

    assert (sheet.version, again.version, more.version, more.note) == (1, 1, 2, "又看了网站")
    assert not Finding.objects.exists()
    assert not Message.objects.filter(kind="finding").exists()


def test_of_two_who_save_the_later_is_told(cast, drawn):
    save_sheet(drawn=drawn, written=WORDS, version=0, by=cast.inspector, at=NOW)

    with pytest.raises(StaleError):
        save_sheet(drawn=drawn, written=SheetWords(note="别处"), version=0, by=cast.inspector, at=NOW)
    with pytest.raises(PermissionDenied):
        save_sheet(drawn=drawn, written=WORDS, version=1, by=cast.office, at=NOW)


def test_a_sheet_becomes_the_finding_with_marks_and_photographs(cast, drawn, rubric):
    veto = rubric.criteria.get(kind="veto")
    words = SheetWords(
        outcome="not_true", note="表格中有身份证号", marks={str(veto.pk): {"points": "0", "note": "第3行"}}
    )
    sheet = save_sheet(drawn=drawn, written=words, version=0, by=cast.inspector, at=NOW)
    add_photo(sheet=sheet, proof=factories.stored(cast), by=cast.inspector, at=NOW)

    finding = conclude_sheet(sheet=sheet, version=0, by=cast.inspector, at=NOW)

    assert (finding.outcome, finding.is_vetoed, finding.proofs.count()) == ("not_true", True, 1)
    assert not InspectionSheet.objects.exists()


def test_a_sheet_that_was_saved_again_meanwhile_is_not_concluded_as_it_was(cast, drawn):
    seen = save_sheet(drawn=drawn, written=WORDS, version=0, by=cast.inspector, at=NOW)
    save_sheet(drawn=drawn, written=SheetWords(note="别处"), version=1, by=cast.inspector, at=NOW)

    with pytest.raises(StaleError):
        conclude_sheet(sheet=seen, version=0, by=cast.inspector, at=NOW)

    assert not Finding.objects.exists()


def test_whoever_inspects_instead_begins_with_an_empty_sheet(cast, drawn):
    save_sheet(drawn=drawn, written=WORDS, version=0, by=cast.inspector, at=NOW)
    other = person(username="other-inspector", name="另一抽查人员", role=Role.INSPECTOR, unit=cast.county_office)

    assign_inspector(drawn=drawn, inspector=other, reason="原抽查人员出差", by=cast.office, at=NOW)

    assert not InspectionSheet.objects.exists()


def test_who_is_named_again_after_another_is_told_again(cast, drawn):
    other = person(username="other-inspector", name="另一抽查人员", role=Role.INSPECTOR, unit=cast.county_office)
    for minute, inspector in enumerate([other, cast.inspector, other]):
        at = NOW + timedelta(minutes=minute)
        assign_inspector(drawn=drawn, inspector=inspector, reason="轮换", by=cast.office, at=at)

    assert Message.objects.filter(recipient=other, kind="drawn").count() == 2


def test_a_correction_begins_with_the_finding_s_photographs(cast, drawn, django_capture_on_commit_callbacks):
    sheet = save_sheet(drawn=drawn, written=WORDS, version=0, by=cast.inspector, at=NOW)
    add_photo(sheet=sheet, proof=factories.stored(cast), by=cast.inspector, at=NOW)
    finding = conclude_sheet(sheet=sheet, version=0, by=cast.inspector, at=NOW)

    sheet = save_sheet(drawn=drawn, written=WORDS, version=0, by=cast.inspector, at=NOW)
    with django_capture_on_commit_callbacks(execute=True):
        remove_photo(proof=sheet.proofs.get(), by=cast.inspector, at=NOW)
    assert finding.proofs.count() == 1  # until the correction is recorded
    conclude_sheet(sheet=sheet, version=1, by=cast.inspector, at=NOW + timedelta(minutes=1))

    assert finding.proofs.count() == 0


def test_a_sheet_cannot_be_begun_once_the_finding_stands(cast, drawn):
    recorded(cast, drawn)

    with pytest.raises(TransitionError):
        save_sheet(drawn=drawn, written=WORDS, version=0, by=cast.inspector, at=AFTER)


# --- What time does ----------------------------------------------------------------------------------------


def test_a_clock_that_ran_out_is_closed_as_of_its_last_moment(cast, drawn):
    finding = recorded(cast, drawn)

    assert close_lapsed_clocks(at=moment(11, 27, 23)) == 0
    assert close_lapsed_clocks(at=AFTER) == 1

    clock = DutyClock.objects.about(finding).get()
    assert (clock.state, clock.closed_at) == ("closed", clock.due_at)
    assert close_lapsed_clocks(at=AFTER) == 0


def test_a_changed_calendar_moves_the_last_day(cast, drawn):
    finding = recorded(cast, drawn)
    Workday.objects.create(date=date(2018, 11, 26), kind="holiday", name="临时放假", source="通知")

    restate_clocks(by=cast.office, at=NOW, reason="临时放假")

    finding.refresh_from_db()
    assert finding.objection_until == date(2018, 11, 28)


def test_the_heir_of_a_unit_that_ended_is_told_and_answers(cast, drawn):
    Unit.objects.filter(pk=cast.finance.pk).update(successor=cast.town, valid_until=date(2018, 11, 15))
    drawn = type(drawn).objects.get(pk=drawn.pk)

    finding = recorded(cast, drawn)

    assert {message.recipient for message in Message.objects.filter(kind="finding")} == {
        cast.other_clerk,
        cast.other_head,
    }
    assert rules.can_object(cast.other_clerk, finding, on=NOW.date())
