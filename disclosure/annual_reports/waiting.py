"""What waits for a person about the yearly reports (今天要办): to be begun, written, checked, published, each by the law's named day.

A report is asked for from the first day of the next year on, of the years since requests are registered here or another year's
report stands here: what was before that was done elsewhere.
"""

from dataclasses import replace
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, TruncDate
from django.urls import reverse

from disclosure.annual_reports import register
from disclosure.annual_reports.forms import OF_COUNTY, OF_OFFICE
from disclosure.annual_reports.services import due_on
from disclosure.items.waiting import of_own_unit
from disclosure.models import AnnualReport
from disclosure.models.states import AnnualReportStatus, ItemStatus
from ninghai.accounts.audit.history import rows_written_by
from ninghai.accounts.permission_table import CLERK, HEAD, OFFICE, SIGNER
from ninghai.models import Role, Unit, User
from ninghai.staff_site.groups import DeskGroup
from ninghai.staff_site.inbox import Waiting, WaitingKind, days_left, page_in_admin, waits, works_in_the_admin

BY_THEN = "公布"


def dated(row: Waiting, report: AnnualReport, on: date) -> Waiting:
    due = due_on(report)
    return replace(row, due=due, left=days_left(due, on=on))


# Not begun yet: of a unit, of the county.


@waits
class AnnualReportsToBegin(WaitingKind[Unit]):
    """The unit's own on the last year, of which there is no draft."""

    label, verb, roles, what_is_due = "年度报告还没有填写", "填写", CLERK | OFFICE, BY_THEN
    place, group = "disclosure:annual-report-list", DeskGroup.ITEMS
    dates_itself, has_list, of_county, listed_with = True, False, False, AnnualReport

    def records(self, user: User, on: date) -> QuerySet[Unit]:
        year = on.year - 1
        before = AnnualReport.objects.filter(year__lt=year)
        registered = register.registered().filter(received_on__lte=date(year, 12, 31))
        begun = self.reports_on(year)
        unit = Unit.objects.filter(pk=user.acting.unit_id if user.acting else 0).valid(on=date(year, 12, 31))
        return unit.filter(Exists(before) | Exists(registered)).exclude(begun)

    def reports_on(self, year: int) -> Exists:
        return Exists(AnnualReport.objects.filter(year=year, unit=OuterRef("pk")))

    def row(self, record: Unit, user: User, on: date) -> Waiting:
        asked = AnnualReport(year=on.year - 1, unit=None if self.of_county else record)
        return dated(super().row(record, user, on), asked, on)

    def title(self, record: Unit) -> str:
        return f"{record.short_name}年度报告"

    def unit(self, record: Unit) -> str:
        return record.short_name

    def address(self, record: Unit, user: User) -> str:
        if not works_in_the_admin(user):
            return reverse("disclosure:annual-report-new")
        whose = OF_COUNTY if self.of_county else OF_OFFICE
        return f"{reverse('admin:disclosure_annualreport_add')}?whose={whose}"


@waits
class CountyReportToBegin(AnnualReportsToBegin):
    """The county's on the last year."""

    label, roles, of_county = "全县年度报告还没有填写", OFFICE, True

    def reports_on(self, year: int) -> Exists:
        return Exists(AnnualReport.objects.filter(year=year, unit=None))

    def title(self, record: Unit) -> str:
        return "全县年度报告"


# A report that is begun.


def editions() -> QuerySet[AnnualReport]:
    """All of the same year, of the unit or of the county, for a subquery."""
    of_unit = AnnualReport.objects.alias(of_unit=Coalesce("unit_id", 0))
    return of_unit.filter(of_unit=Coalesce(OuterRef("unit_id"), 0), year=OuterRef("year"))


class OfAnnualReport(WaitingKind[AnnualReport]):
    place, group, dates_itself = "disclosure:annual-report-list", DeskGroup.ITEMS, True
    since, what_is_due = TruncDate("drafted_at"), BY_THEN

    def own(self, user: User) -> QuerySet[AnnualReport]:
        """The unit's, and the county's for the office and its head."""
        of_county = Q(unit=None) if user.acting and user.acting.role in {Role.OFFICE, Role.SIGNER} else Q()
        return AnnualReport.objects.filter(Q(unit__in=of_own_unit(user)) | of_county)

    def for_list(self, records: QuerySet[AnnualReport]) -> QuerySet[AnnualReport]:
        return records.select_related("unit").defer("figures", "texts")

    def row(self, record: AnnualReport, user: User, on: date) -> Waiting:
        return dated(super().row(record, user, on), record, on)

    def unit(self, record: AnnualReport) -> str:
        return record.whose

    def address(self, record: AnnualReport, user: User) -> str:
        if works_in_the_admin(user):
            return page_in_admin(record)
        return reverse("disclosure:annual-report", args=[record.pk])


@waits
class AnnualReportsToWrite(OfAnnualReport):
    """Begun, or returned with a reason."""

    label, verb, roles = "年度报告待填写", "填写", CLERK | OFFICE

    def records(self, user: User, on: date) -> QuerySet[AnnualReport]:
        return self.own(user).filter(status=AnnualReportStatus.DRAFT)

    def words(self, record: AnnualReport) -> str:
        return f"被退回：{record.return_reason}" if record.return_reason else self.label

    def is_sent_back(self, record: AnnualReport) -> bool:
        return bool(record.return_reason)


@waits
class AnnualReportsToCheck(OfAnnualReport):
    """Handed in: the unit's for its head, the county's for the head of the office, and neither for who wrote in it."""

    label, verb, roles = "年度报告待审核", "审核", HEAD | SIGNER

    def records(self, user: User, on: date) -> QuerySet[AnnualReport]:
        wrote = Q(pk__in=rows_written_by(user, AnnualReport))
        for field in AnnualReport.author_fields:
            wrote |= Q(**{field: user})
        handed_in = self.own(user).filter(status=AnnualReportStatus.WITH_HEAD)
        return handed_in.exclude(Exists(editions().filter(wrote)))


@waits
class AnnualReportsToPublish(OfAnnualReport):
    """Reported and set in print, and not yet before review for the catalogue."""

    label, verb, roles, since = "年度报告待送公开审核", "送审", CLERK | OFFICE, TruncDate("reported_at")

    def records(self, user: User, on: date) -> QuerySet[AnnualReport]:
        reported = self.own(user).filter(status=AnnualReportStatus.REPORTED, file__isnull=False)
        later = editions().filter(edition__gt=OuterRef("edition"))
        is_open = Q(item=None) | Q(item__status=ItemStatus.DISCARDED)
        return reported.filter(is_open).exclude(Exists(later))
