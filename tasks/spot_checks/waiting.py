"""What waits for a person after a draw (今天要办): sheets to inspect, findings to answer, objections, rectifications."""

from datetime import date
from functools import reduce
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils.text import Truncator

from ninghai.accounts.audit.history import without_own_work
from ninghai.accounts.permission_table import CLERK, HEAD, INSPECTOR, OFFICE
from ninghai.models import User
from ninghai.staff_site.groups import DeskGroup
from ninghai.staff_site.inbox import WaitingKind, page_in_admin, waits, works_in_the_admin
from tasks.assignments.waiting import R, shortened
from tasks.models import Drawn, Finding, Objection, Rectification, SpotCheck, WorkPointNotice
from tasks.models.states import ObjectionStatus, RectificationStatus

FINDINGS = "tasks:finding-list"
OF_THE_DRAW = ("strata", "passed_over")  # long


class AfterDraw(WaitingKind[R]):
    """About what was drawn, which the record has or is; the row bears its name, its unit and the spot check."""

    path: tuple[str, ...] = ("finding", "drawn")  # from the record to it
    group = DeskGroup.CHECKS
    place = FINDINGS

    def for_list(self, records: QuerySet[R]) -> QuerySet[R]:
        """Without the texts that are long."""
        check, unit, notice = (
            "__".join((*self.path, name)) for name in ("spot_check", "unit", "assignment__task__point__notice")
        )
        long = (f"{check}__{name}" for name in OF_THE_DRAW)
        return records.select_related(check, unit, notice).defer(*WorkPointNotice.whole_text(notice), *long)

    def drawn(self, record: Any) -> Drawn:
        drawn: Drawn = reduce(getattr, self.path, record)
        return drawn

    def title(self, record: R) -> str:
        return self.drawn(record).label

    def unit(self, record: R) -> str:
        return str(self.drawn(record).unit)


class AboutFinding(AfterDraw[R]):
    """An objection or a rectification; it stands on the page of its finding."""

    anchor = ""

    def address(self, record: Any, user: User) -> str:
        in_admin = works_in_the_admin(user)
        page = page_in_admin(record.finding) if in_admin else record.finding.get_absolute_url()
        return f"{page}{self.anchor}"


# The inspector.


@waits
class SheetsToInspect(AfterDraw[Drawn]):
    """What was drawn for this inspector and has no finding."""

    label, verb, roles = "抽中项待核查", "核查", INSPECTOR
    path, place = (), "tasks:inspection-list"
    is_among_the_dates = True
    since, due, what_is_due = TruncDate("spot_check__drawn_at"), "due_on_day", "核查"

    def records(self, user: User, on: date) -> QuerySet[Drawn]:
        return Drawn.objects.uninspected_by_day(user)

    def words(self, record: Drawn) -> str:
        return str(record.spot_check)

    def address(self, record: Drawn, user: User) -> str:
        return record.get_absolute_url()


@waits
class RectificationsToRecheck(AfterDraw[Rectification]):
    """复查: by the inspector for whom it was drawn, or the office; never what the person wrote in or passed on."""

    label, verb, roles = "整改待复查", "复查", INSPECTOR | OFFICE
    place = "tasks:inspection-list"
    since, due, what_is_due = TruncDate("handed_in_at"), "finding__rectify_by_date", "整改"

    def records(self, user: User, on: date) -> QuerySet[Rectification]:
        findings = Finding.objects.visible_to(user)
        waiting = Rectification.objects.filter(status=RectificationStatus.HANDED_IN, finding__in=findings)
        return without_own_work(waiting, by=user, also=["passed_by"])

    def words(self, record: Rectification) -> str:
        return f"{record.finding.drawn.spot_check}：整改情况已报送"

    def address(self, record: Rectification, user: User) -> str:
        finding = record.finding
        return page_in_admin(finding) if works_in_the_admin(user) else finding.drawn.get_absolute_url()


# The unit.


@waits
class ObjectionsReturned(AboutFinding[Objection]):
    """What the unit's head returned, and may still go to the office."""

    label, verb, roles, anchor = "异议被退回", "修改异议", CLERK, "#objection"
    since, due, what_is_due = TruncDate("raised_at"), "finding__objection_until", "异议"

    def records(self, user: User, on: date) -> QuerySet[Objection]:
        findings = Finding.objects.visible_to(user).filter(objection_until__gte=on)
        return Objection.objects.filter(status=ObjectionStatus.RETURNED, finding__in=findings)

    def words(self, record: Objection) -> str:
        return f"异议被退回：{shortened(record.return_reason)}"

    def is_sent_back(self, record: Objection) -> bool:
        return True


@waits
class FindingsToAnswer(AfterDraw[Finding]):
    """What a spot check found and the unit may still object to; without a word it stands."""

    label, verb, roles, path = "抽查结论可提异议", "查看结论", CLERK, ("drawn",)
    since, due, what_is_due = TruncDate("recorded_at"), "objection_until", "异议"

    def records(self, user: User, on: date) -> QuerySet[Finding]:
        fresh = Finding.objects.visible_to(user).filter(objection_until__gte=on, objection=None)
        return fresh.exclude(outcome__in=[Finding.Outcome.TRUE, Finding.Outcome.FAULTLESS])

    def words(self, record: Finding) -> str:
        return f"{record.drawn.spot_check}：{record.get_outcome_display()}，有异议的在期限内提出"

    def address(self, record: Finding, user: User) -> str:
        return record.get_absolute_url()


@waits
class RectificationsOwed(AboutFinding[Rectification]):
    """What a spot check found and the unit still has to put right."""

    label, verb, roles, anchor = "待整改", "整改", CLERK, "#rectification"
    is_among_the_dates = True
    since, due, what_is_due = TruncDate("finding__recorded_at"), "finding__rectify_by_date", "整改"

    def records(self, user: User, on: date) -> QuerySet[Rectification]:
        findings = Finding.objects.visible_to(user)
        return Rectification.objects.filter(status__in=RectificationStatus.with_clerk, finding__in=findings)

    def words(self, record: Rectification) -> str:
        returned = f"，整改被退回：{shortened(record.return_reason)}" if self.is_sent_back(record) else ""
        return f"{record.finding.drawn.spot_check}发现的问题{returned}"

    def is_sent_back(self, record: Rectification) -> bool:
        return record.status == RectificationStatus.RETURNED


@waits
class ObjectionsToPass(AboutFinding[Objection]):
    """What a clerk wrote and this head has not looked at; after its last day nobody can pass it on."""

    label, verb, roles, anchor = "异议待审核", "审核", HEAD, "#objection"
    since, due, what_is_due = TruncDate("raised_at"), "finding__objection_until", "异议"

    def records(self, user: User, on: date) -> QuerySet[Objection]:
        in_time = Finding.objects.visible_to(user).filter(objection_until__gte=on)
        waiting = Objection.objects.filter(status=ObjectionStatus.WITH_HEAD, finding__in=in_time)
        return without_own_work(waiting, by=user)

    def words(self, record: Objection) -> str:
        return "对抽查结论的异议，期限内报送才有效"


@waits
class RectificationsToPass(AboutFinding[Rectification]):
    """What a clerk put right and this head has not looked at."""

    label, verb, roles, anchor = "整改待审核", "审核", HEAD, "#rectification"
    due, what_is_due = "finding__rectify_by_date", "整改"

    def records(self, user: User, on: date) -> QuerySet[Rectification]:
        findings = Finding.objects.visible_to(user)
        waiting = Rectification.objects.filter(status=RectificationStatus.WITH_HEAD, finding__in=findings)
        return without_own_work(waiting, by=user)

    def words(self, record: Rectification) -> str:
        return "整改情况，审核后报送复查"


# The office.


@waits
class ObjectionsToDecide(AboutFinding[Objection]):
    """What units object to; nobody decides who inspected it, wrote of what was found, or had a hand in the objection."""

    label, verb, roles, anchor = "异议待处理", "处理", OFFICE, "#objection"
    since = TruncDate("passed_at")

    def records(self, user: User, on: date) -> QuerySet[Objection]:
        raised = Objection.objects.filter(status=ObjectionStatus.RAISED).exclude(finding__drawn__inspector=user)
        own = Q(
            finding__in=Finding.objects.exclude(pk__in=without_own_work(Finding.objects.all(), by=user).values("pk"))
        )
        return without_own_work(raised, by=user, also=["passed_by"]).exclude(own)

    def words(self, record: Objection) -> str:
        return shortened(record.text)


@waits
class InspectorsToName(WaitingKind[SpotCheck]):
    """Spot checks in which something that was drawn has nobody yet who inspects it."""

    label, verb, roles, group = "抽查待分派人员", "分派抽查人员", OFFICE, DeskGroup.CHECKS
    since = TruncDate("drawn_at")

    def records(self, user: User, on: date) -> QuerySet[SpotCheck]:
        without = Drawn.objects.filter(inspector=None, finding=None)
        return SpotCheck.objects.visible_to(user).filter(pk__in=without.values("spot_check"))

    def for_list(self, records: QuerySet[SpotCheck]) -> QuerySet[SpotCheck]:
        return records.defer(*OF_THE_DRAW)

    def title(self, record: SpotCheck) -> str:
        return Truncator(record.title).chars(40, truncate="……")

    def address(self, record: SpotCheck, user: User) -> str:
        return reverse("admin:tasks_spotcheck_change", args=[record.pk])
