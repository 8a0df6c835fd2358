"""How each kind of waiting work (今天要办) comes about, whose it is, and the act that does away with it; for `test_inbox`."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from disclosure.annual_reports import services as annual
from disclosure.annual_reports.blanks import blank_of
from disclosure.annual_reports.county import county_figures
from disclosure.corrections.services import answer_correction
from disclosure.items.lifecycle import ask_for_release, withdraw_item
from disclosure.items.publication import publish_item
from disclosure.models import (
    AnnualReport,
    Answer,
    CatalogueEntry,
    EntryUnit,
    ImportRow,
    Item,
    ItemImport,
    OpennessOffice,
    OpinionTerm,
    ProposalUnit,
    PublicCheck,
    RemedyAuthority,
    RequestUnit,
    SitePage,
)
from disclosure.models.states import CorrectionStatus
from disclosure.proposals import letter as proposal_letter
from disclosure.proposals import services as proposal_services
from disclosure.proposals.kind import PROPOSALS
from disclosure.public_opinion.services import accept as accept_opinion
from disclosure.public_opinion.services import approve_decline, evaluate
from disclosure.requests.desk import answering, registering, steps
from disclosure.requests.office.urging import urge_applications
from disclosure.review.services import answer_item, lines, pass_item, return_item, submit_item
from disclosure.service_guides import services as guides_of_services
from disclosure.site_columns.guide import keep_openness_office
from disclosure.site_columns.services import edit_page
from fixtures.reference_data import load_workdays
from ninghai.accounts.people import grant_role
from ninghai.jobs.queue import queue_job
from ninghai.models import Delivery, Job, Role, SafetyCheck, User, Workday
from ninghai.models.job import JobStatus
from ninghai.operations.safety_checks import keep_result
from ninghai.staff_site.inbox import KINDS
from reports.circulation import check_report, circulate_report, confirm_receipt, sign_report, submit_to_catalogue
from reports.models import BookletMaking, Receipt, Report
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
from tests.cast import Cast, name_authorities
from tests.disclosure import makers as items
from tests.disclosure.annual_reports.shapes import TEXTS, whole
from tests.disclosure.proposals import makers as proposals
from tests.disclosure.public_opinion import makers as opinions
from tests.disclosure.requests import makers as requests
from tests.disclosure.service_guides import makers as service_guides
from tests.jobs.makers import booklet_job
from tests.reports import makers as papers
from tests.tasks import factories as work
from tests.tasks.factories import NOW, PDF, TODAY, assignment_of, stored
from tests.tasks.scoring.conftest import make_a_scheme

OFFICES, READERS = {"office", "second_office"}, {"office", "second_office", "signer"}
TEXTS_OF_2017 = {part: TEXTS.get(part, "") for part in blank_of(2017).parts}
SOON = {"due_dates": (date(2018, 12, 31),)}
Act = Callable[[], object]


@dataclass(frozen=True)
class Piece:
    """What was made: whose inboxes it is in, and what does away with it; or the day by which it has gone by itself."""

    owners: set[str]
    act: Act = lambda: None
    after: timedelta = timedelta()
    on: date = TODAY


# --- Reports, petitions, reminders, notices, scores ---------------------------------------------------------------


def reports_returned(cast: Cast) -> Piece:
    work.issued_notice(cast, **SOON)
    report = return_report(report=work.with_office(cast, of="第三季度"), reason="请补充", by=cast.office, at=NOW)
    return Piece({"clerk"}, lambda: submit_report(report=report, by=cast.clerk, at=NOW))


def reports_owed(cast: Cast) -> Piece:
    work.issued_notice(cast, **SOON)

    def report_both() -> None:
        work.with_head(cast, of="第三季度")
        town = assignment_of(cast, unit="town")
        work.with_head(cast, of="第三季度", assignment=town, by=cast.other_clerk)

    return Piece({"clerk", "other_clerk"}, report_both)


def tasks_due(cast: Cast) -> Piece:
    work.issued_notice(cast, due_dates=(date(2018, 11, 1),))
    work.with_office(cast, of="第三季度")
    done = {"percent": 100, "claims_completion": True, "proof": PDF}
    return Piece({"clerk"}, lambda: work.with_head(cast, **done))


def reports_to_check(cast: Cast) -> Piece:
    work.issued_notice(cast, **SOON)
    report = work.with_head(cast)
    return Piece({"head"}, lambda: pass_report(report=report, by=cast.head, at=NOW))


def asked(cast: Cast, kind: str = "extension") -> Petition:
    work.issued_notice(cast, **SOON)
    wanted = {"wanted_until": date(2019, 1, 20)} if kind == "extension" else {}
    said = {"reason": "系统改造尚未验收", "form_id": uuid.uuid4(), **wanted}
    return ask(assignment=assignment_of(cast), kind=kind, by=cast.clerk, at=NOW, **said)


def petitions_to_decide(cast: Cast) -> Piece:
    petition = asked(cast)
    until = date(2019, 1, 20)
    return Piece({"signer"}, lambda: grant_petition(petition=petition, until=until, reason="", by=cast.signer, at=NOW))


def petitions_not_applicable(cast: Cast) -> Piece:
    petition = asked(cast, kind="not_applicable")
    return Piece(OFFICES, lambda: grant_petition(petition=petition, reason="确无此职责", by=cast.office, at=NOW))


def petitions_answered(cast: Cast) -> Piece:
    petitions_to_decide(cast).act()
    return Piece({"clerk", "head"}, after=timedelta(days=8))


def reports_to_confirm(cast: Cast) -> Piece:
    work.issued_notice(cast, **SOON)
    report = work.with_office(cast)
    return Piece(OFFICES, lambda: accept_report(report=report, by=cast.office, at=NOW))


def public_words_to_release(cast: Cast) -> Piece:
    work.issued_notice(cast, **SOON)
    report = work.accepted(cast, public_summary="已公开部门预算")
    return Piece(OFFICES, lambda: release_words(report=report, by=cast.office, at=NOW))


def notices_to_issue(cast: Cast) -> Piece:
    notice = papers.drafted_notice(cast)
    return Piece(OFFICES, lambda: notice.discard(reason="重复", by=cast.office, at=NOW))


def scores_to_circulate(cast: Cast) -> Piece:
    scheme = make_a_scheme(cast, work.issued_notice(cast, **SOON))
    scoring = compute_scores(scheme=scheme, as_of=TODAY, by=cast.office, at=NOW)
    act = lambda: circulate_scores(scoring=scoring, version=scoring.version, by=cast.signer, at=NOW)  # noqa: E731
    return Piece({"signer"}, act)


def reminded(cast: Cast) -> Piece:
    work.issued_notice(cast, due_dates=(date(2018, 11, 1),))
    return Piece(OFFICES, lambda: remind_units(assignments=Assignment.objects.all(), by=cast.office, at=NOW))


# --- After a draw ------------------------------------------------------------------------------------------------


def drawn(cast: Cast) -> Drawn:
    """The finance bureau's, and nothing else."""
    notice = work.issued_notice(cast, **SOON)
    Assignment.objects.filter(unit=cast.town).update(status="not_applicable", ended_on=TODAY, ended_reason="无此职责")
    return work.drawn_check(cast, notice, size=1).drawn.get()


def found(cast: Cast) -> Finding:
    return work.recorded(cast, drawn(cast))


def sheets_to_inspect(cast: Cast) -> Piece:
    each = drawn(cast)
    return Piece({"inspector"}, lambda: work.recorded(cast, each))


def inspectors_to_name(cast: Cast) -> Piece:
    notice = work.issued_notice(cast, **SOON)
    how = {"title": "抽查", "size": 1, "seed": "1", "stratified_by": [], "as_of": TODAY, "form_id": uuid.uuid4()}
    check = draw_spot_check(notice=notice, by=cast.office, at=NOW, **how)
    return Piece(OFFICES, lambda: draw_inspectors(spot_check=check, pool=[cast.inspector], by=cast.office, at=NOW))


def findings_to_answer(cast: Cast) -> Piece:
    finding = found(cast)
    return Piece({"clerk"}, lambda: work.written_objection(cast, finding))


def objections_to_pass(cast: Cast) -> Piece:
    objection = work.written_objection(cast, found(cast))
    said = {"objection": objection, "version": objection.version, "by": cast.head, "at": NOW}
    return Piece({"head"}, lambda: pass_objection(**said))


def objections_returned(cast: Cast) -> Piece:
    finding = found(cast)
    objection = work.written_objection(cast, finding)
    return_objection(objection=objection, reason="写清楚", version=objection.version, by=cast.head, at=NOW)
    again = Finding.objects.get(pk=finding.pk)
    return Piece({"clerk"}, lambda: work.written_objection(cast, again))


def objections_to_decide(cast: Cast) -> Piece:
    objection = work.objected(cast, found(cast))
    said = {"decision": "维持", "version": objection.version, "by": cast.office, "at": NOW}
    return Piece(OFFICES, lambda: decide_objection(objection=objection, found=None, **said))


def rectifications_owed(cast: Cast) -> Piece:
    finding = found(cast)
    return Piece({"clerk"}, lambda: work.submitted_rectification(cast, finding))


def rectifications_to_pass(cast: Cast) -> Piece:
    written = work.submitted_rectification(cast, found(cast))
    said = {"rectification": written, "version": written.version, "by": cast.head, "at": NOW}
    return Piece({"head"}, lambda: pass_rectification(**said))


def rectifications_to_recheck(cast: Cast) -> Piece:
    handed_in = work.handed_in(cast, found(cast))
    said = {"passes": True, "note": "", "version": handed_in.version, "by": cast.inspector, "at": NOW}
    return Piece({"inspector", *OFFICES}, lambda: recheck_rectification(rectification=handed_in, **said))


# --- Items ----------------------------------------------------------------------------------------------------------


def items_returned(cast: Cast) -> Piece:
    item = items.with_head(cast)
    returned = return_item(item=item, reason="请补充", by=cast.head, at=items.AT)
    return Piece({"clerk"}, lambda: submit_item(item=returned, by=cast.clerk, at=items.AT))


def items_to_check(cast: Cast) -> Piece:
    item = items.with_head(cast)
    said = {"seen_hash": item.content_hash(), "checked": lines(Answer.Kind.SECRECY), "by": cast.head, "at": items.AT}
    return Piece({"head"}, lambda: pass_item(item=item, **said))


def items_to_assess(cast: Cast) -> Piece:
    item = items.published(cast)
    Item.objects.filter(pk=item.pk).update(next_review_date=TODAY)
    return Piece({"clerk"}, lambda: items.revised(cast, item))


def answered(cast: Cast, kind: Answer.Kind) -> Piece:
    item = items.in_review(cast)
    said = {"seen_hash": item.content_hash(), "checked": lines(kind), "by": cast.office, "at": items.AT}
    return Piece(READERS, lambda: answer_item(item=item, kind=kind, **said))


def secrecy_to_answer(cast: Cast) -> Piece:
    item = items.released_at_once(cast, items.drafted(cast))
    kind = Answer.Kind.SECRECY
    said = {"seen_hash": item.content_hash(), "checked": lines(kind), "by": cast.head, "at": items.AT}
    return Piece({"head"}, lambda: answer_item(item=item, kind=kind, **said))


def items_to_publish(cast: Cast) -> Piece:
    item = items.approved(cast)
    return Piece(READERS, lambda: publish_item(item=item, by=cast.office, at=items.AT))


def releases_asked_for(cast: Cast) -> Piece:
    item = ask_for_release(item=items.drafted(cast), reason="台风即将登陆", by=cast.clerk, at=items.AT)
    return Piece({"signer"}, lambda: items.released_at_once(cast, item))


def withdrawn(cast: Cast, item: Item) -> Item:
    reason = Item.WithdrawalReason.PERSONAL_DATA
    return withdraw_item(item=item, reason=reason, explanation="有个人信息", by=cast.office, at=items.AT)


def personal_data_in_public(cast: Cast) -> Piece:
    item = items.published(cast)
    PublicCheck.objects.create(item=item, checked_at=items.AT, open_hits=1, words="身份证号1处")
    return Piece(READERS, lambda: withdrawn(cast, item))


def duties_to_disclose(cast: Cast) -> Piece:
    entry = CatalogueEntry.objects.create(catalogue=items.county_catalogue(), code="11", name="部门预算", position=1)
    EntryUnit.objects.create(entry=entry, unit=cast.finance)
    return Piece({"clerk"}, lambda: items.published(cast, entry=entry))


def corrections_to_answer(cast: Cast) -> Piece:
    correction = items.corrected(items.published(cast))
    said = {"to": CorrectionStatus.EXPLAINED, "answer": "已核对。", "version": correction.version, "at": items.AT}
    return Piece({"clerk", "head"}, lambda: answer_correction(correction=correction, by=cast.clerk, **said))


def requests_to_confirm(cast: Cast) -> Piece:
    case, later = requests.unconfirmed(cast), items.AT.replace(year=2019, month=6, day=3)
    said = {"confirmed_on": later.date(), "version": case.version, "by": cast.clerk, "at": later}
    return Piece({"clerk"}, lambda: answering.confirm(case=case, **said))


def requests_to_answer(cast: Cast) -> Piece:
    case = requests.applied(cast)
    said = {"code": "not_held", "filled": requests.FILLED["not_held"], "version": case.version, "at": items.AT}
    return Piece({"clerk"}, lambda: answering.propose(case=case, by=cast.clerk, **said))


def requests_to_designate(cast: Cast) -> Piece:
    case = requests.given_back(cast)
    said = {"unit": cast.finance, "reason": "属于财政局", "version": case.version, "at": items.AT}
    return Piece(OFFICES, lambda: registering.designate(case=case, by=cast.office, **said))


def requests_to_sign(cast: Cast) -> Piece:
    case = requests.proposed(cast)
    return Piece({"head"}, lambda: answering.sign(case=case, version=case.version, by=cast.head, at=items.AT))


def requests_to_urge(cast: Cast) -> Piece:
    """Received in October, and not answered by its last day."""
    requests.applied(cast, at=items.AT.replace(month=10, day=8))
    units = RequestUnit.objects.filter(pk=cast.finance.pk)
    return Piece(OFFICES, lambda: urge_applications(units=units, words="请尽快答复。", by=cast.office, at=items.AT))


def requests_to_deliver(cast: Cast) -> Piece:
    case = requests.signed(cast)
    return Piece({"clerk"}, lambda: requests.hand_to_post(cast, case))


def opinions_to_hand_out(cast: Cast) -> Piece:
    event = opinions.found(cast)
    return Piece(OFFICES, lambda: opinions.assigned(cast, event))


def opinions_to_decide(cast: Cast) -> Piece:
    event = opinions.declining(cast)
    return Piece(
        {"signer"}, lambda: approve_decline(**opinions.seen(event), by=cast.signer, at=opinions.later(hours=2))
    )


def opinions_to_accept(cast: Cast) -> Piece:
    event = opinions.assigned(cast)
    return Piece({"clerk"}, lambda: accept_opinion(**opinions.seen(event), by=cast.clerk, at=opinions.FOUND))


def opinions_to_answer(cast: Cast) -> Piece:
    event = opinions.answering_(cast)
    return Piece({"clerk"}, lambda: opinions.responded(cast, event, at=opinions.later(hours=1)))


def opinions_to_continue(cast: Cast) -> Piece:
    """Answered on the 19th, and nothing since."""
    event, later = opinions.answered(cast), opinions.later(days=4)
    return Piece({"clerk"}, lambda: opinions.responded(cast, event, at=later), on=later.date())


def opinions_to_evaluate(cast: Cast) -> Piece:
    event = opinions.done(cast)
    points = {each.pk: each.points for each in OpinionTerm.objects.offered("criterion")}
    told = {"points": points, "words": "回应及时。", "proposal": "none", "at": opinions.later(hours=4)}
    return Piece(OFFICES, lambda: evaluate(**opinions.seen(event), **told, by=cast.office))


def request_papers_to_deliver(cast: Cast) -> Piece:
    case, later = requests.amending(cast), items.AT.replace(year=2019, month=6, day=5)
    return Piece({"clerk"}, lambda: requests.hand_letter(cast, case, kind="amendment", at=later) and None)


def request_opinions_overdue(cast: Cast) -> Piece:
    case, later = requests.amending(cast), items.AT.replace(year=2019, month=6, day=24)
    requests.hand_letter(cast, case, kind="amendment", at=later.replace(day=5))
    told = {"version": case.version, "by": cast.clerk, "at": later}
    return Piece({"clerk"}, lambda: steps.give_up_amendment(case=case, **told), on=later.date())


def authorities_to_enter(cast: Cast) -> Piece:
    requests.applied(cast)
    RemedyAuthority.objects.filter(unit=cast.finance).delete()
    return Piece(OFFICES, lambda: name_authorities(cast.finance, "宁海县人民政府、宁波市财政局", "宁海县人民法院"))


def corrections_unanswered(cast: Cast) -> Piece:
    return replace(corrections_to_answer(cast), owners=OFFICES, on=date(2018, 12, 10))


# --- Proposals -----------------------------------------------------------------------------------------------------


def proposals_to_hand_over(cast: Cast) -> Piece:
    case = proposals.entered(cast)
    said = {"handed_on": items.AT.date(), "version": case.version, "by": cast.office, "at": items.AT}
    return Piece(OFFICES, lambda: proposal_services.hand_over(case=case, **said))


def proposals_to_accept(cast: Cast) -> Piece:
    case = proposals.joint(cast)

    def accept_both() -> None:
        for who in (cast.clerk, cast.other_clerk):
            proposal_services.accept(case=case, version=case.version, by=who, at=items.AT)

    return Piece({"clerk", "other_clerk"}, accept_both)


def proposal_parts_to_give(cast: Cast) -> Piece:
    case = proposals.joint(cast)
    return Piece({"other_clerk"}, lambda: proposals.give_part(cast, case))


def proposals_to_reply(cast: Cast) -> Piece:
    case = proposals.handed_over(cast)
    return Piece({"clerk"}, lambda: proposals.propose(cast, case))


def proposals_to_sign(cast: Cast) -> Piece:
    case = proposals.proposed(cast)
    return Piece({"head"}, lambda: proposals.sign(cast, case))


def proposals_to_publish(cast: Cast) -> Piece:
    case = proposals.replied(cast)
    case.refresh_from_db()
    said = {"version": case.version, "by": cast.clerk, "at": items.AT}
    return Piece({"clerk"}, lambda: proposal_letter.draft_publication(case=case, **said))


def proposals_to_designate(cast: Cast) -> Piece:
    case = proposals.handed_over(cast)
    said = {"belongs_to": None, "reason": "不属于本单位", "version": case.version}
    proposal_services.give_proposal_back(case=case, by=cast.clerk, at=items.AT, **said)
    told = {"unit": cast.town, "reason": "属于深甽镇", "version": case.version, "by": cast.office}
    return Piece(OFFICES, lambda: proposal_services.designate(case=case, at=items.AT, **told))


def proposals_to_urge(cast: Cast) -> Piece:
    """Handed over in February, and not replied to by its last day."""
    proposals.handed_over(cast, at=items.AT.replace(month=2, day=10))
    told = {"units": ProposalUnit.objects.filter(pk=cast.finance.pk), "words": "请尽快答复。", "of": PROPOSALS}
    return Piece(OFFICES, lambda: urge_applications(by=cast.office, at=items.AT, **told))


# --- Yearly reports ------------------------------------------------------------------------------------------------

NEW_YEAR, HANDED_IN = date(2019, 1, 2), {"version": 1, "at": NOW}


def annual_reports_to_begin(cast: Cast) -> Piece:
    """Of the year since which requests are registered here: each unit's."""
    requests.applied(cast)
    own = ((cast.finance, cast.clerk), (cast.town, cast.other_clerk), (cast.county_office, cast.office))
    act = lambda: [annual.open_report(year=2018, unit=unit, by=who, at=NOW) for unit, who in own]  # noqa: E731
    return Piece({"clerk", "other_clerk", *OFFICES}, act, on=NEW_YEAR)


def county_report_to_begin(cast: Cast) -> Piece:
    requests.applied(cast)
    act = lambda: annual.open_report(year=2018, unit=None, by=cast.office, at=NOW)  # noqa: E731
    return Piece(OFFICES, act, on=NEW_YEAR)


def annual_report(cast: Cast, status: str = "draft", *, of_county: bool = False, **fields: object) -> AnnualReport:
    """The bureau's on 2017 with nothing in it, or the county's, which is the sum of that."""
    said = {"year": 2017, "texts": TEXTS_OF_2017, "drafted_at": NOW, **fields}
    if of_county:
        annual_report(cast, "reported")
        figures = county_figures(2017)
        return AnnualReport.objects.create(unit=None, figures=figures, status=status, **said)
    return AnnualReport.objects.create(unit=cast.finance, figures=whole(2017), status=status, **said)


def annual_reports_to_write(cast: Cast) -> Piece:
    report = annual_report(cast)
    return Piece({"clerk"}, lambda: annual.hand_in(report=report, explanation="", by=cast.clerk, **HANDED_IN))


def county_report_to_write(cast: Cast) -> Piece:
    report = annual_report(cast, of_county=True)
    return Piece(OFFICES, lambda: annual.hand_in(report=report, explanation="", by=cast.office, **HANDED_IN))


def annual_reports_to_check(cast: Cast) -> Piece:
    report = annual_report(cast, "with_head")
    return Piece({"head"}, lambda: annual.pass_report(report=report, by=cast.head, **HANDED_IN))


def county_report_to_check(cast: Cast) -> Piece:
    report = annual_report(cast, "with_head", of_county=True)
    return Piece({"signer"}, lambda: annual.pass_report(report=report, by=cast.signer, **HANDED_IN))


def annual_reports_to_publish(cast: Cast) -> Piece:
    report = annual_report(cast, "reported", reported_at=NOW, file=stored(cast, name="年度报告.pdf"))
    return Piece({"clerk"}, lambda: annual.draft_report_item(report=report, by=cast.clerk, **HANDED_IN))


def service_guides_to_write(cast: Cast) -> Piece:
    guide = service_guides.drafted(cast)
    return Piece(
        {"clerk"}, lambda: guides_of_services.hand_in_guide(guide=guide, version=guide.version, by=cast.clerk, at=NOW)
    )


def service_guides_to_approve(cast: Cast) -> Piece:
    guide = service_guides.with_head(cast)
    said = {"approved_on": NOW.date(), "approval_paper": "", "version": guide.version}
    return Piece({"head"}, lambda: guides_of_services.approve_guide(guide=guide, by=cast.head, at=NOW, **said))


def service_guides_to_publish(cast: Cast) -> Piece:
    guide = service_guides.approved(cast, at=NOW)
    said = {"effective_on": NOW.date(), "what_changed": "", "version": guide.version}
    return Piece({"head"}, lambda: guides_of_services.publish_guide(guide=guide, by=cast.head, at=NOW, **said))


def imports_to_begin(cast: Cast) -> Piece:
    table = stored(cast, name="历史信息.xlsx")
    job = queue_job("import", uuid.uuid4().hex)
    item_import = ItemImport.objects.create(
        workbook=table, status="checked", requested_by=cast.office, requested_at=NOW, job=job
    )
    ImportRow.objects.create(item_import=item_import, number=2, status=ImportRow.Status.READY)
    return Piece(READERS, lambda: item_import.begin(by=cast.office, at=NOW, version=item_import.version))


def pages_to_fill(cast: Cast) -> Piece:
    page = SitePage.objects.create(column=SitePage.Column.GUIDE, body="一、机构\n电话：待填写")
    said = {"body": "一、机构\n电话：65550000", "version": page.version, "by": cast.office, "at": NOW}
    return Piece(OFFICES, lambda: edit_page(page=page, **said))


def guides_to_complete(cast: Cast) -> Piece:
    load_workdays()

    def said(phone: str) -> None:
        office = OpennessOffice(unit=cast.finance, since=TODAY, name="办公室", address="某路1号", hours="工作日")
        office.phone = phone
        keep_openness_office(office, by=cast.clerk, at=NOW)

    said("")
    return Piece({"clerk"}, lambda: said("0574-00000000"))


# --- Papers ---------------------------------------------------------------------------------------------------------


def papers_to_check(cast: Cast) -> Piece:
    paper = papers.rendered(papers.requested(cast, papers.issued_notice(cast)))
    return Piece({"second_office"}, lambda: check_report(report=paper, by=cast.second_office, at=NOW))


def papers_to_sign(cast: Cast) -> Piece:
    paper = papers.checked(cast, papers.issued_notice(cast))
    said = {"document_number": "宁政办发〔2018〕60号", "signed_on": TODAY, "by": cast.signer, "at": NOW}
    return Piece({"signer"}, lambda: sign_report(report=paper, **said))


def papers_to_send(cast: Cast) -> Piece:
    paper = papers.signed_report(cast, papers.issued_notice(cast))
    return Piece(OFFICES, lambda: circulate_report(report=paper, units=[cast.finance], by=cast.office, at=NOW))


def papers_to_publish(cast: Cast) -> Piece:
    paper = papers.signed_report(cast, papers.issued_notice(cast))
    return Piece(OFFICES, lambda: submit_to_catalogue(report=paper, by=cast.office, at=NOW))


def papers_to_confirm(cast: Cast) -> Piece:
    papers_to_send(cast).act()
    receipt = Receipt.objects.get()
    return Piece({"clerk", "head"}, lambda: confirm_receipt(receipt=receipt, by=cast.head, at=NOW))


def failed(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(status=JobStatus.FAILED)


def papers_that_failed(cast: Cast) -> Piece:
    paper = papers.requested(cast, papers.issued_notice(cast))
    failed(paper.job)
    again = Report.objects.get(pk=paper.pk)
    return Piece(READERS, lambda: again.job.retry(by=cast.office, at=NOW))


def booklets_that_failed(cast: Cast) -> Piece:
    failed(booklet_job(cast))
    again = BookletMaking.objects.get()
    return Piece(OFFICES, lambda: again.job.retry(by=cast.office, at=NOW))


# --- The portal itself ------------------------------------------------------------------------------------------------


def years_without_calendar(cast: Cast) -> Piece:
    def enter() -> None:
        for year in (2018, 2019):
            Workday.objects.create(date=date(year, 10, 1), kind=Workday.Kind.HOLIDAY, source="通知")

    Workday.objects.filter(date__in=[date(2018, 10, 1), date(2019, 10, 1)]).delete()
    return Piece(OFFICES, enter)


def accounts_without_role(cast: Cast) -> Piece:
    new = User.objects.create(username="new", name="新来的", date_joined=NOW)
    security = User.objects.get(username="security")
    act = lambda: grant_role(person=new, unit=cast.finance, role=Role.EDITOR, by=security, at=NOW)  # noqa: E731
    return Piece({"security"}, act)


def accounts_never_used(cast: Cast) -> Piece:
    return Piece({"security"}, lambda: User.objects.update(last_login=NOW))


def sendings_that_failed(cast: Cast) -> Piece:
    job = queue_job("email", uuid.uuid4().hex)
    Delivery.objects.create(
        channel="email", recipient=cast.clerk, event="digest:1", status="failed", job=job, ended_at=NOW, error="拒收"
    )
    return Piece({"system"}, after=timedelta(days=8))


def looked(kind: SafetyCheck.Kind, *, is_good: bool, hour: int) -> None:
    at = NOW.replace(hour=hour)
    keep_result(kind=kind, at=at, is_good=is_good, looked_at=1, words="一处：\n《甲》不一致。", url="/")


def checks_that_failed(cast: Cast) -> Piece:
    looked(SafetyCheck.Kind.TRAIL, is_good=False, hour=3)
    return Piece({"auditor", "security"}, lambda: looked(SafetyCheck.Kind.TRAIL, is_good=True, hour=4))


def content_that_changed(cast: Cast) -> Piece:
    looked(SafetyCheck.Kind.CONTENT, is_good=False, hour=3)
    return Piece(READERS, lambda: looked(SafetyCheck.Kind.CONTENT, is_good=True, hour=4))


MAKERS: dict[str, Callable[[Cast], Piece]] = {
    "proposals-to-hand-over": proposals_to_hand_over,
    "proposals-to-accept": proposals_to_accept,
    "proposal-parts-to-give": proposal_parts_to_give,
    "proposals-to-reply": proposals_to_reply,
    "proposals-to-sign": proposals_to_sign,
    "proposals-to-publish": proposals_to_publish,
    "proposals-to-designate": proposals_to_designate,
    "proposals-to-urge": proposals_to_urge,
    "reports-returned": reports_returned,
    "reports-owed": reports_owed,
    "tasks-due": tasks_due,
    "reports-to-check": reports_to_check,
    "petitions-answered": petitions_answered,
    "reports-to-confirm": reports_to_confirm,
    "public-words-to-release": public_words_to_release,
    "petitions-to-decide": petitions_to_decide,
    "notices-to-issue": notices_to_issue,
    "scores-to-circulate": scores_to_circulate,
    "overdue-to-remind": reminded,
    "late-reports-to-remind": reminded,
    "sheets-to-inspect": sheets_to_inspect,
    "rectifications-to-recheck": rectifications_to_recheck,
    "objections-returned": objections_returned,
    "findings-to-answer": findings_to_answer,
    "rectifications-owed": rectifications_owed,
    "objections-to-pass": objections_to_pass,
    "rectifications-to-pass": rectifications_to_pass,
    "objections-to-decide": objections_to_decide,
    "inspectors-to-name": inspectors_to_name,
    "items-returned": items_returned,
    "items-to-check": items_to_check,
    "items-to-assess": items_to_assess,
    "secrecy-to-answer": secrecy_to_answer,
    "personal-data-to-answer": lambda cast: answered(cast, Answer.Kind.PERSONAL_DATA),
    "legality-to-answer": lambda cast: answered(cast, Answer.Kind.LEGALITY),
    "items-to-publish": items_to_publish,
    "releases-asked-for": releases_asked_for,
    "personal-data-in-public": personal_data_in_public,
    "duties-to-disclose": duties_to_disclose,
    "corrections-to-answer": corrections_to_answer,
    "requests-to-confirm": requests_to_confirm,
    "requests-to-answer": requests_to_answer,
    "requests-to-designate": requests_to_designate,
    "requests-to-sign": requests_to_sign,
    "requests-to-deliver": requests_to_deliver,
    "requests-to-urge": requests_to_urge,
    "authorities-to-enter": authorities_to_enter,
    "request-papers-to-deliver": request_papers_to_deliver,
    "request-opinions-overdue": request_opinions_overdue,
    "opinions-to-hand-out": opinions_to_hand_out,
    "opinions-to-decide": opinions_to_decide,
    "opinions-to-accept": opinions_to_accept,
    "opinions-to-answer": opinions_to_answer,
    "opinions-to-continue": opinions_to_continue,
    "opinions-to-evaluate": opinions_to_evaluate,
    "corrections-unanswered": corrections_unanswered,
    "annual-reports-to-begin": annual_reports_to_begin,
    "county-report-to-begin": county_report_to_begin,
    "annual-reports-to-write": annual_reports_to_write,
    "annual-reports-to-check": annual_reports_to_check,
    "annual-reports-to-publish": annual_reports_to_publish,
    "service-guides-to-write": service_guides_to_write,
    "service-guides-to-approve": service_guides_to_approve,
    "service-guides-to-publish": service_guides_to_publish,
    "imports-to-begin": imports_to_begin,
    "pages-to-fill": pages_to_fill,
    "guides-to-complete": guides_to_complete,
    "papers-to-check": papers_to_check,
    "papers-to-sign": papers_to_sign,
    "papers-to-send": papers_to_send,
    "papers-to-publish": papers_to_publish,
    "papers-that-failed": papers_that_failed,
    "booklets-that-failed": booklets_that_failed,
    "papers-to-confirm": papers_to_confirm,
    "years-without-calendar": years_without_calendar,
    "accounts-without-role": accounts_without_role,
    "accounts-never-used": accounts_never_used,
    "sendings-that-failed": sendings_that_failed,
    "checks-that-failed": checks_that_failed,
    "content-that-changed": content_that_changed,
}  # fmt: skip
OF_BOTH = [(kind.key, MAKERS[kind.key]) for kind in KINDS if kind.key in MAKERS]
OF_BOTH += [
    ("petitions-to-decide", petitions_not_applicable),
    ("annual-reports-to-write", county_report_to_write),
    ("annual-reports-to-check", county_report_to_check),
]
