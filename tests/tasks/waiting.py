"""What waits for somebody (今天要办): of tasks, their reports and spot checks."""

import uuid
from datetime import date, timedelta

from tasks.assignments.urging import remind_units
from tasks.models import Assignment, Drawn, Finding, Petition
from tasks.petitions.services import ask, grant_petition
from tasks.progress.services import accept_report, pass_report, release_words, return_report, submit_report
from tasks.scoring.services import circulate_scores, compute_scores
from tasks.spot_checks.drawing import draw_inspectors, draw_spot_check
from tasks.spot_checks.remedies import (
    decide_objection,
    pass_objection,
    pass_rectification,
    recheck_rectification,
    return_objection,
)
from tests.cast import Cast
from tests.reports import makers as papers
from tests.tasks import factories as work
from tests.tasks.factories import NOW, PDF, TODAY, assignment_of
from tests.tasks.scoring.conftest import make_a_scheme
from tests.waiting_work import OFFICES, Piece, waits

SOON = {"due_dates": (date(2018, 12, 31),)}


@waits("reports-returned")
def reports_returned(cast: Cast) -> Piece:
    work.issued_notice(cast, **SOON)
    report = return_report(report=work.with_office(cast, of="第三季度"), reason="请补充", by=cast.office, at=NOW)
    return Piece({"clerk"}, lambda: submit_report(report=report, by=cast.clerk, at=NOW))


@waits("reports-owed")
def reports_owed(cast: Cast) -> Piece:
    work.issued_notice(cast, **SOON)

    def report_both() -> None:
        work.with_head(cast, of="第三季度")
        town = assignment_of(cast, unit="town")
        work.with_head(cast, of="第三季度", assignment=town, by=cast.other_clerk)

    return Piece({"clerk", "other_clerk"}, report_both)


@waits("tasks-due")
def tasks_due(cast: Cast) -> Piece:
    work.issued_notice(cast, due_dates=(date(2018, 11, 1),))
    work.with_office(cast, of="第三季度")
    done = {"percent": 100, "claims_completion": True, "proof": PDF}
    return Piece({"clerk"}, lambda: work.with_head(cast, **done))


@waits("reports-to-check")
def reports_to_check(cast: Cast) -> Piece:
    work.issued_notice(cast, **SOON)
    report = work.with_head(cast)
    return Piece({"head"}, lambda: pass_report(report=report, by=cast.head, at=NOW))


def asked(cast: Cast, kind: str = "extension") -> Petition:
    work.issued_notice(cast, **SOON)
    wanted = {"wanted_until": date(2019, 1, 20)} if kind == "extension" else {}
    said = {"reason": "系统改造尚未验收", "form_id": uuid.uuid4(), **wanted}
    return ask(assignment=assignment_of(cast), kind=kind, by=cast.clerk, at=NOW, **said)


@waits("petitions-to-decide")
def petitions_to_decide(cast: Cast) -> Piece:
    petition = asked(cast)
    until = date(2019, 1, 20)
    return Piece({"signer"}, lambda: grant_petition(petition=petition, until=until, reason="", by=cast.signer, at=NOW))


@waits("petitions-to-decide")
def petitions_not_applicable(cast: Cast) -> Piece:
    petition = asked(cast, kind="not_applicable")
    return Piece(OFFICES, lambda: grant_petition(petition=petition, reason="确无此职责", by=cast.office, at=NOW))


@waits("petitions-answered")
def petitions_answered(cast: Cast) -> Piece:
    petitions_to_decide(cast).act()
    return Piece({"clerk", "head"}, after=timedelta(days=8))


@waits("reports-to-confirm")
def reports_to_confirm(cast: Cast) -> Piece:
    work.issued_notice(cast, **SOON)
    report = work.with_office(cast)
    return Piece(OFFICES, lambda: accept_report(report=report, by=cast.office, at=NOW))


@waits("public-words-to-release")
def public_words_to_release(cast: Cast) -> Piece:
    work.issued_notice(cast, **SOON)
    report = work.accepted(cast, public_summary="已公开部门预算")
    return Piece(OFFICES, lambda: release_words(report=report, by=cast.office, at=NOW))


@waits("notices-to-issue")
def notices_to_issue(cast: Cast) -> Piece:
    notice = papers.drafted_notice(cast)
    return Piece(OFFICES, lambda: notice.discard(reason="重复", by=cast.office, at=NOW))


@waits("scores-to-circulate")
def scores_to_circulate(cast: Cast) -> Piece:
    scheme = make_a_scheme(cast, work.issued_notice(cast, **SOON))
    scoring = compute_scores(scheme=scheme, as_of=TODAY, by=cast.office, at=NOW)
    act = lambda: circulate_scores(scoring=scoring, version=scoring.version, by=cast.signer, at=NOW)  # noqa: E731
    return Piece({"signer"}, act)


@waits("overdue-to-remind", "late-reports-to-remind")
def reminded(cast: Cast) -> Piece:
    work.issued_notice(cast, due_dates=(date(2018, 11, 1),))
    return Piece(OFFICES, lambda: remind_units(assignments=Assignment.objects.all(), by=cast.office, at=NOW))


def drawn(cast: Cast) -> Drawn:
    """The finance bureau's, and nothing else."""
    notice = work.issued_notice(cast, **SOON)
    Assignment.objects.filter(unit=cast.town).update(status="not_applicable", ended_on=TODAY, ended_reason="无此职责")
    return work.drawn_check(cast, notice, size=1).drawn.get()


def found(cast: Cast) -> Finding:
    return work.recorded(cast, drawn(cast))


@waits("sheets-to-inspect")
def sheets_to_inspect(cast: Cast) -> Piece:
    each = drawn(cast)
    return Piece({"inspector"}, lambda: work.recorded(cast, each))


@waits("inspectors-to-name")
def inspectors_to_name(cast: Cast) -> Piece:
    notice = work.issued_notice(cast, **SOON)
    how = {"title": "抽查", "size": 1, "seed": "1", "stratified_by": [], "as_of": TODAY, "form_id": uuid.uuid4()}
    check = draw_spot_check(notice=notice, by=cast.office, at=NOW, **how)
    return Piece(OFFICES, lambda: draw_inspectors(spot_check=check, pool=[cast.inspector], by=cast.office, at=NOW))


@waits("findings-to-answer")
def findings_to_answer(cast: Cast) -> Piece:
    finding = found(cast)
    return Piece({"clerk"}, lambda: work.written_objection(cast, finding))


@waits("objections-to-pass")
def objections_to_pass(cast: Cast) -> Piece:
    objection = work.written_objection(cast, found(cast))
    said = {"objection": objection, "version": objection.version, "by": cast.head, "at": NOW}
    return Piece({"head"}, lambda: pass_objection(**said))


@waits("objections-returned")
def objections_returned(cast: Cast) -> Piece:
    finding = found(cast)
    objection = work.written_objection(cast, finding)
    return_objection(objection=objection, reason="写清楚", version=objection.version, by=cast.head, at=NOW)
    again = Finding.objects.get(pk=finding.pk)
    return Piece({"clerk"}, lambda: work.written_objection(cast, again))


@waits("objections-to-decide")
def objections_to_decide(cast: Cast) -> Piece:
    objection = work.objected(cast, found(cast))
    said = {"decision": "维持", "version": objection.version, "by": cast.office, "at": NOW}
    return Piece(OFFICES, lambda: decide_objection(objection=objection, found=None, **said))


@waits("rectifications-owed")
def rectifications_owed(cast: Cast) -> Piece:
    finding = found(cast)
    return Piece({"clerk"}, lambda: work.submitted_rectification(cast, finding))


@waits("rectifications-to-pass")
def rectifications_to_pass(cast: Cast) -> Piece:
    written = work.submitted_rectification(cast, found(cast))
    said = {"rectification": written, "version": written.version, "by": cast.head, "at": NOW}
    return Piece({"head"}, lambda: pass_rectification(**said))


@waits("rectifications-to-recheck")
def rectifications_to_recheck(cast: Cast) -> Piece:
    handed_in = work.handed_in(cast, found(cast))
    said = {"passes": True, "note": "", "version": handed_in.version, "by": cast.inspector, "at": NOW}
    return Piece({"inspector", *OFFICES}, lambda: recheck_rectification(rectification=handed_in, **said))
