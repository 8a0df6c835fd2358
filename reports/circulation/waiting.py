"""What waits for a person in `reports` (今天要办): papers to check, to sign, to send, to confirm, and what could not be made."""

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate
from django.urls import reverse

from disclosure.models.states import ItemStatus
from ninghai.accounts.audit.history import without_own_work
from ninghai.accounts.permission_table import OFFICE, READERS, SIGNER, UNIT
from ninghai.models import JobStatus, User
from ninghai.staff_site.groups import DeskGroup
from ninghai.staff_site.inbox import WaitingKind, waits
from reports.models import BookletMaking, Receipt, Report, ReportQuerySet, SignOff

FOR_THE_PUBLIC = (Report.Kind.PROGRESS, Report.Kind.SPOT_CHECK, Report.Kind.SCORE)


class OfPaper(WaitingKind[Report]):
    """A report on its page in the admin."""

    group = DeskGroup.REPORTS

    def for_list(self, records: QuerySet[Report]) -> QuerySet[Report]:
        return records.select_related("unit").defer("snapshot")

    def title(self, record: Report) -> str:
        return record.title

    def unit(self, record: Report) -> str:
        return record.unit.short_name if record.unit else ""

    def address(self, record: Report, user: User) -> str:
        return record.get_absolute_url()


def newest(drafts: ReportQuerySet) -> ReportQuerySet:
    """Without those that a later one of the same kind about the same thing has overtaken, and those of a batch for reading."""
    same = {"kind": OuterRef("kind"), "notice": OuterRef("notice"), "pk__gt": OuterRef("pk")}
    about = Q(unit=OuterRef("unit")) | Q(unit=None, spot_check=OuterRef("spot_check")) | Q(unit=None, spot_check=None)
    later = Report.objects.filter(about, **same, file__isnull=False)
    return drafts.filter(~Exists(later), batches=None)


@waits
class PapersToCheck(OfPaper):
    """核稿: by another person of the office than those who made it."""

    label, verb, roles = "报告待核稿", "核稿", OFFICE
    since = TruncDate("requested_at")

    def records(self, user: User, on: date) -> QuerySet[Report]:
        return without_own_work(newest(Report.objects.visible_to(user).waiting_for_check()), by=user)


@waits
class PapersToSign(OfPaper):
    """签发: nobody signs what they made or checked."""

    label, verb, roles = "报告待签发", "签发", SIGNER
    since = TruncDate("requested_at")

    def records(self, user: User, on: date) -> QuerySet[Report]:
        checked = Report.objects.visible_to(user).waiting_for_signature()
        return without_own_work(checked, by=user, also=["checked_by"])


@waits
class PapersToSend(OfPaper):
    """印发: what is signed and went to no unit."""

    label, verb, roles = "报告待印发", "印发", OFFICE
    since = "signed_on"

    def records(self, user: User, on: date) -> QuerySet[Report]:
        return Report.objects.visible_to(user).issued().filter(receipts=None)


@waits
class PapersToPublish(OfPaper):
    """What is signed, concerns the public, and was not brought into the catalogue."""

    label, verb, roles = "报告待送公开审核", "送公开审核", OFFICE
    since = "signed_on"

    def records(self, user: User, on: date) -> QuerySet[Report]:
        signed = Report.objects.visible_to(user).issued().filter(kind__in=FOR_THE_PUBLIC)
        corrected = Report.objects.filter(corrects=OuterRef("pk"), status=SignOff.SIGNED)
        return signed.filter(Q(item=None) | Q(item__status=ItemStatus.DISCARDED)).filter(~Exists(corrected))


@waits
class PapersThatFailed(OfPaper):
    label, verb, roles = "报告生成失败", "重新生成", READERS
    since = TruncDate("requested_at")

    def records(self, user: User, on: date) -> QuerySet[Report]:
        return Report.objects.visible_to(user).filter(job__status=JobStatus.FAILED)

    def words(self, record: Report) -> str:
        return "没有生成，可以重新生成或取消"


@waits
class BookletsThatFailed(WaitingKind[BookletMaking]):
    label, verb, roles, group = "目录手册制作失败", "重新制作", OFFICE, DeskGroup.REPORTS

    def records(self, user: User, on: date) -> QuerySet[BookletMaking]:
        return BookletMaking.objects.visible_to(user).filter(job__status=JobStatus.FAILED)

    def for_list(self, records: QuerySet[BookletMaking]) -> QuerySet[BookletMaking]:
        return records.select_related("edition__catalogue")

    def address(self, record: BookletMaking, user: User) -> str:
        return record.get_absolute_url()


@waits
class PapersToConfirm(WaitingKind[Receipt]):
    """签收: what came to the unit, by either of its people."""

    label, verb, roles, place = "收文待签收", "签收", UNIT, "reports:work-report-list"
    since = TruncDate("sent_at")

    def records(self, user: User, on: date) -> QuerySet[Receipt]:
        return Receipt.objects.visible_to(user).filter(confirmed_at=None)

    def for_list(self, records: QuerySet[Receipt]) -> QuerySet[Receipt]:
        return records.select_related("report", "unit").defer("report__snapshot")

    def title(self, record: Receipt) -> str:
        return record.report.title

    def unit(self, record: Receipt) -> str:
        return record.unit.short_name

    def address(self, record: Receipt, user: User) -> str:
        return reverse("reports:work-report", args=[record.report_id])
