"""Objections: once, in time, by the unit; decided by the office, never by who inspected, and corrected in the same act."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from ninghai.models import AuditEntry, DutyClock, Membership, Message, Role
from ninghai.models.state_machine import StaleError, TransitionError
from reports.facts.request import Request
from reports.snapshots.snapshot import compose
from tasks.models import Finding, Objection, WorkPointNotice
from tasks.spot_checks.finding_page import show_finding
from tasks.spot_checks.finding_score import GivenMark
from tasks.spot_checks.findings import FindingFields
from tasks.spot_checks.remedies import (
    add_objection_proof,
    decide_objection,
    pass_objection,
    raise_objection,
    remove_objection_proof,
    return_objection,
)
from tests.cast import Cast
from tests.tasks import factories
from tests.tasks.factories import NOW, TODAY, moment, objected, recorded, small_rubric, stored, written_objection
from tests.worlds import world

pytestmark = pytest.mark.django_db

TRUE = FindingFields(outcome="true", note="台账一致")


def make_finding(cast: Cast, notice: WorkPointNotice) -> Finding:
    rubric = small_rubric()
    drawn = factories.drawn_of_finance(cast, notice, rubric=rubric)
    taken = GivenMark(criterion=rubric.criteria.get(kind="deduction"), points=Decimal(20), note="缺台账")
    return recorded(cast, drawn, marks=[taken])


marked_finding = world("marked_finding", make_finding, on=("cast", "small_notice"))


@pytest.fixture
def finding(notice, marked_finding) -> Finding:
    return marked_finding


def decided(cast, objection: Objection, found: FindingFields | None = TRUE, **how) -> Objection:
    known = {"decision": "核对后处理", "version": objection.version, "by": cast.office, "at": moment(11, 22)}
    return decide_objection(objection=objection, found=found, **{**known, **how})


# --- Raised -----------------------------------------------------------------------------------------------


def test_the_unit_objects_and_the_office_is_told(cast, finding):
    objection = objected(cast, finding, proofs=[stored(cast)])

    assert (objection.status, objection.proofs.count()) == ("raised", 1)
    assert DutyClock.objects.about(finding).get().state == "closed"
    told = Message.objects.filter(event=f"objection:{objection.pk}:{objection.version}")
    assert {message.recipient for message in told} == {cast.office, cast.second_office}


@pytest.mark.parametrize("who", ["other_clerk", "head", "inspector", "office", "signer"])
def test_nobody_else_objects(cast, finding, who):
    with pytest.raises(PermissionDenied):
        objected(cast, finding, by=getattr(cast, who))


def test_the_last_day_counts_and_the_next_does_not(cast, finding):
    with pytest.raises(TransitionError, match="2018-11-27届满"):
        objected(cast, finding, at=moment(11, 28, 0))

    assert objected(cast, finding, at=moment(11, 27, 23)).status == "raised"


def test_the_same_form_twice_is_one_objection_and_another_is_refused(cast, finding):
    assert written_objection(cast, finding) == written_objection(cast, finding)

    with pytest.raises(TransitionError, match="只能提一次"):
        objected(cast, finding, text="还有一点。")
    assert Objection.objects.count() == 1


def test_who_saw_an_earlier_finding_is_told(cast, finding):
    recorded(cast, finding.drawn, outcome="not_true", version=1)

    with pytest.raises(StaleError):
        objected(cast, finding, version=1)


def test_words_are_needed(cast, finding):
    with pytest.raises(ValidationError):
        objected(cast, finding, text="  ")


def test_a_finding_without_a_clock_has_no_days_to_object(cast, finding):
    Finding.objects.update(objection_until=None)

    with pytest.raises(TransitionError, match="没有异议期限"):
        objected(cast, finding)


def test_proofs_come_and_go_until_the_head_has_passed_it_on(cast, finding):
    objection = written_objection(cast, finding)
    seen = objection.version
    add_objection_proof(objection=objection, proof=stored(cast), by=cast.clerk, at=NOW)
    with pytest.raises(StaleError):
        pass_objection(objection=objection, version=seen, by=cast.head, at=NOW)  # saw it without the piece
    remove_objection_proof(proof=objection.proofs.get(), by=cast.clerk, at=NOW)
    assert objection.proofs.count() == 0
    objection.refresh_from_db()

    pass_objection(objection=objection, version=objection.version, by=cast.head, at=NOW)

    with pytest.raises(TransitionError, match="已经报送"):
        add_objection_proof(objection=objection, proof=stored(cast), by=cast.clerk, at=NOW)


# --- Before the unit's head ----------------------------------------------------------------------------------


def test_the_head_sees_it_before_the_office(cast, finding):
    objection = written_objection(cast, finding)

    assert objection.status == "with_head"
    told = Message.objects.filter(event=f"objection:{objection.pk}:1")
    assert {message.recipient for message in told} == {cast.head}
    assert not Message.objects.filter(event__startswith="objection:", recipient=cast.office).exists()
    with pytest.raises(TransitionError, match="待审核"):
        decided(cast, objection, None)


def test_it_goes_back_to_the_clerk_and_comes_again(cast, finding):
    objection = written_objection(cast, finding)
    seen = {"version": objection.version, "by": cast.head, "at": NOW}

    returned = return_objection(objection=objection, reason="请写明日期", **seen)

    assert (returned.status, returned.return_reason) == ("returned", "请写明日期")
    told = Message.objects.filter(event=f"objection:{returned.pk}:{returned.version}")
    assert {message.recipient for message in told} == {cast.clerk}
    again = written_objection(cast, finding, text="台账已于10月9日更新。")
    assert (again.pk, again.status, again.text) == (objection.pk, "with_head", "台账已于10月9日更新。")


def test_it_counts_when_the_head_passes_it_on_in_time(cast, finding):
    """As a report does: what still lies within the unit after the last day is no objection."""
    objection = written_objection(cast, finding, at=moment(11, 27))

    with pytest.raises(TransitionError, match="2018-11-27届满"):
        pass_objection(objection=objection, version=objection.version, by=cast.head, at=moment(11, 28, 0))


def test_a_correction_sends_what_waits_for_the_head_back(cast, finding):
    objection = written_objection(cast, finding)

    recorded(cast, finding.drawn, outcome="not_true", version=1)

    objection.refresh_from_db()
    assert (objection.status, "已经更正" in objection.return_reason) == ("returned", True)


@pytest.mark.parametrize("who", ["clerk", "other_head", "inspector", "office"])
def test_nobody_but_the_head_passes_it_on(cast, finding, who):
    objection = written_objection(cast, finding)

    with pytest.raises(PermissionDenied):
        pass_objection(objection=objection, version=objection.version, by=getattr(cast, who), at=NOW)


def test_others_read_nothing_of_it_before(cast, finding):
    objection = written_objection(cast, finding, text="只在本单位内的话。")

    for who in (cast.office, cast.inspector):
        shown = show_finding(Finding.objects.get(), user=who, on=TODAY, at=NOW)
        assert shown.objection is None, who
    assert show_finding(Finding.objects.get(), user=cast.head, on=TODAY, at=NOW).objection.record == objection


# --- Decided -----------------------------------------------------------------------------------------------


def test_upholding_corrects_the_finding_and_lifts_its_rectification(cast, finding):
    objection = decided(cast, objected(cast, finding))

    finding.refresh_from_db()
    finding.rectification.refresh_from_db()
    assert (objection.status, objection.decision, objection.decided_by) == ("upheld", "核对后处理", cast.office)
    assert (finding.outcome, finding.score, finding.passed, finding.version) == ("true", 100, True, 2)
    assert (finding.recorded_by, finding.marks.count()) == (cast.inspector, 0)
    assert finding.rectification.status == "lifted"
    trail = AuditEntry.objects.about(finding).filter(action="record_finding")
    assert [(entry.actor, entry.detail["outcome"]) for entry in trail] == [
        (cast.inspector, "to_rectify"),
        (cast.office, "true"),
    ]


def test_upholding_may_only_move_the_day(cast, finding):
    marks = [GivenMark(criterion=mark.criterion, points=mark.points, note=mark.note) for mark in finding.marks.all()]
    later = FindingFields(outcome="to_rectify", note=finding.note, rectify_by_date=date(2019, 1, 31), marks=marks)

    decided(cast, objected(cast, finding), later)

    finding.refresh_from_db()
    assert (finding.rectify_by_date, finding.score, finding.rectification.status) == (date(2019, 1, 31), 80, "open")


def test_upholding_without_changing_anything_is_refused(cast, finding):
    marks = [GivenMark(criterion=mark.criterion, points=mark.points, note=mark.note) for mark in finding.marks.all()]
    same = FindingFields(
        outcome=finding.outcome, note=finding.note, rectify_by_date=finding.rectify_by_date, marks=marks
    )
    objection = objected(cast, finding)

    with pytest.raises(ValidationError, match="同时更正"):
        decided(cast, objection, same)

    objection.refresh_from_db()
    assert objection.status == "raised"


def test_dismissing_leaves_the_finding(cast, finding):
    objection = decided(cast, objected(cast, finding), None)

    finding.refresh_from_db()
    assert (objection.status, finding.outcome, finding.version) == ("dismissed", "to_rectify", 1)


@pytest.mark.parametrize("found", [TRUE, None])
def test_unit_and_inspector_are_told(cast, finding, found):
    objection = decided(cast, objected(cast, finding), found)

    told = Message.objects.filter(event=f"objection:{objection.pk}:{objection.version}")
    assert {message.recipient for message in told} == {cast.clerk, cast.head, cast.inspector}


@pytest.mark.parametrize("who", ["inspector", "clerk", "head", "signer"])
def test_only_the_office_decides(cast, finding, who):
    with pytest.raises(PermissionDenied):
        decided(cast, objected(cast, finding), by=getattr(cast, who))


def test_who_inspected_does_not_decide_in_the_office_either(cast, finding):
    Membership.objects.filter(user=cast.inspector).delete()
    cast.inspector.acting = Membership.objects.create(user=cast.inspector, unit=cast.county_office, role=Role.OFFICE)

    with pytest.raises(PermissionDenied):
        decided(cast, objected(cast, finding), by=cast.inspector)


def test_it_is_decided_once(cast, finding):
    objection = objected(cast, finding)
    seen = Objection.objects.get()
    decided(cast, objection, None)

    with pytest.raises(StaleError):
        decided(cast, seen, by=cast.second_office)


def test_a_decision_has_its_words(cast, finding):
    with pytest.raises(ValidationError):
        decided(cast, objected(cast, finding), decision=" ")


def test_a_circular_shows_what_the_finding_said_on_its_day(cast, finding):
    decided(cast, objected(cast, finding), at=moment(11, 22))

    def outcome(day: date) -> str:
        check = compose(
            Request.about(
                kind="spot-check",
                notice=finding.drawn.spot_check.notice,
                as_of=day,
                spot_check=finding.drawn.spot_check,
            )
        )["spot_check"]
        return next(row["outcome"] for row in check["findings"] if row["outcome"])

    assert (outcome(date(2018, 11, 21)), outcome(date(2018, 11, 22))) == ("to_rectify", "true")


def test_a_second_round_of_objecting_is_not_opened_by_a_decision(cast, finding):
    decided(cast, objected(cast, finding))
    finding.refresh_from_db()

    with pytest.raises(TransitionError):
        raise_objection(finding=finding, text="再次", version=finding.version, by=cast.clerk, at=moment(11, 23))
