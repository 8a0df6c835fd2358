"""Rectifications: kept as a draft, handed in with evidence, looked at again, and late where they are late."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from ninghai.calendar.workdays import WorkCalendar
from ninghai.models import Message, Role, Unit
from ninghai.models.state_machine import StaleError, TransitionError
from tasks.assignments.reminders import ReminderRound, reminders, to_rectify
from tasks.models import Rectification, WorkPointNotice
from tasks.spot_checks.remedies import (
    add_rectification_proof,
    pass_rectification,
    recheck_rectification,
    remove_rectification_proof,
    return_rectification,
    save_rectification,
    submit_rectification,
)
from tests.cast import Cast, person
from tests.tasks import factories
from tests.tasks.factories import NOW, handed_in, moment, recorded, stored
from tests.worlds import world

pytestmark = pytest.mark.django_db


def make_rectification(cast: Cast, notice: WorkPointNotice) -> Rectification:
    return recorded(cast, factories.drawn_of_finance(cast, notice)).rectification


asked_for = world("asked_for", make_rectification, on=("cast", "small_notice"))


@pytest.fixture
def rectification(notice, asked_for) -> Rectification:
    return asked_for


def saved(cast, rectification, **how) -> Rectification:
    known = {"text": "正在补齐", "version": rectification.version, "by": cast.clerk, "at": NOW}
    return save_rectification(rectification=rectification, **{**known, **how})


def rechecked(cast, rectification, **how) -> Rectification:
    known = {"passes": True, "note": "", "version": rectification.version, "by": cast.inspector, "at": moment(12, 1)}
    return recheck_rectification(rectification=rectification, **{**known, **how})


def test_a_draft_is_kept(cast, rectification):
    kept = saved(cast, rectification)

    assert (kept.status, kept.text) == ("open", "正在补齐")
    assert saved(cast, kept, version=rectification.version).version == kept.version  # the same words, sent again
    with pytest.raises(StaleError):
        saved(cast, rectification, text="别处写的", by=second_clerk(cast))


def test_it_is_handed_in_with_words_and_evidence(cast, rectification):
    with pytest.raises(ValidationError) as refused:
        submit_rectification(rectification=rectification, version=1, by=cast.clerk, at=NOW)
    assert set(refused.value.message_dict) == {"text", "upload"}

    kept = handed_in(cast, rectification.finding)

    assert (kept.status, kept.handed_in_by, kept.passed_by) == ("handed_in", cast.clerk, cast.head)
    assert Message.objects.get(recipient=cast.inspector, kind="finding").url == kept.finding.drawn.get_absolute_url()
    again = pass_rectification(rectification=kept, version=1, by=cast.head, at=NOW)
    assert again.version == kept.version


def test_the_head_sees_it_before_anybody_outside(cast, rectification):
    written = factories.submitted_rectification(cast, rectification.finding)

    assert (written.status, written.handed_in_at, written.is_late(on=date(2018, 12, 21))) == ("with_head", None, True)
    told = Message.objects.filter(event=f"rectification:{written.pk}:{written.version}")
    assert {message.recipient for message in told} == {cast.head}
    assert not Message.objects.filter(recipient=cast.inspector, kind="finding", text__contains=written.text).exists()
    with pytest.raises(TransitionError, match="待审核"):
        rechecked(cast, written)


def test_the_head_returns_it_with_a_reason(cast, rectification):
    written = factories.submitted_rectification(cast, rectification.finding)
    seen = {"version": written.version, "by": cast.head, "at": NOW}
    with pytest.raises(ValidationError):
        return_rectification(rectification=written, reason=" ", **seen)

    returned = return_rectification(rectification=written, reason="请附照片", **seen)

    assert (returned.status, returned.return_reason) == ("returned", "请附照片")
    told = Message.objects.filter(event=f"rectification:{returned.pk}:{returned.version}")
    assert {message.recipient for message in told} == {cast.clerk}
    with pytest.raises(StaleError):
        pass_rectification(rectification=written, **seen)
    again = submit_rectification(rectification=returned, version=returned.version, by=cast.clerk, at=NOW)
    assert (again.status, again.return_reason) == ("with_head", "")


@pytest.mark.parametrize("who", ["clerk", "other_head", "inspector", "office"])
def test_nobody_but_the_head_passes_it_on(cast, rectification, who):
    written = factories.submitted_rectification(cast, rectification.finding)

    with pytest.raises(PermissionDenied):
        pass_rectification(rectification=written, version=written.version, by=getattr(cast, who), at=NOW)


def test_the_same_form_sent_twice_hands_in_once(cast, rectification):
    """Both of a double click have read the rectification as it was; the second waits for the first."""
    written = factories.submitted_rectification(cast, rectification.finding)

    again = saved(cast, rectification, text=written.text, hands_in=True)

    assert (again.status, again.version) == ("with_head", written.version)
    with pytest.raises(TransitionError, match="待审核"):
        saved(cast, rectification, text="另外写的", hands_in=True)
    with pytest.raises(TransitionError, match="待审核"):
        saved(cast, rectification, text=written.text, hands_in=True, by=second_clerk(cast))


def second_clerk(cast):
    return person("finance-clerk-2", "财政局经办人乙", cast.finance, Role.EDITOR)


def test_nothing_is_changed_while_it_is_looked_at(cast, rectification):
    kept = handed_in(cast, rectification.finding)

    with pytest.raises(TransitionError, match="待复查"):
        saved(cast, kept)
    with pytest.raises(TransitionError):
        add_rectification_proof(rectification=kept, proof=stored(cast), by=cast.clerk, at=NOW)
    with pytest.raises(TransitionError):
        remove_rectification_proof(proof=kept.proofs.get(), by=cast.clerk, at=NOW)


@pytest.mark.parametrize("who", ["other_clerk", "head", "inspector", "office"])
def test_nobody_else_puts_it_right(cast, rectification, who):
    with pytest.raises(PermissionDenied):
        saved(cast, rectification, by=getattr(cast, who))


@pytest.mark.parametrize("who", ["inspector", "office"])
def test_it_passes(cast, rectification, who):
    done = rechecked(cast, handed_in(cast, rectification.finding), by=getattr(cast, who))

    assert (done.status, done.checked_by) == ("passed", getattr(cast, who))
    told = Message.objects.filter(event=f"rectification:{done.pk}:{done.version}")
    assert {message.recipient for message in told} == {cast.clerk, cast.head}


def test_it_goes_back_with_a_note_and_comes_again(cast, rectification):
    kept = handed_in(cast, rectification.finding)
    with pytest.raises(ValidationError):
        rechecked(cast, kept, passes=False)

    returned = rechecked(cast, kept, passes=False, note="照片看不清")
    again = saved(cast, returned, text="已重新拍照")
    again = submit_rectification(rectification=again, version=again.version, by=cast.clerk, at=moment(12, 3))
    again = pass_rectification(rectification=again, version=again.version, by=cast.head, at=moment(12, 3))

    assert (returned.status, again.status, again.handed_in_at) == ("returned", "handed_in", moment(12, 3))


@pytest.mark.parametrize("who", ["clerk", "head", "other_clerk", "signer"])
def test_nobody_else_looks_again(cast, rectification, who):
    with pytest.raises(PermissionDenied):
        rechecked(cast, handed_in(cast, rectification.finding), by=getattr(cast, who))


def test_of_two_who_look_again_the_later_is_told(cast, rectification):
    kept = handed_in(cast, rectification.finding)
    rechecked(cast, kept)

    with pytest.raises(StaleError):
        rechecked(cast, kept, by=cast.office, passes=False, note="不行")


@pytest.mark.parametrize(
    ("status", "handed_in_at", "on", "is_late"),
    [
        ("open", None, date(2018, 12, 20), False),
        ("open", None, date(2018, 12, 21), True),
        ("handed_in", moment(12, 20), date(2018, 12, 31), False),
        ("handed_in", moment(12, 21), date(2018, 12, 31), True),
        ("returned", moment(12, 1), date(2018, 12, 21), True),
        ("passed", moment(12, 21), date(2018, 12, 31), True),
        ("lifted", None, date(2018, 12, 31), False),
    ],
)
def test_what_is_late(rectification, status, handed_in_at, on, is_late):
    rectification.status, rectification.handed_in_at = status, handed_in_at

    assert rectification.is_late(on=on) == is_late


def test_only_what_is_still_owed_is_reminded_of(cast, rectification):
    assert list(to_rectify()) == [rectification.finding]

    kept = handed_in(cast, rectification.finding)
    assert list(to_rectify()) == []
    rechecked(cast, kept, passes=False, note="照片看不清")
    assert list(to_rectify()) == [rectification.finding]


def test_the_heir_of_an_ended_unit_is_reminded(cast, notice, rectification):
    Unit.objects.filter(pk=cast.finance.pk).update(valid_until=date(2018, 11, 30), successor=cast.town)
    calendar = WorkCalendar.load()
    round_ = ReminderRound.of(on=date(2018, 12, 19), last=None, calendar=calendar)

    told = [(unit, each.subject) for unit, each in reminders(round_, calendar=calendar) if each.kind == "rectify"]

    assert told == [(cast.town, "1天后整改到期：第四季度抽查，2018年 一(一)1　做的工作")]
