"""What the portal itself asks of people (今天要办): accounts, the calendar of the year, what could not be sent, what a check found."""

from datetime import date, timedelta

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import TruncDate
from django.urls import reverse

from ninghai.accounts.permission_table import AUDITOR, OFFICE, READERS, SECURITY, SYSTEM
from ninghai.calendar.clock import end_of
from ninghai.calendar.workdays import NATIONAL_DAY
from ninghai.models import AuditEntry, Delivery, SafetyCheck, User, Workday
from ninghai.staff_site.groups import DeskGroup
from ninghai.staff_site.inbox import ReckonedKind, Waiting, WaitingKind, days_left, page_in_admin, waits

CALENDAR_COMES_IN = 11  # the month in which the State Council tells the holidays of the next year
LATELY = timedelta(days=7)


@waits
class YearsWithoutCalendar(ReckonedKind[Workday]):
    """The running year, and from November the next, whose holidays (放假安排) nobody has entered."""

    label, verb, roles, group = "放假安排待录入", "录入", OFFICE, DeskGroup.SETTINGS
    what_is_due = "录入"

    def pieces(self, user: User, on: date) -> list[Waiting]:
        years = [on.year, on.year + 1] if on.month >= CALENDAR_COMES_IN else [on.year]
        days = [date(year, *NATIONAL_DAY) for year in years]
        entered = set(Workday.objects.filter(date__in=days).values_list("date__year", flat=True))
        return [self._piece(year, on=on) for year in years if year not in entered]

    def _piece(self, year: int, *, on: date) -> Waiting:
        due = date(year - 1, 12, 31)
        return Waiting(
            title=f"{year}年放假安排",
            verb=self.verb,
            url=reverse("admin:ninghai_workday_notice"),
            words="没有录入的年份，工作日按固定节假日推算",
            due=due,
            left=days_left(due, on=on),
            what=self.what_is_due,
        )


class OfAccount(WaitingKind[User]):
    roles, group = SECURITY, DeskGroup.SETTINGS
    since = TruncDate("date_joined")

    def title(self, record: User) -> str:
        return f"{record.name}（{record.username}）"

    def address(self, record: User, user: User) -> str:
        return page_in_admin(record)


@waits
class AccountsWithoutRole(OfAccount):
    label, verb = "账号没有角色", "授予角色"

    def records(self, user: User, on: date) -> QuerySet[User]:
        return User.objects.filter(is_active=True, memberships=None)


@waits
class AccountsNeverUsed(OfAccount):
    """Opened, with a role, and never signed in."""

    label, verb, verb_for_many = "账号开通后没有登录过", "核对", "逐个核对"

    def records(self, user: User, on: date) -> QuerySet[User]:
        return User.objects.filter(is_active=True, last_login=None, memberships__isnull=False).distinct()


@waits
class SendingsThatFailed(WaitingKind[Delivery]):
    """Of the last days: what is older nobody sends any more."""

    label, verb, verb_for_many, roles, group = "消息没有发出", "查看原因", "查看原因", SYSTEM, DeskGroup.SETTINGS
    since = TruncDate("ended_at")

    def records(self, user: User, on: date) -> QuerySet[Delivery]:
        return Delivery.objects.filter(status=Delivery.Status.FAILED, ended_at__gte=end_of(on - LATELY))

    def for_list(self, records: QuerySet[Delivery]) -> QuerySet[Delivery]:
        return records.select_related("recipient")

    def title(self, record: Delivery) -> str:
        return f"{record.get_channel_display()}：{record.recipient}"

    def words(self, record: Delivery) -> str:
        return record.error

    def address(self, record: Delivery, user: User) -> str:
        return page_in_admin(record)


class OfCheck(WaitingKind[SafetyCheck]):
    """A look of the portal after itself whose last word is bad; a good one does away with it."""

    verb, group, listed_with = "查看处理", DeskGroup.SETTINGS, AuditEntry
    since = due = TruncDate("at")
    what_is_due = "处理"

    def bad(self) -> QuerySet[SafetyCheck]:
        later = SafetyCheck.objects.filter(kind=OuterRef("kind"), at__gt=OuterRef("at"))
        return SafetyCheck.objects.filter(~Exists(later), is_good=False)

    def title(self, record: SafetyCheck) -> str:
        return f"{record.get_kind_display()}发现异常"

    def words(self, record: SafetyCheck) -> str:
        return record.words.splitlines()[0]

    def address(self, record: SafetyCheck, user: User) -> str:
        return reverse("admin:ninghai_auditentry_chain")


@waits
class ChecksThatFailed(OfCheck):
    label, roles = "安全检查发现异常", AUDITOR | SECURITY

    def records(self, user: User, on: date) -> QuerySet[SafetyCheck]:
        return self.bad()


@waits
class ContentThatChanged(OfCheck):
    """What is public and no longer as it was made: the office must act on it."""

    label, roles = "公开内容被改动", READERS

    def records(self, user: User, on: date) -> QuerySet[SafetyCheck]:
        return self.bad().filter(kind=SafetyCheck.Kind.CONTENT)
