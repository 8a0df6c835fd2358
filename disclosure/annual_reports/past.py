"""Reports of past years (往年报告), made before the portal kept them: read from .xlsx or JSON, looked at, then kept as reported.

What they carried over is then what the next year's report is held against.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from disclosure.annual_reports.blanks import LATER, Blank, BlankTable, NoBlank, blank_of
from disclosure.annual_reports.checks import ReportCheck, Told
from disclosure.annual_reports.figures import Figures, NotAFigure, read
from disclosure.annual_reports.forms import LONGEST_PART, PastReportForm
from disclosure.annual_reports.services import checks_of, due_on
from disclosure.annual_reports.shown import ShownTable
from disclosure.annual_reports.workbook import MOST_COLUMNS, MOST_MEGABYTES, MOST_ROWS, TEXTS, cells_in, sheet_name
from disclosure.models import AnnualReport
from ninghai.calendar import clock
from ninghai.files.kinds import extension_of
from ninghai.files.sandbox.limits import ParsingRefused
from ninghai.files.workbooks.opening import json_data, sheets
from ninghai.files.workbooks.reading import MEGABYTE, workbook_bytes
from ninghai.models import Role, Unit, User, acts_as
from ninghai.models.state_machine import require
from ninghai.staff_site.pages import office_page
from ninghai.staff_site.preview import SealedPreview
from ninghai.web.http import AuthenticatedRequest

# Reading the file.


def read_report(upload: UploadedFile[Any], blank: Blank) -> Told:
    """Figures and text of a whole report of this form; raises ValidationError that says what cannot be read, and where."""
    if extension_of(upload.name or "") == "json":
        return _in_json(upload, blank)
    data = workbook_bytes(upload, most=MOST_MEGABYTES, besides="年度报告")
    try:
        book = sheets(data, rows=MOST_ROWS, columns=MOST_COLUMNS)
    except ParsingRefused as refused:
        raise ValidationError("这不是可以读取的 Excel 文件（.xlsx），请按往年报告的样子填写后再上传。") from refused
    figures = {table.key: cells_in(_sheet(book, table), table) for table in blank.tables}
    texts = {row[0]: row[1] for row in book.get(TEXTS, [])[1:] if len(row) > 1}
    return Told(figures=figures, texts=_texts(texts, blank))


def _sheet(book: Mapping[str, list[list[str]]], table: BlankTable) -> list[list[str]]:
    if sheet_name(table) not in book:
        raise ValidationError(f"文件里没有工作表“{sheet_name(table)}”（{table.title}）。请核对报告年度和文件。")
    return book[sheet_name(table)]


def _in_json(upload: UploadedFile[Any], blank: Blank) -> Told:
    if (upload.size or 0) > MOST_MEGABYTES * MEGABYTE:
        raise ValidationError(f"文件超过 {MOST_MEGABYTES} MB，不是一份年度报告。")
    try:
        given = json_data(upload.read())
    except ParsingRefused as refused:
        raise ValidationError("这不是可以读取的 JSON 文件，请用本平台导出的格式。") from refused
    tables, texts = (given.get(name) if isinstance(given, dict) else None for name in ("tables", "texts"))
    if not isinstance(tables, dict):
        raise ValidationError("文件里没有“tables”一项，请用本平台导出的格式。")
    figures: Figures = {table.key: _table(tables.get(table.key), table) for table in blank.tables}
    return Told(figures=figures, texts=_texts(texts if isinstance(texts, dict) else {}, blank))


def _table(given: Any, table: BlankTable) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for cell in table.cells():
        row = given.get(cell.row) if isinstance(given, dict) else None
        if row is None and isinstance(given, dict) and cell.row in LATER:
            row = {cell.column: None}
        if not isinstance(row, dict) or cell.column not in row:
            raise ValidationError(f"“{sheet_name(table)}”没有“{cell.row}”“{cell.column}”。请核对报告年度和文件。")
        value = row[cell.column]
        try:
            found.setdefault(cell.row, {})[cell.column] = read("" if value is None else str(value), cell)
        except NotAFigure as wrong:
            raise ValidationError(f"“{cell.row}”“{cell.column}”：{wrong}") from wrong
    return found


def _texts(given: Mapping[Any, Any], blank: Blank) -> dict[str, str]:
    texts = {part: str(given.get(part) or "").strip() for part in blank.parts}
    for part, text in texts.items():
        if len(text) > LONGEST_PART:
            raise ValidationError(f"“{part}”超过{LONGEST_PART}字。")
    return texts


# What would be kept (dry run), and keeping it.

TAKEN_IN = "往年报告，由文件导入。"
LONGEST = 1000  # characters of an explanation


@dataclass(frozen=True, slots=True)
class PastDryRun:
    """The report as it would stand here, and the checks that it does not meet, which do not stand in its way."""

    report: AnnualReport
    unmet: list[ReportCheck]

    @property
    def tables(self) -> list[ShownTable]:
        return [ShownTable.of(table, self.report, opens="") for table in blank_of(self.report.year).tables]

    @property
    def parts(self) -> list[tuple[str, str]]:
        return [(part, self.report.texts.get(part, "")) for part in blank_of(self.report.year).parts]


def dry_run(*, year: int, unit: Unit | None, told: Told, at: datetime) -> PastDryRun:
    """Raises ValidationError where a report of that year may not be taken in, or is there already."""
    report = AnnualReport(unit=unit, year=year, figures=told.figures, texts=told.texts, drafted_at=at)
    _must_be_past(report, at)
    return PastDryRun(report, [each for each in checks_of(report) if not each.is_met])


def _must_be_past(report: AnnualReport, at: datetime) -> None:
    try:
        blank_of(report.year)
    except NoBlank as refused:
        raise ValidationError({"year": str(refused)}) from refused
    if due_on(report) >= timezone.localdate(at):
        raise ValidationError({"year": f"{report.year}年的报告还没有到公布期限，请填写报送，不能导入。"})
    if AnnualReport.objects.filter(unit=report.unit, year=report.year).exists():
        raise ValidationError({"year": f"{report.whose}{report.year}年的报告已经在本平台上，没有导入。"})


@transaction.atomic
def take_in(*, year: int, unit: Unit | None, told: Told, by: User, at: datetime) -> AnnualReport:
    """导入: kept as reported, with what does not add up in its explanation; nothing is set in print or published."""
    require(acts_as(by, Role.OFFICE))
    found = dry_run(year=year, unit=unit, told=told, at=at)
    report, unmet = found.report, "；".join(each.in_short for each in found.unmet)
    report.drafted_by = by
    try:
        with transaction.atomic():
            report.save()
    except IntegrityError as twice:
        raise ValidationError({"year": f"{report.whose}{year}年的报告刚刚已经导入。"}) from twice
    report.take_in(explanation=f"{TAKEN_IN}{f'核对不一致：{unmet}' if unmet else ''}"[:LONGEST], by=by, at=at)
    return report


# The office's pages for it.

LIST = "admin:disclosure_annualreport_changelist"
PREVIEW = SealedPreview(salt="disclosure.annual_reports", field="report", page="admin:disclosure_annualreport_import")


def importing(request: AuthenticatedRequest) -> HttpResponse:
    """Upload a report and see what it says; nothing is saved here."""
    form = PastReportForm(request.POST or None, request.FILES or None)
    found, sealed = None, ""
    if request.method == "POST" and form.is_valid():
        found = _shown(form)
        if found:
            said = {"figures": found.report.figures, "texts": found.report.texts}
            sealed = PREVIEW.seal({"year": found.report.year, "unit": found.report.unit_id, **said})
    trail = [("年度报告", reverse(LIST))]
    page = "admin/disclosure/annualreport/import.html"
    response = office_page(
        request, page, title="导入往年的年度报告", trail=trail, form=form, found=found, sealed=sealed
    )
    response.status_code = 422 if form.errors else 200
    return response


def _shown(form: PastReportForm) -> PastDryRun | None:
    year, unit = form.cleaned_data["year"], form.cleaned_data["unit"]
    try:
        told = read_report(form.cleaned_data["file"], blank_of(year))
        return dry_run(year=year, unit=unit, told=told, at=clock.now())
    except ValidationError as refused:
        form.add_error(None if hasattr(refused, "error_dict") else "file", refused)
    return None


@require_POST
def confirm(request: AuthenticatedRequest) -> HttpResponse:
    """Keep what was shown."""
    return PREVIEW.confirm(request, partial(_kept, request))


def _kept(request: AuthenticatedRequest, shown: dict[str, Any]) -> HttpResponse:
    unit = Unit.objects.filter(pk=shown["unit"]).first() if shown["unit"] else None
    told = Told(figures=shown["figures"], texts=shown["texts"])
    report = take_in(year=shown["year"], unit=unit, told=told, by=request.user, at=clock.now())
    messages.success(request, f"已导入{report}，作为下一年核对的依据。")
    return redirect("admin:disclosure_annualreport_change", report.pk)
