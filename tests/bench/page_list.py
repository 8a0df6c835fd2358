"""The pages of the public, the units, the office and the administrators, each with a record of the demo."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from django.db.models import Count, Model

from disclosure.models import CatalogueEntry, CoverageCell, Item, Topic
from disclosure.models.states import ItemStatus
from fixtures.reference_data import FOLDER
from ninghai.calendar import clock
from ninghai.models import AuditEntry, JobStatus, Unit, UnitGroup, User, Workday
from reports.circulation import check_report
from reports.models import Report, SignOff
from tasks.models import Assignment, Drawn, Finding, ProgressReport, ReportingPeriod, SpotCheck, WorkPointNotice
from tasks.models.states import ProgressStatus
from tasks.notices.importing import import_notice

OFFICE, SECOND_OFFICE, SIGNER, INSPECTOR = "office1", "office2", "signer", "inspector1"
SYSTEM, SECURITY, AUDITOR = "system", "security", "auditor"
CLERK, HEAD, UNIT = "shenzhen-editor", "shenzhen-reviewer", "深甽镇"


@dataclass(frozen=True, slots=True)
class Page:
    who: str  # an account of the demo; empty: the public
    name: str  # of the address
    arguments: tuple[Any, ...] = ()
    query: Mapping[str, str] = field(default_factory=dict)


def page_list() -> list[Page]:
    return [*public(), *units(), *inspector(), *office(), *corrections(), *lists(), *administrators()]


def public() -> list[Page]:
    item = Item.objects.published(clock.now()).annotate(files=Count("attachments")).exclude(files=0).first()
    report = Report.objects.issued().get()
    return [
        Page("", "disclosure:home"),
        Page("", "disclosure:item-list"),
        Page("", "disclosure:item-list", query={"q": "预算"}),
        Page("", "disclosure:suggest", query={"q": "预算"}),
        Page("", "disclosure:basic-catalogue"),
        Page("", "disclosure:export", query={"format": "xlsx"}),
        Page("", "disclosure:item-detail", (item.index_number,)),
        Page("", "disclosure:attachment", (item.attachments.first().file_id,)),
        Page("", "disclosure:feed"),
        Page("", "disclosure:sitemap"),
        Page("", "disclosure:robots"),
        Page("", "tasks:progress-year", (report.notice.year,)),
        Page("", "tasks:progress-units", (report.notice.year,)),
        Page("", "tasks:progress-unit", (report.notice.year, "104")),
        Page("", "tasks:progress-point", (report.notice.year, report.notice.points.first().key)),
        Page("", "reports:verify-form"),
        Page("", "reports:verify", (report.code,)),
        Page("", "login"),
        Page("", "healthz"),
    ]


def units() -> list[Page]:
    """What a clerk and a head open."""
    mine = Item.objects.filter(unit__short_name=UNIT)
    draft = mine.filter(status=ItemStatus.DRAFT).first()
    assignments = Assignment.objects.filter(unit__short_name=UNIT).annotate(handed_in=Count("reports"))
    busy = assignments.order_by("-handed_in", "pk").first()
    evidence = busy.reports.filter(evidence__isnull=False).values_list("evidence", flat=True).first()
    pages = [
        Page(who, *page)
        for who in (CLERK, HEAD)
        for page in [
            ("tasks:work",),
            ("tasks:assignment-detail", (busy.pk,)),
            ("disclosure:work-item-list",),
            ("disclosure:work-coverage",),
            ("disclosure:work-item-detail", (mine.first().pk,)),
        ]
    ]
    files = [Page(CLERK, "tasks:evidence-file", (evidence,))] if evidence else []
    edit = [Page(CLERK, "disclosure:work-item-edit", (draft.pk,))] if draft else []
    return [*pages, Page(CLERK, "disclosure:work-item-new"), *edit, *files]


def inspector() -> list[Page]:
    mine = Drawn.objects.filter(inspector__username=INSPECTOR)
    return [
        Page(INSPECTOR, "tasks:inspection-list"),
        Page(INSPECTOR, "tasks:inspection", (mine.filter(finding=None).first().pk,)),
        Page(INSPECTOR, "tasks:inspection", (mine.exclude(finding=None).first().pk,)),
    ]


def office() -> list[Page]:
    """The desk, and the pages with an act of the office."""
    ready = Report.objects.filter(job__status=JobStatus.DONE)
    waiting = ProgressReport.objects.filter(status=ProgressStatus.WITH_OFFICE).first()
    item = Item.objects.filter(status=ItemStatus.IN_REVIEW).first()
    check = SpotCheck.objects.latest("drawn_at")
    checked = checked_report()
    return [
        Page(OFFICE, "admin:index"),
        Page(SIGNER, "admin:index"),
        change(OFFICE, WorkPointNotice.objects.get(issued_at__isnull=False)),
        change(OFFICE, Assignment.objects.first()),
        Page(OFFICE, "admin:tasks_heat_map", (2018,)),
        Page(OFFICE, "admin:tasks_heat_map", (2018,), {"report": "mark"}),
        Page(OFFICE, "admin:disclosure_coverage_matrix"),
        change(OFFICE, CoverageCell.objects.filter(state="stale").first()),
        change(OFFICE, waiting),
        change(OFFICE, check),
        Page(OFFICE, name_of(SpotCheck, "change"), (check.pk,), {"population": "1"}),
        Page(OFFICE, name_of(SpotCheck, "add")),
        change(OFFICE, item),
        Page(OFFICE, name_of(Item, "add")),
        change(SIGNER, checked),
        Page(SIGNER, "admin:reports_report_sign", (checked.pk,)),
        Page(OFFICE, "admin:reports_report_file", (ready.first().pk,)),
        Page(OFFICE, name_of(Report, "add")),
        Page(OFFICE, "admin:ninghai_unit_export"),
        Page(OFFICE, "admin:ninghai_unit_workbook"),
    ]


def checked_report() -> Report:
    """The demo's draft, read by another of the office than the one who made it: now it can be signed."""
    draft = Report.objects.filter(job__status=JobStatus.DONE, status=SignOff.DRAFT).first()
    return check_report(report=draft, by=User.objects.get(username=SECOND_OFFICE), at=clock.now())


def corrections() -> list[Page]:
    """The pages on which a draft is corrected; the demo's notice is imported once more to have one."""
    file = FOLDER / "2018-notice.txt"
    by = User.objects.get(username=OFFICE)
    notice = import_notice(data=file.read_bytes(), filename=file.name, form_id=uuid4(), by=by, at=clock.now())
    point = notice.points.exclude(responsibilities=None).first()
    name = point.responsibilities.first()
    return [
        Page(OFFICE, name_of(WorkPointNotice, "add")),
        change(OFFICE, notice),
        Page(OFFICE, "admin:tasks_notice_issue", (notice.pk,)),
        Page(OFFICE, "admin:tasks_notice_facts", (notice.pk,)),
        Page(OFFICE, "admin:tasks_point_add", (notice.pk,)),
        Page(OFFICE, "admin:tasks_point_edit", (notice.pk, point.pk)),
        Page(OFFICE, "admin:tasks_point_remove", (notice.pk, point.pk)),
        Page(OFFICE, "admin:tasks_responsibility_add", (notice.pk, point.pk)),
        Page(OFFICE, "admin:tasks_responsibility_edit", (notice.pk, name.pk)),
        Page(OFFICE, "admin:tasks_responsibility_remove", (notice.pk, name.pk)),
        Page(OFFICE, "admin:tasks_responsibility_resolve", (notice.pk, name.pk)),
    ]


def lists() -> list[Page]:
    """The office's lists, and the records that are edited in Django's own form."""
    listed: list[type[Model]] = [WorkPointNotice, ReportingPeriod, Assignment, ProgressReport, SpotCheck, Finding]
    listed += [Item, Report]
    edited: list[type[Model]] = [Unit, UnitGroup, Workday, CatalogueEntry, Topic]
    return [
        *(Page(OFFICE, name_of(model, "changelist")) for model in [*listed, *edited]),
        *(change(OFFICE, model._default_manager.first()) for model in edited),
        *(Page(OFFICE, name_of(model, "add")) for model in edited),
        Page(OFFICE, name_of(Unit, "history"), (Unit.objects.first().pk,)),
        change(OFFICE, ReportingPeriod.objects.first()),
        change(OFFICE, Finding.objects.first()),
    ]


def administrators() -> list[Page]:
    return [
        Page(SYSTEM, "admin:index"),
        Page(SECURITY, name_of(User, "changelist")),
        change(SECURITY, User.objects.first()),
        Page(SECURITY, name_of(User, "add")),
        Page(AUDITOR, name_of(AuditEntry, "changelist")),
        change(AUDITOR, AuditEntry.objects.first()),
    ]


def change(who: str, record: Model) -> Page:
    """The record's own page in the admin."""
    return Page(who, name_of(type(record), "change"), (record.pk,))


def name_of(model: type[Model], page: str) -> str:
    return f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}"
