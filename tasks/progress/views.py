"""What the clerk and the unit's head do with a period's report and its evidence. Whatever fails keeps all that was typed."""

from collections.abc import Iterator
from functools import partial
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import resolve, reverse
from django.views.decorators.http import require_POST, require_safe

from ninghai.calendar import clock
from ninghai.files import private_file_response
from ninghai.models import OFFICE_ROLES, Role, User, acts_as
from ninghai.models.state_machine import StaleError, TransitionError, require
from ninghai.staff_site.file_preview import FileToLookAt, preview_page, preview_picture
from ninghai.staff_site.pages import Trail
from ninghai.staff_site.record_pages import ADMIN, KEPT, WORK
from ninghai.web.autosave import autosave, not_saved
from ninghai.web.http import AuthenticatedRequest, act_on
from tasks import rules
from tasks.assignments.page import pages, report_pages
from tasks.models import (
    Assignment,
    Drawn,
    Evidence,
    Finding,
    FindingProof,
    InspectionSheet,
    ObjectionProof,
    ProgressReport,
    RectificationProof,
    ReportingPeriod,
    SheetProof,
)
from tasks.models.progress import Proof
from tasks.models.states import ObjectionStatus, RectificationStatus
from tasks.progress import report_page
from tasks.progress.evidence import (
    add_evidence,
    add_pieces,
    ask_for_file_again,
    attached_words,
    field_of,
    nothing_new,
    own_items,
    remove_evidence,
)
from tasks.progress.report_page import ReportForm
from tasks.progress.services import save_draft, submit_report


def _form_page(request: AuthenticatedRequest, pk: int, period_pk: int) -> str:
    """The assignment's page with the form for this period."""
    return f"{reverse('tasks:assignment-detail', args=[pk])}?period={period_pk}"


@act_on(_form_page)
def report_draft(request: AuthenticatedRequest, pk: int, period_pk: int) -> HttpResponse:
    """Keep what is written, with the evidence that was added or taken away (保存草稿、添加材料)."""
    return _write(request, pk=pk, period_pk=period_pk, submit=False)


@act_on(_form_page)
def report_submit(request: AuthenticatedRequest, pk: int, period_pk: int) -> HttpResponse:
    """Keep what is written and hand it to the unit's head (提交审核)."""
    return _write(request, pk=pk, period_pk=period_pk, submit=True)


@require_POST
def report_autosave(request: AuthenticatedRequest, pk: int, period_pk: int) -> JsonResponse:
    """Keep what is being typed (自动保存), as `ninghai.web.autosave` answers it."""
    assignment, period = _period_to_report(request, pk, period_pk)
    if not rules.acts_for(request.user, assignment, Role.EDITOR):
        return not_saved("您没有填报的权限。", status=HTTPStatus.FORBIDDEN)
    form = ReportForm(request.POST)
    typed = partial(_save, form, assignment=assignment, period=period, automatically=True, by=request.user)
    return autosave(form, typed)


def _write(request: AuthenticatedRequest, *, pk: int, period_pk: int, submit: bool) -> HttpResponse:
    assignment, period = _period_to_report(request, pk, period_pk)
    require(rules.can_report_progress(request.user, assignment))
    form = ReportForm(request.POST, request.FILES)
    if not form.is_valid():
        if submit:
            form.say_what_is_missing()
        ask_for_file_again(form)
        return pages.show(request, assignment, period_pk=period.pk, refused={"report": form}, status=422)
    try:
        kept = _keep(request, form, assignment=assignment, period=period, submit=submit)
    except (StaleError, TransitionError) as conflict:
        words = f"{conflict}{KEPT}"
        ask_for_file_again(form)
        refused = {"report": form}
        return pages.show(request, assignment, period_pk=period.pk, refused=refused, conflict=words, status=409)
    if not kept:
        messages.info(request, "填写的文字已存为草稿，请改正下列问题后再试。")
        return pages.show(request, assignment, period_pk=period.pk, refused={"report": form}, status=422)
    done = "已提交本单位审核人审核" if submit else "已保存，提交前可以继续修改"
    undo = _undo(request, assignment, period) if submit else ""
    messages.success(request, f"“{period}”的填报{done}。{attached_words(form.cleaned_data)}", extra_tags=undo)
    return redirect(assignment.url_for(period.pk))


def _undo(request: AuthenticatedRequest, assignment: Assignment, period: ReportingPeriod) -> str:
    """Handed in a moment ago, it may be taken back."""
    report = assignment.reports.filter(period=period).latest("supplement")
    return report_pages.undo_tag(report_page.TAKE_BACK.name, request, report, report)


def _keep(
    request: AuthenticatedRequest, form: ReportForm, *, assignment: Assignment, period: ReportingPeriod, submit: bool
) -> bool:
    """Save the words, then the evidence, then hand it on; False when the form was told what is wrong with the rest."""
    report = _save(form, assignment=assignment, period=period, automatically=False, by=request.user)
    try:
        if report.is_editable:
            _change_evidence(form, report=report, request=request)
        else:  # the same form was sent again, after it had handed the report on
            nothing_new(form.cleaned_data, report.evidence, request.user, at=clock.now())
        if submit:
            submit_report(report=report, version=report.version, by=request.user, at=clock.now())
    except ValidationError as refusal:
        form.add_error(field_of(refusal), refusal)
    return not form.errors


def _save(
    form: ReportForm, *, assignment: Assignment, period: ReportingPeriod, automatically: bool, by: User
) -> ProgressReport:
    return save_draft(
        assignment=assignment,
        period=period,
        written=form.written,
        supplement=form.cleaned_data["supplement"],
        version=form.cleaned_data["version"] or 0,
        automatically=automatically,
        by=by,
        at=clock.now(),
    )


def _period_to_report(request: AuthenticatedRequest, pk: int, period_pk: int) -> tuple[Assignment, ReportingPeriod]:
    assignment = pages.find(request.user, pk)
    return assignment, get_object_or_404(ReportingPeriod, notice=assignment.task.point.notice_id, pk=period_pk)


def _change_evidence(form: ReportForm, *, report: ProgressReport, request: AuthenticatedRequest) -> None:
    by, at = request.user, clock.now()
    if form.cleaned_data["remove"]:
        evidence = report.evidence.filter(pk=form.cleaned_data["remove"]).first()
        if evidence:
            remove_evidence(evidence=evidence, by=by, at=at)
    add_pieces(form.cleaned_data, lambda piece: add_evidence(report=report, proof=piece, by=by, at=at), by=by, at=at)


# Evidence files: served to whoever sees what they prove, a report, a finding or what followed it.

LISTS = {
    "tasks:assignment-detail": ("任务列表", "tasks:work"),
    "tasks:inspection": ("抽查核验", "tasks:inspection-list"),
    "tasks:finding": ("抽查结论", "tasks:finding-list"),
    "admin:tasks_progressreport_change": ("进展填报", report_page.LIST),
    "admin:tasks_finding_change": ("抽查结论", "admin:tasks_finding_changelist"),
}  # above each page on which there are files


@require_safe
def evidence_file(request: AuthenticatedRequest, pk: UUID) -> HttpResponseBase:
    """The file, if it proves something on a page that this person may read."""
    proof = _proof_by(pk, request.user)
    return private_file_response(proof.file, of=proof, by=request.user, at=clock.now())


@require_safe
def evidence_titles(request: AuthenticatedRequest) -> JsonResponse:
    """Titles of what one's own unit has published, for somebody who types, as the public catalogue's suggestions are."""
    found = own_items(request.GET.get("q", ""), request.user, at=clock.now())
    return JsonResponse({"titles": list(dict.fromkeys(item.title for item in found.values()))})


@require_safe
def evidence_preview(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    """The same file to be looked at, with the other files of what it proves (文件预览)."""
    proof = _proof_by(pk, request.user)
    files = [_to_look_at(each) for each in proof.beside()]
    at = next(place for place, each in enumerate(files) if each.stored.pk == pk)
    mount = ADMIN if acts_as(request.user, *OFFICE_ROLES) else WORK
    frame = mount.frame(request, title=files[at].label, trail=_trail(proof.owner, request.user))
    return preview_page(request, files=files, at=at, frame=frame)


@require_safe
def evidence_picture(request: AuthenticatedRequest, pk: UUID, number: int) -> HttpResponse:
    """A page of it as a picture."""
    proof = _proof_by(pk, request.user)
    return preview_picture(request, of=proof, stored=proof.file, number=number)


def _proof_by(pk: UUID, user: User) -> Any:
    """What this file proves, on a page that this person may read; else 404."""
    for proofs in proofs_for(user):
        if proof := proofs.select_related("file").filter(file=pk).first():
            return proof
    raise Http404


def _to_look_at(proof: Any) -> FileToLookAt:
    file, preview = (reverse(f"tasks:evidence-{what}", args=[proof.file_id]) for what in ("file", "preview"))
    return FileToLookAt(proof, proof.file, proof.file.original_name, file, preview)


def _trail(owner: Any, user: User) -> Trail:
    """The list and the page, as above every page of this person's."""
    page = _page_of(owner, user)
    title, above = LISTS[resolve(urlsplit(page).path).view_name]
    return [(title, reverse(above)), (str(owner), page)]


def _page_of(owner: Any, user: User) -> str:
    """Where this person reads what the file proves: office, unit and inspector have a page each."""
    is_office, inspects = acts_as(user, *OFFICE_ROLES), acts_as(user, Role.INSPECTOR)
    if isinstance(owner, ProgressReport):
        drawn = Drawn.objects.filter(inspector=user, assignment=owner.assignment_id).last() if inspects else None
        in_office = reverse("admin:tasks_progressreport_change", args=[owner.pk])
        return in_office if is_office else str((drawn or owner).get_absolute_url())
    if isinstance(owner, InspectionSheet):
        return owner.drawn.get_absolute_url()
    finding: Finding = owner if isinstance(owner, Finding) else owner.finding
    if is_office:
        return reverse("admin:tasks_finding_change", args=[finding.pk])
    return (finding.drawn if inspects else finding).get_absolute_url()


def proofs_for(user: User) -> Iterator[QuerySet[Proof]]:
    """What this person may open, by what it proves; drafts stay with whom they belong to."""
    findings = Finding.objects.visible_to(user)
    yield Evidence.objects.filter(report__in=ProgressReport.objects.visible_to(user))
    yield FindingProof.objects.filter(finding__in=findings)
    objected = ObjectionProof.objects.filter(objection__finding__in=findings)
    rectified = RectificationProof.objects.filter(rectification__finding__in=findings)
    is_of_the_unit = acts_as(user, Role.EDITOR, Role.REVIEWER)
    yield objected if is_of_the_unit else objected.exclude(objection__status__in=ObjectionStatus.within_unit)
    yield rectified if is_of_the_unit else rectified.exclude(rectification__status__in=RectificationStatus.owed)
    if acts_as(user, Role.INSPECTOR):
        yield SheetProof.objects.filter(sheet__drawn__inspector=user)
