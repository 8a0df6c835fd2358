"""What the clerk and the unit's head do with a period's report. Whatever fails shows the page again with all that was typed."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from ninghai import clock
from ninghai.http import AuthenticatedRequest, act_on, seen_version, visible_or_404
from ninghai.models import Role, User
from ninghai.moves import StaleError, TransitionError, require
from tasks import rules
from tasks.forms import ReportForm, ReturnForm
from tasks.models import Assignment, ProgressReport, ReportingPeriod
from tasks.services.evidence import add_evidence, remove_evidence
from tasks.services.progress import pass_report, return_report, save_draft, submit_report
from tasks.views.assignment_page import assignment_page
from tasks.views.uploads import add_pieces, ask_for_file_again, field_of, nothing_new
from tasks.views.work import visible_assignment

KEPT = "本页显示的就是最新内容，您填写的内容也都保留，请核对。"


def _form_page(request: AuthenticatedRequest, pk: int, period_pk: int) -> str:
    """The assignment's page with the form for this period."""
    return f"{reverse('tasks:assignment-detail', args=[pk])}?period={period_pk}"


def _report_page(request: AuthenticatedRequest, pk: int) -> str:
    return _visible_report(request, pk).get_absolute_url()


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
    """Keep what is being typed (自动保存), as the page's own script sends it: the new version, or a sentence why not.

    403 and 409 say that the script must stop, 422 that it may try again once the field is mended.
    """
    assignment, period = _period_to_report(request, pk, period_pk)
    if not rules.acts_for(request.user, assignment, Role.EDITOR):
        return JsonResponse({"words": "您没有填报的权限。"}, status=403)
    form = ReportForm(request.POST)
    if not form.is_valid():
        sentences = [f"{form.fields[name].label}：{errors[0]}" for name, errors in form.errors.items()]
        return JsonResponse({"words": "；".join(map(str, sentences))}, status=422)
    try:
        report = _save(form, assignment=assignment, period=period, automatically=True, by=request.user)
    except (PermissionDenied, StaleError, TransitionError) as conflict:
        return JsonResponse({"words": str(conflict)}, status=409)
    return JsonResponse({"version": report.version})


@act_on(_report_page)
def report_pass(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """The unit's head passes the report to the office."""
    report = _visible_report(request, pk)
    try:
        pass_report(report=report, version=seen_version(request), by=request.user, at=clock.now())
    except (StaleError, TransitionError) as conflict:
        return assignment_page(request, report.assignment, conflict=str(conflict), status=409)
    messages.success(request, f"“{report.occasion}”的填报已报送县政府办公室。")
    return redirect(report)


@act_on(_report_page)
def report_return(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """The unit's head sends the report back to the clerk; the office does so in the admin."""
    report = _visible_report(request, pk)
    form = ReturnForm(request.POST)
    if not form.is_valid():
        require(rules.can_return(request.user, report))
        return assignment_page(request, report.assignment, return_form=form)
    try:
        return_report(
            report=report,
            reason=form.cleaned_data["reason"],
            version=seen_version(request),
            by=request.user,
            at=clock.now(),
        )
    except (StaleError, TransitionError) as conflict:
        return assignment_page(request, report.assignment, return_form=form, conflict=str(conflict), status=409)
    messages.success(request, f"“{report.occasion}”的填报已退回经办人。")
    return redirect(report)


def _write(request: AuthenticatedRequest, *, pk: int, period_pk: int, submit: bool) -> HttpResponse:
    assignment, period = _period_to_report(request, pk, period_pk)
    require(rules.can_report_progress(request.user, assignment))
    form = ReportForm(request.POST, request.FILES)
    if not form.is_valid():
        if submit:
            form.say_what_is_missing()
        ask_for_file_again(form)
        return assignment_page(request, assignment, period_pk=period.pk, form=form)
    try:
        kept = _keep(request, form, assignment=assignment, period=period, submit=submit)
    except (StaleError, TransitionError) as conflict:
        words = f"{conflict}{KEPT}"
        ask_for_file_again(form)
        return assignment_page(request, assignment, period_pk=period.pk, form=form, conflict=words, status=409)
    if not kept:
        messages.info(request, "填写的文字已存为草稿，请改正下列问题后再试。")
        return assignment_page(request, assignment, period_pk=period.pk, form=form)
    done = "已提交本单位审核人审核" if submit else "已保存，提交前可以继续修改"
    messages.success(request, f"“{period}”的填报{done}。")
    return redirect(f"{assignment.get_absolute_url()}?period={period.pk}")


def _keep(
    request: AuthenticatedRequest, form: ReportForm, *, assignment: Assignment, period: ReportingPeriod, submit: bool
) -> bool:
    """Save the words, then the evidence, then hand it on; False when the form was told what is wrong with the rest."""
    report = _save(form, assignment=assignment, period=period, automatically=False, by=request.user)
    try:
        if report.is_editable:
            _change_evidence(form, report=report, request=request)
        else:  # the same form was sent again, after it had handed the report on
            nothing_new(form.cleaned_data, report.evidence)
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
        version=form.cleaned_data["version"] or None,  # 0: there was none
        automatically=automatically,
        by=by,
        at=clock.now(),
    )


def _period_to_report(request: AuthenticatedRequest, pk: int, period_pk: int) -> tuple[Assignment, ReportingPeriod]:
    assignment = visible_assignment(request, pk)
    return assignment, get_object_or_404(ReportingPeriod, notice=assignment.task.point.notice_id, pk=period_pk)


def _change_evidence(form: ReportForm, *, report: ProgressReport, request: AuthenticatedRequest) -> None:
    by, at = request.user, clock.now()
    if form.cleaned_data["remove"]:
        evidence = report.evidence.filter(pk=form.cleaned_data["remove"]).first()
        if evidence:
            remove_evidence(evidence=evidence, by=by, at=at)
    add_pieces(form.cleaned_data, lambda piece: add_evidence(report=report, proof=piece, by=by, at=at), by=by, at=at)


def _visible_report(request: AuthenticatedRequest, pk: int) -> ProgressReport:
    of_assignments = ProgressReport.objects.visible_to(request.user).select_related(
        "assignment__task__point__notice", "assignment__unit", "period"
    )
    return visible_or_404(of_assignments, pk=pk)
