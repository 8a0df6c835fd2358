"""Cases (办件): what comes in from outside and must be answered by a day, and everything that happens to it (`ninghai.cases`).

The events are the truth; the columns of a case, its papers and assignments are what the events say, kept ready for lists.
"""

from datetime import date, datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from ninghai.models.calendar import DutyClock
from ninghai.models.portal import OnceCreated
from ninghai.models.sealed import SealedRecord, SealedTextField
from ninghai.models.state_machine import LockingQuerySet, VersionedModel
from ninghai.models.unit import Unit
from ninghai.models.user import Role, User


class CaseQuerySet(LockingQuerySet["Case"]):
    def visible_to(self, user: User) -> "CaseQuerySet":
        """The office and its head see every case, a unit's people those of the unit, and those it is asked to help with."""
        acting = user.acting
        if acting is None:
            return self.none()
        if acting.role in {Role.OFFICE, Role.SIGNER}:
            return self.all()
        if acting.role in {Role.EDITOR, Role.REVIEWER}:
            helps = CaseAssignment.objects.standing().filter(unit__in=Unit.objects.inherited_by(acting.unit))
            return self.filter(Q(unit__in=Unit.objects.inherited_by(acting.unit)) | Q(pk__in=helps.values("case")))
        return self.none()

    def of_unit(self, unit: Unit) -> "CaseQuerySet":
        """The cases in the unit's register, and in those of the units that it has replaced."""
        return self.filter(unit__in=Unit.objects.inherited_by(unit))

    def open(self) -> "CaseQuerySet":
        return self.filter(closed_at=None)

    def unconfirmed(self) -> "CaseQuerySet":
        """Open, and the day from which the law counts is not known yet (待确认)."""
        return self.open().filter(received_on=None)

    def overdue(self, *, at: datetime) -> "CaseQuerySet":
        """Open, and the legal limit has run out: they count as late before anybody has answered them."""
        return self.open().filter(legal_clock__due_at__lt=at)

    def by_due(self) -> "CaseQuerySet":
        """The soonest due first, what is paused or has not started last."""
        return self.order_by(F("legal_clock__due_at").asc(nulls_last=True), "pk")


class Case(VersionedModel, OnceCreated, SealedRecord):
    """One matter from outside. The kinds (`ninghai.cases.kinds`) say which states it has, and what leads from one to the next.

    `received_on` is the day from which the law counts, `entered_at` the moment at which it was typed in or sent.
    """

    class Relation(models.TextChoices):
        """What the case has to do with its `parent`."""

        SPLIT = "split", "拆分自"
        MERGED = "merged", "并入"
        DUPLICATE = "duplicate", "重复于"
        MOVED = "moved", "转自"

    status_labels: ClassVar[
        dict[str, dict[str, str]]
    ] = {}  # by kind, which each adds its own; the audit trail uses them

    kind = models.CharField("类别", max_length=40)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="cases", verbose_name="受理单位")
    year = models.PositiveSmallIntegerField("登记年度", null=True)
    serial = models.PositiveIntegerField("登记序号", null=True)
    part = models.PositiveSmallIntegerField("拆分序号", default=0)
    number = models.CharField("登记号", max_length=80, blank=True)
    channel = models.CharField("收到方式", max_length=20)
    received_on = models.DateField("收到日期", null=True)
    entered_at = models.DateTimeField("录入时间")
    rule_set = models.CharField("适用规定", max_length=20, blank=True)
    subject = models.CharField("事由", max_length=200, help_text="不含个人信息的一句话。")
    text = SealedTextField("来件内容")
    category = models.CharField("统计类别", max_length=40, blank=True)
    status = models.CharField("状态", max_length=30)
    closed_at = models.DateTimeField("办结时间", null=True)
    void_reason = models.CharField("作废原因", max_length=500, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children", verbose_name="相关办件")
    relation = models.CharField("关系", max_length=10, choices=Relation, blank=True)
    legal_clock = models.OneToOneField(
        DutyClock, models.PROTECT, null=True, related_name="case", verbose_name="法定时限"
    )
    retain_until = models.DateField("保存至", null=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "办件"
        ordering = ["-entered_at", "-pk"]
        constraints = [
            models.UniqueConstraint(name="case_numbers_once", fields=["unit", "kind", "year", "serial", "part"]),
            models.CheckConstraint(
                name="case_number_is_whole",
                condition=Q(number="", year=None, serial=None)
                | Q(year__isnull=False, serial__isnull=False) & ~Q(number=""),
                violation_error_message="登记号、年度和序号应当一起填写。",
            ),
            models.CheckConstraint(
                name="case_relation_names_its_parent",
                condition=Q(parent=None, relation="") | Q(parent__isnull=False) & ~Q(relation=""),
                violation_error_message="请写明与哪一件相关。",
            ),
        ]
        indexes = [
            models.Index(fields=["number"], name="cases_by_number"),
            models.Index(fields=["kind", "unit", "year", "serial"], name="case_register"),
            models.Index(fields=["kind", "unit"], name="open_cases", condition=Q(closed_at=None)),
            models.Index(
                fields=["kind", "-closed_at", "-id"], name="closed_cases", condition=Q(closed_at__isnull=False)
            ),
            models.Index(fields=["kind", "-entered_at", "-id"], name="cases_by_entry"),
        ]

    def __str__(self) -> str:
        """What e-mails, logs and the trail call it: never anything of a person."""
        return self.number or f"待登记 {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def is_unconfirmed(self) -> bool:
        return self.is_open and self.received_on is None

    def people_who(self, kind: str) -> set[int | None]:
        """Whoever did this to it, also in a round that was returned since."""
        return set(self.events.filter(kind=kind).values_list("by", flat=True))


class CaseSeries(models.Model):
    """The last number given in one series (登记号、文书编号) of a unit and year: without a gap, under a lock of this row."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="单位")
    series = models.CharField("编号系列", max_length=40)
    year = models.PositiveSmallIntegerField("年度")
    last = models.PositiveIntegerField("最后序号", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "编号"
        ordering = ["unit", "series", "year"]
        constraints = [models.UniqueConstraint(name="case_series_once", fields=["unit", "series", "year"])]

    def __str__(self) -> str:
        return f"{self.unit} {self.series} {self.year}"


# Papers (文书): letters that come and go.


class CasePaper(models.Model):
    """A letter in or out. From its issue on number, content and signature stay; files are kept, sealed, by the matter's own room.

    For the limit counts when it was handed over (`handed_over_on`), for the remedies when it arrived (`delivered_on`).
    """

    class Direction(models.TextChoices):
        INCOMING = "in", "来件"
        OUTGOING = "out", "发件"

    case = models.ForeignKey(Case, models.PROTECT, related_name="papers", verbose_name=Case._meta.verbose_name)
    direction = models.CharField("方向", max_length=3, choices=Direction)
    kind = models.CharField("文书种类", max_length=40)
    title = models.CharField("标题", max_length=200)
    series = models.CharField("编号系列", max_length=40, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="单位")
    year = models.PositiveSmallIntegerField("年度", null=True)
    serial = models.PositiveIntegerField("序号", null=True)
    number = models.CharField("编号", max_length=80, blank=True)
    dated = models.DateField("日期", help_text="发件的签发日期，来件的收到日期。")
    content = models.JSONField("内容", default=dict, help_text="不含个人信息。")
    sha256 = models.CharField("SHA-256", max_length=64)
    verify_code = models.CharField("核验码", max_length=9, blank=True)
    signed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="签发人")
    delivery = models.CharField("送达方式", max_length=20, blank=True)
    handed_over_on = models.DateField("交付日期", null=True)
    delivered_on = models.DateField("送达日期", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "办件文书"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(name="paper_numbers_once", fields=["unit", "series", "year", "serial"]),
            models.UniqueConstraint(name="verify_codes_once", fields=["verify_code"], condition=~Q(verify_code="")),
            models.CheckConstraint(
                name="paper_arrives_after_it_leaves",
                condition=Q(delivered_on=None) | Q(handed_over_on=None) | Q(delivered_on__gte=F("handed_over_on")),
                violation_error_message="送达日期不能早于交付日期。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number or self.title}"


# Events (经过): the truth about a case.


class CaseEvent(SealedRecord):
    """What happened to a case, when, and when that was entered. Never changed, never deleted; the database refuses both.

    `facts` never hold anything of a person, free `words` may, and are sealed under the key of the case; `of` tells apart what goes on twice at once, such as two third parties.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="events", verbose_name=Case._meta.verbose_name)
    number = models.PositiveIntegerField("序号")
    kind = models.CharField("事件", max_length=40)
    of = models.CharField("对象", max_length=20, blank=True)
    happened_at = models.DateTimeField("发生时间")
    entered_at = models.DateTimeField("录入时间")
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="录入人")
    facts = models.JSONField("事实", default=dict)
    reason = models.CharField("理由", max_length=500, blank=True)
    words = SealedTextField("说明", null=True, default=None)
    paper = models.ForeignKey(CasePaper, models.PROTECT, null=True, related_name="events", verbose_name="文书")

    class Meta:
        verbose_name = verbose_name_plural = "办件经过"
        ordering = ["case", "number"]
        constraints = [
            models.UniqueConstraint(
                name="case_event_numbers_once",
                fields=["case", "number"],
                violation_error_message="这一件刚刚被别人办理过。",
            ),
            models.CheckConstraint(
                name="case_event_is_entered_afterwards",
                condition=Q(entered_at__gte=F("happened_at")),
                violation_error_message="发生时间不能晚于现在。",
            ),
        ]
        indexes = [models.Index(fields=["kind", "case"], name="case_events_by_kind")]

    def __str__(self) -> str:
        return f"{self.case} {self.number} {self.kind}"

    @classmethod
    def done_by(cls, user: User, kind: str, *, case: str = "pk") -> Exists:
        """`Case.people_who` as a condition of a query, whose field `case` is the case."""
        return Exists(cls.objects.filter(case=OuterRef(case), kind=kind, by=user))

    def fact(self, name: str, default: Any = None) -> Any:
        return self.facts.get(name, default)


# Assignments (分办): who works on it.


class CaseAssignmentQuerySet(models.QuerySet["CaseAssignment"]):
    def standing(self) -> "CaseAssignmentQuerySet":
        """Those that were not given back."""
        return self.filter(returned_at=None)


class CaseAssignment(models.Model):
    """A unit that leads or helps. Whom the office has designated (指定) cannot give it back again."""

    class Part(models.TextChoices):
        LEAD = "lead", "主办"
        CO = "co", "协办"

    case = models.ForeignKey(Case, models.PROTECT, related_name="assignments", verbose_name=Case._meta.verbose_name)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="单位")
    part = models.CharField("分工", max_length=5, choices=Part)
    is_designated = models.BooleanField("已指定", default=False)
    given_at = models.DateTimeField("分办时间")
    accepted_at = models.DateTimeField("签收时间", null=True)
    returned_at = models.DateTimeField("退回时间", null=True)
    return_reason = models.CharField("退回理由", max_length=500, blank=True)
    belongs_to = models.ForeignKey(
        Unit, models.PROTECT, null=True, related_name="+", verbose_name="应办单位", help_text="退回时认为应由谁办理。"
    )
    reply_by = models.DateField("内部期限", null=True)

    objects = CaseAssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "分办"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_lead_of_a_case", fields=["case"], condition=Q(part="lead", returned_at=None)
            ),
            models.UniqueConstraint(
                name="a_unit_works_once_on_a_case", fields=["case", "unit"], condition=Q(returned_at=None)
            ),
            models.CheckConstraint(
                name="returned_with_reason",
                condition=Q(returned_at=None, return_reason="") | Q(returned_at__isnull=False) & ~Q(return_reason=""),
                violation_error_message="退回必须写明理由。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.get_part_display()}"

    def is_late(self, *, on: date) -> bool:
        """Whether the inner limit has passed before the unit was done; the legal limit is the case's own."""
        return self.returned_at is None and self.case.is_open and self.reply_by is not None and self.reply_by < on
