"""考核记录: what the office enters for a unit, cancels with a reason, or imports from a third party's workbook."""

from datetime import date
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, reverse
from django.views.decorators.http import require_POST, require_safe

from ninghai.calendar import clock
from ninghai.files import Purpose, UnacceptableFile, private_file_response, store_upload
from ninghai.files.workbooks.writing import XLSX
from ninghai.models import OFFICE_ROLES, acts_as
from ninghai.models.state_machine import require
from ninghai.staff_site.groups import DeskGroup
from ninghai.staff_site.model_admin import OfficeModelAdmin
from ninghai.staff_site.pages import Trail, office_page, office_path, was_done
from ninghai.staff_site.preview import SealedPreview
from ninghai.web.http import AuthenticatedRequest
from ninghai.web.posted import typed_text
from ninghai.web.versions import require_seen, version_of
from tasks import rules
from tasks.models import ScoreEntry
from tasks.progress.evidence import kept_if_taken
from tasks.scoring.forms import CancelForm, ResultsImportForm, ScoreEntryForm, recorded_rules
from tasks.scoring.parameters import Source
from tasks.scoring.services import cancel_entry, import_results, record_entry
from tasks.scoring.workbook import ResultsDryRun, dry_run, results_template, units_of_the_notice

LIST = "admin:tasks_scoreentry_changelist"
PREVIEW = SealedPreview(salt="tasks.scores.third_party", field="results", page="admin:tasks_scoreentry_import")


@admin.register(ScoreEntry)
class EntryAdmin(OfficeModelAdmin[ScoreEntry]):
    group = DeskGroup.CHECKS
    rank = 6
    list_display = ["unit", "rule", "value", "happened_on", "reason", "recorded_by", "state"]
    list_filter = ["rule__source", "rule__scheme", ("cancelled_at", admin.EmptyFieldListFilter)]
    search_fields = ["unit__short_name", "reason"]
    date_hierarchy = "happened_on"
    list_select_related = ["unit", "rule", "recorded_by"]

    @admin.display(description="状态")
    def state(self, entry: ScoreEntry) -> str:
        return f"已作废：{entry.cancel_reason}" if entry.is_cancelled else "有效"

    def get_urls(self) -> list[URLPattern]:
        return [
            office_path("import/", importing, "tasks_scoreentry_import"),
            office_path("import/confirm/", confirm, "tasks_scoreentry_import_confirm"),
            office_path("import/template/", template, "tasks_scoreentry_template"),
            office_path("<int:pk>/file/", entry_file, "tasks_scoreentry_file"),
            *super().get_urls(),
        ]

    def new_page(self, request: AuthenticatedRequest) -> HttpResponse:
        return new(request)

    def record_page(self, request: AuthenticatedRequest, pk: int) -> HttpResponse:
        return entry_page(request, pk)


def _trail() -> Trail:
    return [("考核记录", reverse(LIST))]


# One record.


def new(request: AuthenticatedRequest) -> HttpResponse:
    """登记: third party's results one by one, deductions, bonuses, vetoes."""
    form = ScoreEntryForm(request.POST or None, request.FILES or None, initial={"happened_on": clock.today()})
    if request.method == "POST" and was_done(form, lambda: _record(request, form)):
        cleaned = form.cleaned_data
        messages.success(request, f"已登记：{cleaned['unit']}，{cleaned['rule'].title}，{cleaned['value']}分。")
        return redirect(LIST)
    return office_page(request, "admin/tasks/score/entry_form.html", title="登记考核记录", trail=_trail(), form=form)


def _record(request: AuthenticatedRequest, form: ScoreEntryForm) -> None:
    """A file whose record is refused is not kept."""
    asked = {name: value for name, value in form.cleaned_data.items() if name != "upload"}
    at, upload = clock.now(), form.cleaned_data["upload"]
    try:
        stored = store_upload(upload=upload, purpose=Purpose.EVIDENCE, by=request.user, at=at) if upload else None
    except UnacceptableFile as refused:
        raise ValidationError({"upload": str(refused.message)}) from refused
    with kept_if_taken(*filter(None, [stored])):
        record_entry(file=stored, by=request.user, at=at, **asked)


def entry_page(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """The record, and the form that cancels it."""
    rows = ScoreEntry.objects.select_related("unit", "rule__scheme", "recorded_by", "cancelled_by", "file")
    entry = get_object_or_404(rows, pk=pk)
    form = CancelForm(request.POST or None)
    may_cancel = rules.can_cancel_score(request.user, entry)
    if request.method == "POST":
        require(rules.can_record_score(request.user))
        require_seen(request, entry)
        if was_done(form, lambda: cancel_entry(entry=entry, by=request.user, at=clock.now(), **form.cleaned_data)):
            messages.success(request, "记录已作废，不再计入考核。已通报的得分不变，试算请重新计算。")
            return redirect(LIST)
    return office_page(
        request,
        "admin/tasks/score/entry.html",
        title=f"{entry.unit} {entry.rule}",
        trail=_trail(),
        entry=entry,
        form=form if may_cancel else None,
        typed=typed_text(request) if request.method == "POST" and not may_cancel else [],
        version=version_of(entry),
    )


@require_safe
def entry_file(request: AuthenticatedRequest, pk: int) -> HttpResponseBase:
    require(acts_as(request.user, *OFFICE_ROLES))
    entry = get_object_or_404(ScoreEntry.objects.select_related("file"), pk=pk, file__isnull=False)
    if entry.file is None:
        raise Http404
    return private_file_response(entry.file, of=entry, by=request.user, at=clock.now())


# A third party's workbook.


def importing(request: AuthenticatedRequest) -> HttpResponse:
    """Upload results and see what would be entered; nothing is saved here."""
    form = ResultsImportForm(request.POST or None, request.FILES or None, initial={"happened_on": clock.today()})
    found, signed = None, ""
    if request.method == "POST" and form.is_valid():
        rule, day, results = (form.cleaned_data[name] for name in ("rule", "happened_on", "file"))
        found = dry_run(results, rule=rule, happened_on=day, on=clock.today())
        if found.new and not found.problems:
            signed = PREVIEW.seal([rule.pk, day.isoformat(), str(uuid4()), results])
    return _import_page(request, form, found=found, signed=signed)


@require_POST
def confirm(request: AuthenticatedRequest) -> HttpResponse:
    """Enter the results that were shown; what changed meanwhile is looked at again."""
    return PREVIEW.confirm(request, partial(_import, request))


def _import(request: AuthenticatedRequest, shown: Any) -> HttpResponse:
    pk, day, form_id, rows = shown
    done = import_results(
        rule=get_object_or_404(recorded_rules(Source.THIRD_PARTY), pk=pk),
        results=rows,
        happened_on=date.fromisoformat(day),
        form_id=UUID(form_id),
        by=request.user,
        at=clock.now(),
    )
    known = f"，{len(done.known)} 个单位此前已导入" if done.known else ""
    messages.success(request, f"已导入 {len(done.new)} 个单位的第三方评估得分{known}。")
    return redirect(LIST)


@require_safe
def template(request: AuthenticatedRequest) -> HttpResponse:
    """The units of the latest scheme with third-party results, to be filled in."""
    rule = recorded_rules(Source.THIRD_PARTY).first()
    if rule is None:
        messages.error(request, "还没有包含“第三方评估”项目的考核方案，请先建立方案。")
        return redirect("admin:tasks_scoreentry_import")
    data = results_template(units_of_the_notice(rule.scheme.notice_id).order_by("position", "code"))
    response = HttpResponse(data, content_type=XLSX)
    response.headers["Content-Disposition"] = 'attachment; filename="third-party-results.xlsx"'
    return response


def _import_page(
    request: AuthenticatedRequest, form: ResultsImportForm, *, found: ResultsDryRun | None, signed: str
) -> HttpResponse:
    return office_page(
        request,
        "admin/tasks/score/import.html",
        title="导入第三方评估结果",
        trail=_trail(),
        form=form,
        found=found,
        results=signed,
    )
