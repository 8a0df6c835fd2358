"""Opening, filling, handing in, returning and correcting a yearly report; and the county's, which is the sum of the units'."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from copy import deepcopy
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from disclosure.annual_reports import register
from disclosure.annual_reports.blanks import CARRIED_IN, CARRIED_OUT, COLUMNS_3, Blank, NoBlank, ReportCell, blank_of
from disclosure.annual_reports.checks import ReportCheck, Severity, Told, cell_words, checks, is_said, place_of, said
from disclosure.annual_reports.county import county_figures, missing_in, missing_units, shares
from disclosure.annual_reports.document import blocks_of
from disclosure.annual_reports.figures import Figures, Value, put, value_at, with_sums
from disclosure.annual_reports.tally import is_about_remedies, is_counted
from disclosure.annual_reports.workbook import as_json, as_workbook
from disclosure.items.body.writing import as_body
from disclosure.items.drafting import draft_item
from disclosure.models import AnnualReport, Item, SitePage
from disclosure.models.states import AnnualReportStatus, ItemStatus
from disclosure.site_columns.services import entries_of
from ninghai.accounts.audit.history import not_own_work
from ninghai.calendar.law import rule_set_on
from ninghai.files import store_bytes
from ninghai.files.paper_codes import codes_of
from ninghai.files.workbooks.writing import XLSX
from ninghai.jobs.queue import queue_job, wake_after_commit
from ninghai.models import AuditEntry, Role, Unit, User, acts_as
from ninghai.models.state_machine import Allowed, StaleError, Version, as_long_as, in_state, require

# Who may do what.


def is_own(user: User, report: AnnualReport) -> bool:
    """A unit's report is its people's, the county's the office's."""
    acting = user.acting
    of_county = report.unit_id is None and acts_as(user, Role.OFFICE, Role.SIGNER)
    return acting is not None and (of_county or report.unit_id == acting.unit_id)


def is_last(report: AnnualReport) -> bool:
    """No other edition has been begun since."""
    return not AnnualReport.objects.filter(unit=report.unit, year=report.year, edition__gt=report.edition).exists()


def can_fill(user: User, report: AnnualReport) -> Allowed:
    is_draft = in_state(report.status == AnnualReportStatus.DRAFT, report)
    return acts_as(user, Role.EDITOR, Role.OFFICE) and is_own(user, report) and is_draft


def can_pass(user: User, report: AnnualReport) -> Allowed:
    """The head, for what the unit has handed in; of the county's the head of the office. Not who wrote in it, in any edition."""
    return _heads(user, report) and not_own_work(user, *editions_of(report))


def _heads(user: User, report: AnnualReport) -> Allowed:
    waits = in_state(report.status == AnnualReportStatus.WITH_HEAD, report)
    return acts_as(user, Role.REVIEWER, Role.SIGNER) and is_own(user, report) and waits


def editions_of(report: AnnualReport) -> list[AnnualReport]:
    return list(AnnualReport.objects.filter(unit=report.unit, year=report.year).defer("figures", "texts"))


def can_return(user: User, report: AnnualReport) -> Allowed:
    """The head what waits for them, the office what a unit has reported, the head of the office the county's."""
    if report.status == AnnualReportStatus.REPORTED and report.item is None:
        mine = acts_as(user, Role.OFFICE) if report.unit_id else acts_as(user, Role.SIGNER)
        return mine and in_state(is_last(report), report)
    return _heads(user, report)


def can_correct(user: User, report: AnnualReport) -> Allowed:
    """What was reported is never changed; another edition stands beside it."""
    is_reported = in_state(report.status == AnnualReportStatus.REPORTED and is_last(report), report)
    return acts_as(user, Role.EDITOR, Role.OFFICE) and is_own(user, report) and is_reported


def can_publish(user: User, report: AnnualReport) -> Allowed:
    """Whoever wrote it, once it is reported and set in print; the item then goes through review like any other."""
    is_open = report.item is None or report.item.status == ItemStatus.DISCARDED
    is_there = report.status == AnnualReportStatus.REPORTED and report.file is not None
    words = "这份报告还没有报送和制成 PDF，或者已经送公开审核。"
    is_writer = acts_as(user, Role.EDITOR, Role.OFFICE) and is_own(user, report)
    return is_writer and in_state(is_there and is_open, report, words)


# What the register says.


def _tallied(report: AnnualReport) -> Iterator[tuple[ReportCell, Value]]:
    """The register's figures; those about reconsiderations and lawsuits once it knows of one, for they may be entered by hand."""
    figures = register.counted(report).figures
    cells = [cell for cell in blank_of(report.year).cells() if is_counted(cell)]
    knows_remedies = any(value_at(figures, cell) for cell in cells if is_about_remedies(cell))
    for cell in cells:
        if knows_remedies or not is_about_remedies(cell):
            yield cell, value_at(figures, cell)


# By when.


def due_on(report: AnnualReport) -> date:
    """The named day of the law in force then, which is not moved when it is a day off."""
    days = rule_set_on(date(report.year + 1, 1, 31)).annual_report
    return (days.bodies if report.unit_id else days.county).in_year(report.year + 1)


# Opening and filling.


@transaction.atomic
def open_report(*, year: int, unit: Unit | None, by: User, at: datetime) -> AnnualReport:
    """The last edition of the year's report; where there is none it begins with what register and last year's report say.

    Raises ValidationError for a year that is not over or has no form.
    """
    try:
        blank = blank_of(year)
    except NoBlank as refused:
        raise ValidationError({"year": str(refused)}) from refused
    if year > at.year:
        raise ValidationError({"year": f"{year}年还没有到，不能填写这一年的报告。"})
    if found := _opened(unit, year):
        return found
    report = AnnualReport(unit=unit, year=year, drafted_by=by, drafted_at=at)
    require(can_fill(by, report))
    report.figures = _first_figures(report, blank)
    try:
        with transaction.atomic():
            report.save()
    except IntegrityError:  # opened twice at once
        return AnnualReport.objects.get(unit=unit, year=year)
    AuditEntry.objects.record(action="draft", target=report, by=by, at=at, to_status=report.status)
    return report


def _opened(unit: Unit | None, year: int) -> AnnualReport | None:
    """The last edition."""
    return AnnualReport.objects.filter(unit=unit, year=year).order_by("-edition").first()


def _first_figures(report: AnnualReport, blank: Blank) -> Figures:
    if report.unit is None:
        return county_figures(report.year)
    figures, last = register.counted(report).figures, last_year(report)
    if last and blank.code != "A" and not register.is_kept(report):
        for column in COLUMNS_3:
            put(
                figures,
                ReportCell("3", CARRIED_IN, column),
                value_at(last.figures, ReportCell("3", CARRIED_OUT, column)),
            )
    return figures


def last_year(report: AnnualReport) -> AnnualReport | None:
    """The report on the year before, as it was reported."""
    of_unit = AnnualReport.objects.filter(unit=report.unit, year=report.year - 1).reported()
    return of_unit.order_by("-edition").first()


def fill_table(
    *,
    report: AnnualReport,
    table: str,
    figures: Mapping[str, Mapping[str, Any]],
    version: Version,
    by: User,
    at: datetime,
) -> AnnualReport:
    """Keep one table as it was typed, the sums that were left open reckoned."""
    require(can_fill(by, report))
    whole = with_sums(
        {**report.figures, table: {row: dict(cells) for row, cells in figures.items()}}, blank_of(report.year)
    )
    return report.edit(by=by, at=at, version=version, figures=whole)


def write_parts(
    *, report: AnnualReport, texts: Mapping[str, str], version: Version, by: User, at: datetime
) -> AnnualReport:
    require(can_fill(by, report))
    return report.edit(by=by, at=at, version=version, texts=dict(texts))


def take_over(*, report: AnnualReport, version: Version, by: User, at: datetime) -> AnnualReport:
    """The county's tables anew from the units', or what the register counts of a unit's."""
    require(can_fill(by, report))
    return report.edit(by=by, at=at, version=version, figures=_counted_anew(report))


def _counted_anew(report: AnnualReport) -> Figures:
    if report.unit is None:
        return county_figures(report.year)
    found: Figures = deepcopy(report.figures)
    for cell, value in _tallied(report):
        put(found, cell, value)
    return found


# What it is held against.


def told_by(report: AnnualReport) -> Told:
    return Told(figures=report.figures, texts=report.texts)


def checks_of(report: AnnualReport) -> list[ReportCheck]:
    last = last_year(report)
    return [
        *checks(
            told_by(report),
            blank=blank_of(report.year),
            last=told_by(last) if last else None,
            last_blank=blank_of(report.year - 1) if last else None,
            units=county_figures(report.year) if report.unit is None else None,
            is_of_the_same=register.is_of_the_same(report),
        ),
        *_against_the_register(report),
    ]


def _against_the_register(report: AnnualReport) -> list[ReportCheck]:
    """登记簿＝表: the cells that differ, where requests are registered here; perhaps not all of them, so that a reason is asked for."""
    if report.unit is None or not register.is_kept(report):
        return []
    blank, found = blank_of(report.year), []
    for cell, value in _tallied(report):
        if value != (in_table := value_at(report.figures, cell)):
            both = f"登记簿中有 {said(value)} 件，表中填的{is_said(in_table)}，应当相等。"
            found.append(
                ReportCheck(
                    rule="登记簿的件数＝表中的件数",
                    place=place_of(cell),
                    left=value,
                    right=in_table,
                    is_met=False,
                    severity=Severity.REASON,
                    problem=f"{cell_words(blank, cell)}：{both}在下面的表里点开这一格，可以看到是哪几件；"
                    "表填得没有错的，提交时写明原因。",
                )
            )
    return found


@transaction.atomic
def hand_in(*, report: AnnualReport, explanation: str, version: Version, by: User, at: datetime) -> AnnualReport:
    """提交审核; raises ValidationError with what blocks it, or asks for a reason."""
    require(can_fill(by, report))
    report.require_version(version)
    if twice := _twice(report):
        raise ValidationError(twice)
    unmet = [each for each in checks_of(report) if not each.is_met]
    if blocking := [each for each in unmet if each.severity == Severity.BLOCKS]:
        raise ValidationError(f"还有{len(blocking)}处要改正才能提交，如“{blocking[0]}”。")
    differing = [each for each in unmet if each.severity == Severity.REASON]
    if differing and not explanation.strip():
        raise ValidationError({"explanation": f"有{len(differing)}处不一致，请写明原因，如“{differing[0]}”。"})
    report.hand_in(explanation=explanation.strip(), by=by, at=at)
    return report


@transaction.atomic
def pass_report(*, report: AnnualReport, version: Version, by: User, at: datetime) -> AnnualReport:
    """审核通过: reported, and each time set in print anew; the county's only while it is the sum of the units'."""
    require(can_pass(by, report))
    report.require_version(version)
    units = AnnualReport.objects.filter(year=report.year, unit__isnull=False).order_by("pk")
    list(units.select_for_update().values("pk"))  # nobody reports, returns or corrects meanwhile
    twice = _twice(report)
    require(as_long_as(not twice, twice))
    require(
        as_long_as(
            _is_sum_of_units(report),
            "提交以后又有单位报送或者退回，全县的数字已经不是各单位之和。请退回修改，重新取数。",
        )
    )
    job = queue_job("annual-report", f"{report.pk}-{report.version}")
    report.report(job=job, code=_verify_code(report, at), by=by, at=at)
    wake_after_commit(job)
    return report


def _twice(report: AnnualReport) -> str:
    """Why it cannot be reported: requests would stand in two reports. Empty where none would."""
    said = "；".join(register.counted_elsewhere(report))
    again = "这样会重复计算，不能报送；请重新从登记簿取数，或者请县政府办公室退回另一份。"
    return f"{said}。{again}" if said else ""


def _verify_code(report: AnnualReport, at: datetime) -> str:
    """The code (核验码) of what is reported now: another one, should it come back and be reported again."""
    said = [report.pk, at.isoformat(), report.figures, report.texts, report.explanation]
    digest = hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
    codes = list(codes_of(digest))
    taken = set(AnnualReport.objects.filter(verify_code__in=codes).values_list("verify_code", flat=True))
    return next(code for code in codes if code not in taken)


def _is_sum_of_units(report: AnnualReport) -> bool:
    """Whether the county's report still is; a unit's own is the sum of nothing."""
    if report.unit is not None:
        return True
    units = county_figures(report.year)
    return all(value_at(report.figures, cell) == value_at(units, cell) for cell in blank_of(report.year).cells())


def return_report(*, report: AnnualReport, reason: str, version: Version, by: User, at: datetime) -> AnnualReport:
    require(can_return(by, report))
    report.require_version(version)
    report.send_back(reason=reason, by=by, at=at)
    return report


@transaction.atomic
def correct_report(*, report: AnnualReport, version: Version, by: User, at: datetime) -> AnnualReport:
    """Another edition, beside the one that was reported (更正)."""
    require(can_correct(by, report))
    require(can_correct(by, AnnualReport.objects.lock(report.pk, seen=version)))  # nobody has begun one meanwhile
    again = AnnualReport.objects.create(
        unit=report.unit,
        year=report.year,
        edition=report.edition + 1,
        figures=report.figures,
        texts=report.texts,
        drafted_by=by,
        drafted_at=at,
    )
    AuditEntry.objects.record(action="draft", target=again, by=by, at=at, to_status=again.status)
    return again


SERIES = UUID("6b0d3c1e-62cb-4f0a-9d3f-0d6f5a2f2021")  # names the item of each version of a report once


@transaction.atomic
def draft_report_item(*, report: AnnualReport, version: Version, by: User, at: datetime) -> AnnualReport:
    """The report as a draft for the catalogue's column 年报, with its text, its tables, the PDF and the tables as .xlsx."""
    require(can_publish(by, report))
    report.require_version(version)
    if by.acting is None or report.file is None or report.reported_at is None:
        raise StaleError(report)
    tables = as_workbook(title=report.title, blank=blank_of(report.year), told=told_by(report))
    workbook = store_bytes(data=tables, name=f"{report.title}.xlsx", media_type=XLSX, by=by, at=at)
    item = draft_item(
        unit=by.acting.unit,
        form_id=uuid5(SERIES, f"{report.pk}-{report.version}"),
        by=by,
        at=at,
        attachments=[report.file, workbook],
        title=report.title,
        kind=Item.Kind.OTHER,
        entry=next(iter(entries_of(SitePage.Column.ANNUAL)), None),
        body=as_body(blocks_of(report)),
        formed_date=timezone.localdate(report.reported_at),
        source=by.acting.unit.name,
    )
    report.edit(by=by, at=at, item=item)
    return report


def report_as_it_stands(*, year: int, unit: Unit | None) -> AnnualReport:
    """The last edition, in whose draft register and units are counted as of now; where there is none, they alone. Nothing is kept."""
    report = _opened(unit, year)
    if report is None:
        report = AnnualReport(unit=unit, year=year)
        report.figures = _first_figures(report, blank_of(year))
    elif report.status == AnnualReportStatus.DRAFT and (unit is None or register.is_kept(report)):
        report.figures = _counted_anew(report)
    return report


# As files.


def report_workbook(report: AnnualReport) -> bytes:
    """All of it as .xlsx: for who works on it with its checks, of the county's with each unit's part."""
    told = shares(report.year) if report.unit is None else []
    return as_workbook(
        title=str(report),
        blank=blank_of(report.year),
        told=told_by(report),
        found=checks_of(report),
        parts={str(share.unit): share.report.figures for share in told if share.report},
        missing=missing_in(told),
    )


def report_data(report: AnnualReport) -> dict[str, Any]:
    """The same as JSON: the contract of `manage.py annual_report`, and what a past year is imported from."""
    whose = report.unit.code if report.unit else ""
    more = {"missing": missing_units(report.year)} if report.unit is None else {}
    found = as_json(blank=blank_of(report.year), figures=report.figures, found=checks_of(report))
    return {"year": report.year, "unit": whose, **found, "texts": report.texts, **more}
