"""Everything that waits for somebody (今天要办) stands in exactly the right inboxes, and is gone once it is done.

One person for each role and two units. Each kind of waiting work has a row here: how it comes about, whose it is, and the
act that does away with it; a kind without a row fails. Counts, doors, lists and headings are compared for everybody.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from disclosure.corrections.services import answer_correction
from disclosure.items.lifecycle import answer_after, ask_for_release, withdraw_item
from disclosure.items.publication import publish_item
from disclosure.models import Answer, CatalogueEntry, EntryUnit, ImportRow, Item, ItemImport, PublicCheck, SitePage
from disclosure.models.states import CorrectionStatus
from disclosure.review.services import answer_item, lines, pass_item, return_item, submit_item
from disclosure.site_columns.services import edit_page
from ninghai.accounts.people import grant_role
from ninghai.jobs.queue import queue_job
from ninghai.models import Delivery, Job, Role, SafetyCheck, User, Workday
from ninghai.models.job import JobStatus
from ninghai.operations.safety_checks import keep_result
from ninghai.staff_site.inbox import KINDS, Inbox, kinds_of, works_in_the_admin
from reports.circulation import check_report, circulate_report, confirm_receipt, sign_report, submit_to_catalogue
from reports.models import BookletMaking, Receipt, Report
from tasks.assignments.reminders import remind_units
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
from tests.cast import Cast, person
from tests.county import make_county
from tests.disclosure import makers as items
from tests.jobs.makers import booklet_job
from tests.reports import makers as papers
from tests.tasks import factories as work
from tests.tasks.factories import NOW, PDF, TODAY, assignment_of, signed_in, stored
from tests.tasks.scoring.conftest import make_a_scheme
from tests.worlds import world

OFFICES, READERS = {"office", "second_office"}, {"office", "second_office", "signer"}
ADMINISTRATORS = {"system": Role.SYSTEM, "security": Role.SECURITY, "auditor": Role.AUDITOR}
SOON = {"due_dates": (date(2018, 12, 31),)}
Act = Callable[[], object]


@dataclass(frozen=True)
class Piece:
    """What was made: whose inboxes it is in, and what does away with it; or the day by which it has gone by itself."""

    owners: set[str]
    act: Act = lambda: None
    after: timedelta = timedelta()
    on: date = TODAY


def make_world(cast: Cast) -> dict[str, User]:
    """Everybody by name, the three administrators among them."""
    people = {field.name: getattr(cast, field.name) for field in fields(cast)}
    people = {name: who for name, who in people.items() if isinstance(who, User)}
    return people | {name: person(name, name, cast.county_office, role) for name, role in ADMINISTRATORS.items()}


everybody = world("everybody", make_world, on=("cast",))


@pytest.fixture(autouse=True)
def _today(settings):
    settings.CLOCK_DATE, settings.CLOCK_SINCE = TODAY.isoformat(), TODAY.isoformat()


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
    return Piece({"head"}, lambda: answer_after(item=item, kind=kind, **said))


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


def corrections_unanswered(cast: Cast) -> Piece:
    return replace(corrections_to_answer(cast), owners=OFFICES, on=date(2018, 12, 10))


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
    "corrections-unanswered": corrections_unanswered,
    "imports-to-begin": imports_to_begin,
    "pages-to-fill": pages_to_fill,
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
OF_BOTH.append(("petitions-to-decide", petitions_not_applicable))


def waiting(people: dict[str, User], key: str, *, on: date) -> dict[str, int]:
    """How many pieces of the kind each person has, of those who have some."""
    kind = next(kind for kind in KINDS if kind.key == key)
    counts = {}
    for name, who in people.items():
        user = User.objects.get(pk=who.pk)
        counts[name] = sum(piece.count for piece in kind.pieces(user, on)) if kind in kinds_of(user) else 0
    return {name: count for name, count in counts.items() if count}


def test_every_kind_of_waiting_work_is_walked():
    assert {kind.key for kind in KINDS} == set(MAKERS)


@pytest.mark.parametrize(("key", "make"), OF_BOTH, ids=[key for key, _ in OF_BOTH])
def test_each_piece_is_in_exactly_the_right_inboxes_and_gone_after_its_act(cast, everybody, key, make):
    piece = make(cast)

    assert waiting(everybody, key, on=piece.on).keys() == piece.owners

    piece.act()
    assert waiting(everybody, key, on=piece.on + piece.after) == {}


@pytest.mark.parametrize(("key", "make"), OF_BOTH, ids=[key for key, _ in OF_BOTH])
def test_the_button_leads_its_owner_to_where_it_is_done(cast, everybody, settings, key, make):
    piece = make(cast)
    settings.CLOCK_DATE = settings.CLOCK_SINCE = piece.on.isoformat()

    for name in piece.owners:
        kind = next(kind for kind in KINDS if kind.key == key)
        rows = kind.pieces(User.objects.get(pk=everybody[name].pk), piece.on)
        assert rows
        assert {signed_in(everybody[name]).get(row.url).status_code for row in rows} == {200}
        if behind := kind.behind(everybody[name]):
            page = signed_in(everybody[name]).get(behind)
            assert page.status_code == 200
            if works_in_the_admin(everybody[name]):
                assert page.context["cl"].result_count == len(kind.pieces(everybody[name], piece.on))


def test_doors_lists_and_headings_agree_for_everybody(cast, everybody):
    make_county(cast)

    for who in everybody.values():
        page = signed_in(who).get(reverse("admin:index") if works_in_the_admin(who) else reverse("start"), follow=True)
        inbox = Inbox(User.objects.get(pk=who.pk), on=TODAY)
        pieces = sum(len(kind.pieces(inbox.user, TODAY)) for kind in inbox.kinds)
        assert inbox.total == pieces == sum(inbox.by_door.values()) == sum(row.count for row in inbox.rows)
        shown = page.context["portal"]["work_nav"]()
        if rail := page.context.get("rail"):
            assert {group.title: group.count for group in rail.groups if group.count} == inbox.by_door
        else:
            assert shown[0].waiting == inbox.total
        if "今天要办" in page.text:
            assert f"今天要办 {inbox.total} 件" in page.text


def test_what_is_late_longest_stands_first_then_what_is_due_soonest_then_what_waits_longest(cast):
    make_county(cast)

    for who in (cast.office, cast.clerk, cast.other_clerk):
        rows = Inbox(who, on=TODAY).rows
        dated, others = [row for row in rows if row.due], [row for row in rows if not row.due]
        assert rows == [*dated, *others]
        assert [row.due for row in dated] == sorted(row.due for row in dated)
        assert [row.since or date.max for row in others] == sorted(row.since or date.max for row in others)


def test_of_many_pieces_in_one_row_only_those_that_are_late_count_as_late(cast):
    for day in (19, 20, 21, 22, 23, 24):
        item = items.published(cast)
        PublicCheck.objects.create(item=item, checked_at=NOW.replace(day=day), open_hits=1, words="身份证号1处")
    inbox = Inbox(cast.signer, on=TODAY)

    row = next(row for row in inbox.rows if row.count == 6)
    assert (row.due_words, inbox.late) == ("逾期1天", 1)


def test_whoever_has_nothing_to_do_is_counted_once_in_a_while_like_everybody(cast, everybody):
    client = signed_in(everybody["auditor"])
    client.get(reverse("message-list"))

    with CaptureQueriesContext(connection) as asked:
        client.get(reverse("message-list"))

    assert not [query for query in asked.captured_queries if "kind_of_work" in query["sql"]]
