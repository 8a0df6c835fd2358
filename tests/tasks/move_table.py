"""The table of moves: for each record of `states.py`, how its every status is reached and by which doors it moves on.

A new status needs a station, a new way a door; the tests in `test_every_illegal_move` try every door at every station.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

from django.db import models
from django.urls import reverse

from ninghai.models import Role
from tasks.handovers.unit_reform import reform_unit
from tasks.models import Finding, Petition, WorkPointNotice
from tasks.models.notice import Rhythm
from tasks.models.states import (
    AssignmentStatus,
    NoticeStatus,
    ObjectionStatus,
    PetitionStatus,
    ProgressStatus,
    RectificationStatus,
    ScoringStatus,
)
from tasks.notices.importing import import_notice
from tasks.notices.issuing import discard_notice, issue_notice, revoke_notice
from tasks.petitions.services import ask, grant_petition, refuse_petition, set_not_applicable, withdraw_petition
from tasks.progress.services import accept_report, pass_report, return_report, submit_report
from tasks.scoring.services import circulate_scores, compute_scores
from tasks.spot_checks.findings import FindingFields
from tasks.spot_checks.remedies import (
    add_rectification_proof,
    decide_objection,
    pass_objection,
    pass_rectification,
    raise_objection,
    recheck_rectification,
    return_objection,
    return_rectification,
    save_rectification,
    submit_rectification,
)
from tests.cast import Cast, person
from tests.tasks import factories, issued
from tests.tasks.factories import NOW, PDF, TODAY, assignment_of, recorded
from tests.tasks.scoring.conftest import make_a_scheme

Record = Any
Form = dict[str, Any]
Sent = tuple[str, Form]  # the address, the form without its version


@dataclass(frozen=True, slots=True)
class Play:
    """The cast with a second person for every role, so that nobody repeats their own act."""

    cast: Cast
    people: dict[str, Any]

    @classmethod
    def begin(cls, cast: Cast) -> "Play":
        people = {
            "clerk": cast.clerk,
            "clerk2": person("finance-clerk-2", "财政局经办人乙", cast.finance, Role.EDITOR),
            "head": cast.head,
            "head2": person("finance-head-2", "财政局审核人乙", cast.finance, Role.REVIEWER),
            "office": cast.office,
            "office2": cast.second_office,
            "office3": person("office3", "县府办三", cast.county_office, Role.OFFICE),
            "signer": cast.signer,
            "signer2": person("signer2", "另一签发人", cast.county_office, Role.SIGNER),
        }
        return cls(cast, people)


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """A way to `to`: the model's method, the service, and the pages and bulk actions that call it.

    `by` are two people who may; the stations are reached by others wherever the rules ask for that.
    """

    to: str
    at: tuple[str, ...] = ()  # where these two may, if not wherever the table leads to `to`
    method: Callable[[Record, Any], object]
    by: tuple[str, str] = ("office2", "office3")
    service: Callable[..., object] | None = None  # (record, version=, by=)
    page: Callable[[Record], Sent] | None = None  # /work/
    office: Callable[[Record], Sent] | None = None  # /admin/
    bulk: tuple[str, str] | None = None  # the list's address name, the action


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    statuses: type[models.TextChoices]
    stations: dict[str, Callable[[Cast], Record]]
    doors: list[Door]


def _address(name: str, *args: Any, **form: Any) -> Sent:
    return reverse(name, args=args), form


# --- 进展填报 ---------------------------------------------------------------------------------------------


def returned(cast: Cast) -> Record:
    return return_report(report=factories.with_head(cast), reason="请补充", by=cast.head, at=NOW)


PROGRESS = Kind(
    statuses=ProgressStatus,
    stations={**factories.STATIONS, "returned": returned},
    doors=[
        Door(
            to="with_head",
            by=("clerk", "clerk2"),
            method=lambda report, by: report.submit(by=by, at=NOW),
            service=lambda report, **seen: submit_report(report=report, at=NOW, **seen),
            page=lambda report: _address(
                "tasks:report-submit", report.assignment_id, report.period_id, text="另写", percent="1", supplement="0"
            ),
        ),
        Door(
            to="with_office",
            by=("head2", "head"),
            method=lambda report, by: report.pass_on(by=by, at=NOW),
            service=lambda report, **seen: pass_report(report=report, at=NOW, **seen),
            page=lambda report: _address("tasks:report-pass", report.pk),
        ),
        Door(
            to="accepted",
            method=lambda report, by: report.accept(by=by, at=NOW),
            service=lambda report, **seen: accept_report(report=report, at=NOW, **seen),
            office=lambda report: _address("admin:tasks_progress_accept", report.pk),
            bulk=("admin:tasks_progressreport_changelist", "accept_selected"),
        ),
        Door(
            to="returned",
            at=("with_office",),
            method=lambda report, by: report.return_to_unit(by=by, at=NOW, reason="请补充"),
            service=lambda report, **seen: return_report(report=report, reason="请补充", at=NOW, **seen),
            office=lambda report: _address("admin:tasks_progress_return", report.pk, reason="请补充"),
            bulk=("admin:tasks_progressreport_changelist", "return_selected"),
        ),
        Door(
            to="returned",
            at=("with_head",),
            by=("head2", "head"),
            method=lambda report, by: report.return_to_unit(by=by, at=NOW, reason="请补充"),
            service=lambda report, **seen: return_report(report=report, reason="请补充", at=NOW, **seen),
            page=lambda report: _address("tasks:report-return", report.pk, reason="请补充"),
        ),
    ],
)


# --- 任务分工 ---------------------------------------------------------------------------------------------


def completed(cast: Cast) -> Record:
    factories.accepted(cast, percent=100, claims_completion=True, proof=PDF)
    return assignment_of(cast)


def in_progress(cast: Cast) -> Record:
    factories.accepted(cast)
    return assignment_of(cast)


def not_applicable(cast: Cast) -> Record:
    return set_not_applicable(assignment=assignment_of(cast), reason="职责划转", by=cast.office, at=NOW)


def handed_over(cast: Cast) -> Record:
    reform_unit(
        unit=cast.finance,
        successor=cast.town,
        last_day=TODAY,
        reason="方案",
        moves_people=False,
        form_id=uuid4(),
        by=cast.office,
        at=NOW,
    )
    return assignment_of(cast)


def carried_over(cast: Cast) -> Record:
    assignment = assignment_of(cast)
    assignment.end(AssignmentStatus.CARRIED_OVER, reason="结转下一年度", by=cast.office, at=NOW)
    return assignment


ASSIGNMENT = Kind(
    statuses=AssignmentStatus,
    stations={
        "todo": assignment_of,
        "in_progress": in_progress,
        "completed": completed,
        "not_applicable": not_applicable,
        "handed_over": handed_over,
        "carried_over": carried_over,
    },
    doors=[
        Door(to="in_progress", method=lambda assignment, by: assignment.begin(by=by, at=NOW)),
        Door(to="completed", method=lambda assignment, by: assignment.complete(handed_in_on=TODAY, by=by, at=NOW)),
        Door(
            to="not_applicable",
            method=lambda assignment, by: assignment.end(AssignmentStatus.NOT_APPLICABLE, reason="否", by=by, at=NOW),
            service=lambda assignment, **seen: set_not_applicable(assignment=assignment, reason="否", at=NOW, **seen),
            office=lambda assignment: _address("admin:tasks_assignment_na", assignment.pk, reason="否"),
        ),
        Door(
            to="handed_over",
            method=lambda assignment, by: assignment.end(AssignmentStatus.HANDED_OVER, reason="改革", by=by, at=NOW),
        ),
        Door(
            to="carried_over",
            method=lambda assignment, by: assignment.end(AssignmentStatus.CARRIED_OVER, reason="结转", by=by, at=NOW),
        ),
    ],
)


# --- 延期与不适用申请 ---------------------------------------------------------------------------------------


def asked(cast: Cast) -> Petition:
    return ask(
        assignment=assignment_of(cast),
        kind=Petition.Kind.EXTENSION,
        wanted_until=date(2018, 12, 10),
        reason="验收未完",
        form_id=uuid4(),
        by=cast.clerk,
        at=NOW,
    )


def lapsed(cast: Cast) -> Petition:
    petition = asked(cast)
    set_not_applicable(assignment=petition.assignment, reason="职责划转", by=cast.office, at=NOW)
    return Petition.objects.get(pk=petition.pk)


PETITION = Kind(
    statuses=PetitionStatus,
    stations={
        "asked": asked,
        "granted": lambda cast: grant_petition(petition=asked(cast), by=cast.signer, at=NOW),
        "refused": lambda cast: refuse_petition(petition=asked(cast), reason="否", by=cast.signer, at=NOW),
        "withdrawn": lambda cast: withdraw_petition(petition=asked(cast), by=cast.clerk, at=NOW),
        "lapsed": lapsed,
    },
    doors=[
        Door(
            to="granted",
            by=("signer2", "signer"),
            method=lambda petition, by: petition.grant(until=petition.wanted_until, reason="", by=by, at=NOW),
            service=lambda petition, **seen: grant_petition(petition=petition, at=NOW, **seen),
            office=lambda petition: _address(
                "admin:tasks_petition_grant",
                petition.pk,
                **{"grant-until": "2018-12-01", "grant-reason": ""},
            ),
            bulk=("admin:tasks_petition_changelist", "grant_selected"),
        ),
        Door(
            to="refused",
            by=("signer2", "signer"),
            method=lambda petition, by: petition.refuse(reason="否", by=by, at=NOW),
            service=lambda petition, **seen: refuse_petition(petition=petition, reason="否", at=NOW, **seen),
            office=lambda petition: _address(
                "admin:tasks_petition_refuse",
                petition.pk,
                **{"refuse-reason": "否"},
            ),
            bulk=("admin:tasks_petition_changelist", "refuse_selected"),
        ),
        Door(
            to="withdrawn",
            by=("head2", "head"),
            method=lambda petition, by: petition.withdraw(by=by, at=NOW),
            service=lambda petition, **seen: withdraw_petition(petition=petition, at=NOW, **seen),
            page=lambda petition: _address("tasks:petition-withdraw", petition.pk),
        ),
        Door(to="lapsed", method=lambda petition, by: petition.lapse(reason="结束", by=by, at=NOW)),
    ],
)


# --- 工作要点通知 -------------------------------------------------------------------------------------------


def draft_notice(cast: Cast) -> WorkPointNotice:
    """Of another year than the issued one, with nothing left to resolve."""
    text = issued.TEXT.replace("2018", "2019").replace("、有关部门", "")
    notice = import_notice(data=text.encode(), filename="2019.txt", form_id=uuid4(), by=cast.office, at=NOW)
    return WorkPointNotice.objects.get(pk=notice.pk)


def issued_notice(cast: Cast) -> WorkPointNotice:
    notice = draft_notice(cast)
    issue_notice(notice=notice, by=cast.office, at=NOW)
    return WorkPointNotice.objects.get(pk=notice.pk)


def merged_notice(cast: Cast) -> WorkPointNotice:
    notice = draft_notice(cast)
    notice._move(NoticeStatus.MERGED, by=cast.office, at=NOW)
    return notice


def discarded_notice(cast: Cast) -> WorkPointNotice:
    notice = draft_notice(cast)
    discard_notice(notice=notice, reason="重复", version=notice.version, by=cast.office, at=NOW)
    return WorkPointNotice.objects.get(pk=notice.pk)


NOTICE = Kind(
    statuses=NoticeStatus,
    stations={
        "draft": draft_notice,
        "issued": issued_notice,
        "merged": merged_notice,
        "discarded": discarded_notice,
    },
    doors=[
        Door(
            to="issued",
            method=lambda notice, by: notice.issue(rhythm=Rhythm.QUARTER, by=by, at=NOW),
            service=lambda notice, **seen: issue_notice(notice=notice, at=NOW, **seen),
            office=lambda notice: _address("admin:tasks_notice_issue", notice.pk, rhythm="quarter"),
        ),
        Door(
            to="discarded",
            method=lambda notice, by: notice.discard(reason="重复", by=by, at=NOW),
            service=lambda notice, **seen: discard_notice(notice=notice, reason="重复", at=NOW, **seen),
            office=lambda notice: _address("admin:tasks_notice_discard", notice.pk, reason="重复"),
        ),
        Door(
            to="draft",
            method=lambda notice, by: notice.revoke(reason="有误", counts={}, by=by, at=NOW),
            service=lambda notice, **seen: revoke_notice(notice=notice, reason="有误", at=NOW, **seen),
            office=lambda notice: _address("admin:tasks_notice_revoke", notice.pk, reason="有误"),
        ),
    ],
)


# --- 异议、整改 ---------------------------------------------------------------------------------------------

TRUE = FindingFields(outcome="true", note="核对后一致", rectify_by_date=None, marks=[])


def finding(cast: Cast) -> Record:
    drawn = factories.drawn_of_finance(cast, assignment_of(cast).task.point.notice, rubric=factories.small_rubric())
    return recorded(cast, drawn)


def raised(cast: Cast) -> Record:
    return factories.objected(cast, finding(cast))


def decided(cast: Cast, found: FindingFields | None) -> Record:
    objection = raised(cast)
    return decide_objection(
        objection=objection, found=found, decision="已核对", version=objection.version, by=cast.office, at=NOW
    )


def written(cast: Cast) -> Record:
    return factories.written_objection(cast, finding(cast))


def sent_back(cast: Cast) -> Record:
    objection = written(cast)
    return return_objection(objection=objection, reason="请补充", version=objection.version, by=cast.head, at=NOW)


OBJECTION = Kind(
    statuses=ObjectionStatus,
    stations={
        "with_head": written,
        "returned": sent_back,
        "raised": raised,
        "upheld": lambda cast: decided(cast, TRUE),
        "dismissed": lambda cast: decided(cast, None),
    },
    doors=[
        Door(
            to="with_head",
            by=("clerk", "clerk2"),
            method=lambda objection, by: objection.write_again(text="另写", by=by, at=NOW),
            service=lambda objection, version, by: raise_objection(
                finding=Finding.objects.get(pk=objection.finding_id), text="另写", version=1, by=by, at=NOW
            ),
            page=lambda objection: _address(
                "tasks:finding-object", objection.finding_id, text="另写", objection_version=objection.version
            ),
        ),
        Door(
            to="raised",
            by=("head2", "head"),
            method=lambda objection, by: objection.pass_on(by=by, at=NOW),
            service=lambda objection, **seen: pass_objection(objection=objection, at=NOW, **seen),
            page=lambda objection: _address("tasks:objection-pass", objection.finding_id),
        ),
        Door(
            to="returned",
            by=("head2", "head"),
            method=lambda objection, by: objection.return_to_clerk(reason="请补充", by=by, at=NOW),
            service=lambda objection, **seen: return_objection(objection=objection, reason="请补充", at=NOW, **seen),
            page=lambda objection: _address("tasks:objection-return", objection.finding_id, reason="请补充"),
        ),
    ]
    + [
        Door(
            to=verdict,
            method=lambda objection, by, verdict=verdict: objection.decide(
                ObjectionStatus(verdict), decision="已核对", by=by, at=NOW
            ),
            service=lambda objection, found=found, **seen: decide_objection(
                objection=objection, found=found, decision="已核对", at=NOW, **seen
            ),
            office=lambda objection, verdict=verdict: _address(
                "admin:tasks_finding_decide",
                objection.finding_id,
                verdict=verdict,
                decision="已核对",
                outcome="true",
                note="核对后一致",
            ),
        )
        for verdict, found in (("upheld", TRUE), ("dismissed", None))
    ],
)


def opened(cast: Cast) -> Record:
    """With everything that handing it in needs."""
    rectification = finding(cast).rectification
    said = {"rectification": rectification, "by": cast.clerk, "at": NOW}
    save_rectification(text="台账已经补齐。", version=rectification.version, **said)
    add_rectification_proof(proof=factories.stored(cast), **said)
    return type(rectification).objects.get(pk=rectification.pk)


def handed_in(cast: Cast) -> Record:
    return factories.handed_in(cast, finding(cast))


def rechecked(cast: Cast, *, passes: bool) -> Record:
    rectification = handed_in(cast)
    return recheck_rectification(
        rectification=rectification, passes=passes, note="还差一项", version=rectification.version, by=cast.office,
        at=NOW,
    )  # fmt: skip


def lifted(cast: Cast) -> Record:
    found = finding(cast)
    recorded(cast, found.drawn, outcome="true", rectify_by_date=None, version=found.version)
    return type(found.rectification).objects.get(finding=found)


RECTIFICATION = Kind(
    statuses=RectificationStatus,
    stations={
        "open": opened,
        "with_head": lambda cast: factories.submitted_rectification(cast, finding(cast)),
        "handed_in": handed_in,
        "returned": lambda cast: rechecked(cast, passes=False),
        "passed": lambda cast: rechecked(cast, passes=True),
        "lifted": lifted,
    },
    doors=[
        Door(
            to="with_head",
            by=("clerk2", "clerk"),
            method=lambda rectification, by: rectification.submit(by=by, at=NOW),
            service=lambda rectification, **seen: submit_rectification(rectification=rectification, at=NOW, **seen),
            page=lambda rectification: _address(
                "tasks:finding-rectify", rectification.finding_id, text="补齐", hand_in="yes"
            ),
        ),
        Door(
            to="handed_in",
            by=("head2", "head"),
            method=lambda rectification, by: rectification.pass_on(by=by, at=NOW),
            service=lambda rectification, **seen: pass_rectification(rectification=rectification, at=NOW, **seen),
            page=lambda rectification: _address("tasks:rectification-pass", rectification.finding_id),
        ),
        Door(
            to="returned",
            at=("with_head",),
            by=("head2", "head"),
            method=lambda rectification, by: rectification.return_to_clerk(reason="请补充", by=by, at=NOW),
            service=lambda rectification, **seen: return_rectification(
                rectification=rectification, reason="请补充", at=NOW, **seen
            ),
            page=lambda rectification: _address(
                "tasks:rectification-return", rectification.finding_id, reason="请补充"
            ),
        ),
        *[
            Door(
                to=to,
                at=("handed_in",),
                method=lambda rectification, by, to=to: rectification.recheck(
                    RectificationStatus(to), note="还差", by=by, at=NOW
                ),
                service=lambda rectification, to=to, **seen: recheck_rectification(
                    rectification=rectification, passes=to == "passed", note="还差", at=NOW, **seen
                ),
                office=lambda rectification, to=to: _address(
                    "admin:tasks_finding_recheck",
                    rectification.finding_id,
                    passes="yes" if to == "passed" else "no",
                    note="还差",
                ),
            )
            for to in ("passed", "returned")
        ],
        Door(to="lifted", method=lambda rectification, by: rectification.lift(reason="更正", by=by, at=NOW)),
        Door(to="open", method=lambda rectification, by: rectification.open_again(by=by, at=NOW)),
    ],
)


# --- 考核 ---------------------------------------------------------------------------------------------------


def computed(cast: Cast) -> Record:
    scheme = make_a_scheme(cast, assignment_of(cast).task.point.notice)
    return compute_scores(scheme=scheme, as_of=TODAY, by=cast.office, at=NOW)


def circulated(cast: Cast) -> Record:
    scoring = computed(cast)
    return circulate_scores(scoring=scoring, version=scoring.version, by=cast.signer, at=NOW)


SCORING = Kind(
    statuses=ScoringStatus,
    stations={"draft": computed, "circulated": circulated},
    doors=[
        Door(
            to="circulated",
            by=("signer2", "signer"),
            method=lambda scoring, by: scoring.circulate(by=by, at=NOW),
            service=lambda scoring, **seen: circulate_scores(scoring=scoring, at=NOW, **seen),
        ),
    ],
)

KINDS = {
    "notice": NOTICE,
    "assignment": ASSIGNMENT,
    "progress": PROGRESS,
    "petition": PETITION,
    "objection": OBJECTION,
    "rectification": RECTIFICATION,
    "scoring": SCORING,
}
