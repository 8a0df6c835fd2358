"""Undo (撤销) of what else sends nothing out of the house at once: hand in, pass, return, refuse, withdraw, dismiss, check again."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db.models import TextField
from django.urls import reverse

from ninghai.calendar import clock
from ninghai.models import AuditEntry, Message, User
from ninghai.models.state_machine import UNDO, StaleError, TransitionError
from tasks.models import Objection, Petition, Rectification
from tasks.petitions.services import ask, refuse_petition, take_back_petition, withdraw_petition
from tasks.progress.services import pass_report, return_report, submit_report, take_back_report
from tasks.scoring.facts import _handed_in_on
from tasks.spot_checks.remedies import (
    decide_objection,
    pass_rectification,
    recheck_rectification,
    return_objection,
    return_rectification,
    save_rectification,
    submit_rectification,
    take_back_objection,
    take_back_rectification,
)
from tests.tasks import factories
from tests.tasks.factories import assignment_of, signed_in
from tests.tasks.test_office_races import Later

pytestmark = pytest.mark.django_db


@dataclass(frozen=True, slots=True, kw_only=True)
class Undoable:
    """An act, who does it to which record, how it is undone, and how somebody else may go on from it."""

    who: str
    make: Callable[..., Any]
    act: Callable[..., Any]
    follow: Callable[..., Any] | None = None
    undo: Callable[..., Any]
    keyword: str
    page: str  # the URL name of its undoing
    tells: bool = True

    def take_back(self, record, *, by, at):
        return self.undo(**{self.keyword: record}, version=record.version, by=by, at=at)


def _finding(cast):
    notice = assignment_of(cast).task.point.notice
    return factories.recorded(cast, factories.drawn_of_finance(cast, notice))


def _petition(cast):
    asked = {"kind": Petition.Kind.EXTENSION, "wanted_until": date(2019, 3, 31), "reason": "等上级部署"}
    return ask(assignment=assignment_of(cast), **asked, form_id=uuid4(), by=cast.clerk, at=factories.NOW)


def _ready_to_hand_in(cast):
    held = factories.submitted_rectification(cast, _finding(cast))
    reason = {"reason": "请补充照片", "version": held.version}
    return return_rectification(rectification=held, **reason, by=cast.head, at=factories.NOW)


def _checked(passes):
    def act(cast, held, at):
        said = {"passes": passes, "note": "仍缺照片", "version": held.version}
        return recheck_rectification(rectification=held, **said, by=cast.inspector, at=at)

    return act


def _writes_on(cast, held, at):
    return save_rectification(rectification=held, text="再补充", version=held.version, by=cast.clerk, at=at)


REPORT: dict[str, Any] = {"undo": take_back_report, "keyword": "report", "page": "tasks:report-take-back"}
PETITION: dict[str, Any] = {"undo": take_back_petition, "keyword": "petition"}
OBJECTION: dict[str, Any] = {"undo": take_back_objection, "keyword": "objection"}
RECTIFICATION: dict[str, Any] = {
    "undo": take_back_rectification,
    "keyword": "rectification",
    "page": "tasks:rectification-take-back",
}
CASES = {
    "report handed in": Undoable(
        who="clerk",
        make=factories.drafted,
        act=lambda cast, held, at: submit_report(report=held, by=cast.clerk, at=at),
        follow=lambda cast, held, at: pass_report(report=held, by=cast.head, at=at),
        tells=False,
        **REPORT,
    ),
    "report passed": Undoable(
        who="head",
        make=factories.with_head,
        act=lambda cast, held, at: pass_report(report=held, by=cast.head, at=at),
        follow=lambda cast, held, at: return_report(report=held, reason="请补充", by=cast.office, at=at),
        tells=False,
        **REPORT,
    ),
    "report returned by the head": Undoable(
        who="head",
        make=factories.with_head,
        act=lambda cast, held, at: return_report(report=held, reason="请补充", by=cast.head, at=at),
        follow=lambda cast, held, at: submit_report(report=held, by=cast.clerk, at=at),
        **REPORT,
    ),
    "petition refused": Undoable(
        who="signer",
        make=_petition,
        act=lambda cast, held, at: refuse_petition(petition=held, reason="期限不变", by=cast.signer, at=at),
        follow=lambda cast, held, at: _petition(cast),
        page="admin:tasks_petition_take-back",
        **PETITION,
    ),
    "petition withdrawn": Undoable(
        who="clerk",
        make=_petition,
        act=lambda cast, held, at: withdraw_petition(petition=held, by=cast.clerk, at=at),
        follow=lambda cast, held, at: _petition(cast),
        page="tasks:petition-take-back",
        tells=False,
        **PETITION,
    ),
    "objection returned": Undoable(
        who="head",
        make=lambda cast: factories.written_objection(cast, _finding(cast)),
        act=lambda cast, held, at: return_objection(
            objection=held, reason="请写明", version=held.version, by=cast.head, at=at
        ),
        follow=lambda cast, held, at: factories.written_objection(
            cast, held.finding, objection_version=held.version, text="另写"
        ),
        page="tasks:objection-take-back",
        **OBJECTION,
    ),
    "objection dismissed": Undoable(
        who="office",
        make=lambda cast: factories.objected(cast, _finding(cast)),
        act=lambda cast, held, at: decide_objection(
            objection=held, found=None, decision="经核实", version=held.version, by=cast.office, at=at
        ),
        page="admin:tasks_finding_objection-take-back",
        **OBJECTION,
    ),
    "rectification handed in": Undoable(
        who="clerk",
        make=_ready_to_hand_in,
        act=lambda cast, held, at: submit_rectification(rectification=held, version=held.version, by=cast.clerk, at=at),
        follow=lambda cast, held, at: pass_rectification(rectification=held, version=held.version, by=cast.head, at=at),
        **RECTIFICATION,
    ),
    "rectification passed on": Undoable(
        who="head",
        make=lambda cast: factories.submitted_rectification(cast, _finding(cast)),
        act=lambda cast, held, at: pass_rectification(rectification=held, version=held.version, by=cast.head, at=at),
        follow=_checked(True),
        **RECTIFICATION,
    ),
    "rectification returned by the head": Undoable(
        who="head",
        make=lambda cast: factories.submitted_rectification(cast, _finding(cast)),
        act=lambda cast, held, at: return_rectification(
            rectification=held, reason="请补充照片", version=held.version, by=cast.head, at=at
        ),
        follow=_writes_on,
        **RECTIFICATION,
    ),
    "rectification confirmed": Undoable(
        who="inspector",
        make=lambda cast: factories.handed_in(cast, _finding(cast)),
        act=_checked(True),
        **{**RECTIFICATION, "page": "tasks:inspection-rectification-take-back"},
    ),
    "rectification returned by the inspector": Undoable(
        who="inspector",
        make=lambda cast: factories.handed_in(cast, _finding(cast)),
        act=_checked(False),
        follow=_writes_on,
        **{**RECTIFICATION, "page": "tasks:inspection-rectification-take-back"},
    ),
}
EACH = pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
FOLLOWED = {name: case for name, case in CASES.items() if case.follow}
EACH_FOLLOWED = pytest.mark.parametrize("case", FOLLOWED.values(), ids=list(FOLLOWED))


@pytest.fixture
def now(notice, settings):
    """On a clock that runs."""
    settings.CLOCK_DATE = ""
    return clock.now()


def fresh(record):
    return type(record)._base_manager.get(pk=record.pk)


def state_of(record) -> dict:
    said = type(record)._base_manager.filter(pk=record.pk).values().get()
    return {name: value for name, value in said.items() if name != "version"}


def fresh_messages():
    return set(Message.objects.values_list("pk", flat=True))


def person(cast, case) -> User:
    return User.objects.get(pk=getattr(cast, case.who).pk)


@EACH
def test_what_is_taken_back_is_as_if_it_had_not_been(cast, now, case):
    record = case.make(cast)
    before, told = state_of(record), fresh_messages()
    done = case.act(cast, fresh(record), now)
    assert state_of(record) != before
    assert (fresh_messages() != told) == case.tells
    assert not Message.objects.exclude(pk__in=told).filter(created_at__lt=now + UNDO).exists()

    case.take_back(fresh(done), by=person(cast, case), at=now + timedelta(seconds=9))

    assert (state_of(record), fresh_messages()) == (before, told)
    undoing = AuditEntry.objects.about(record).last()
    assert (undoing.action, undoing.to_status, undoing.reason) == ("move", before["status"], "撤销")
    case.act(cast, fresh(record), now + timedelta(seconds=30))  # and it may be done anew
    assert state_of(record) != before


@EACH
def test_the_trail_keeps_no_words_that_were_written_for_others(cast, now, case):
    """What a move keeps so that it may be taken back stays in the trail for ever: reasons stand there anyhow, texts do not."""
    record = case.make(cast)
    case.act(cast, fresh(record), now)
    rows = AuditEntry.objects.about(record)
    texts = [field.value_from_object(record) for field in record._meta.fields if isinstance(field, TextField)]
    written = set(filter(None, texts)) - {row.reason for row in rows}

    kept = json.dumps([row.detail for row in rows], ensure_ascii=False)

    assert not [words for words in written if words in kept]


@EACH
def test_nobody_else_takes_it_back_and_only_for_a_moment(cast, now, case):
    done = fresh(case.act(cast, case.make(cast), now))
    decided = state_of(done)

    for name in ("clerk", "head", "office", "second_office", "signer", "inspector", "other_clerk", "other_head"):
        if name != case.who:
            with pytest.raises((PermissionDenied, TransitionError)):
                case.take_back(fresh(done), by=getattr(cast, name), at=now)
    with pytest.raises(TransitionError, match="已经超过可以撤销的时间"):
        case.take_back(fresh(done), by=person(cast, case), at=now + UNDO + timedelta(seconds=1))
    done.version -= 1
    with pytest.raises((StaleError, TransitionError)):
        case.take_back(done, by=person(cast, case), at=now)

    assert state_of(done) == decided


@EACH_FOLLOWED
def test_what_has_followed_is_not_pulled_away(cast, now, case):
    done = case.act(cast, case.make(cast), now)
    case.follow(cast, fresh(done), now)
    followed = state_of(done)

    with pytest.raises((StaleError, TransitionError)):
        case.take_back(fresh(done), by=person(cast, case), at=now)

    assert state_of(done) == followed


@EACH
def test_its_page_undoes_it(cast, now, case):
    """The address that the button beside the sentence sends to; too late, it says so (409)."""
    record = case.make(cast)
    before = state_of(record)
    done = fresh(case.act(cast, fresh(record), now))
    of = {Objection: "finding_id", Rectification: "finding_id"}.get(type(record), "pk")
    pk = record.finding.drawn_id if "inspection" in case.page else getattr(record, of)
    client, url = signed_in(person(cast, case)), reverse(case.page, args=[pk])

    first, second = (client.post(url, {"version": done.version}).status_code for _ in range(2))

    assert (first, second, state_of(record)) == (302, 409, before)


def test_on_a_standing_clock_undo_ends_as_it_does_elsewhere(cast, notice, settings, monkeypatch):
    """The demo lives on the last moment of a day: how long ago something was, the real time tells."""
    settings.CLOCK_DATE, settings.CLOCK_SINCE = "2018-11-20", "2018-11-20"
    now = clock.now()
    report = factories.with_head(cast)
    return_report(report=report, reason="请补充", by=cast.head, at=now)
    real = clock.true_now()

    monkeypatch.setattr(clock, "true_now", lambda: real + UNDO + timedelta(seconds=1))
    with pytest.raises(TransitionError, match="已经超过"):
        take_back_report(report=fresh(report), by=cast.head, at=now)
    monkeypatch.setattr(clock, "true_now", lambda: real + timedelta(seconds=5))
    take_back_report(report=fresh(report), by=cast.head, at=now)

    assert fresh(report).status == "with_head"


def test_a_rectification_came_in_on_its_day_though_a_second_look_was_undone(cast, now):
    held = factories.handed_in(cast, _finding(cast), at=now - timedelta(days=3))
    done = _checked(True)(cast, held, now)
    take_back_rectification(rectification=done, version=done.version, by=cast.inspector, at=now)

    came_on = _handed_in_on([held], on=now.date())

    assert came_on == {held.pk: (now - timedelta(days=3)).date()}


# --- At the same moment, on real connections ------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@EACH
def test_of_two_undoings_at_once_one_is_told(cast, now, case):
    record = case.make(cast)
    before = state_of(record)
    done = case.act(cast, fresh(record), now)
    one, other = fresh(done), fresh(done)
    by, again = person(cast, case), person(cast, case)

    refused = Later(lambda: case.take_back(other, by=again, at=now)).after(lambda: case.take_back(one, by=by, at=now))

    assert isinstance(refused, StaleError | TransitionError)
    assert state_of(record) == before
    assert AuditEntry.objects.about(record).filter(detail__has_key="undoes").count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("first", ["undo", "follow"])
@EACH_FOLLOWED
def test_an_undoing_and_what_follows_at_once_leave_one(cast, now, case, first):
    record = case.make(cast)
    before = state_of(record)
    done = case.act(cast, fresh(record), now)
    one, other, by = fresh(done), fresh(done), person(cast, case)
    acts = {
        "undo": lambda: case.take_back(one, by=by, at=now),
        "follow": lambda: case.follow(cast, other, now),
    }
    second = next(name for name in acts if name != first)

    outcome = Later(acts[second]).after(acts[first])

    assert (state_of(record) == before) == (first == "undo")
    assert first == "undo" or isinstance(outcome, Exception)  # who follows may find that what they sent stands again
