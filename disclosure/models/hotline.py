"""A matter of the hotline (12345热线) beside its case: who calls, under seal; what it is about; and each time it was handled.

State, days and limits are the case's (`ninghai.cases`). The words of the caller are the sealed text of the case; search knows the
line that the operator wrote, and nothing else. What the office sets (topics, duties, limits) is data and stands in no law.
"""

from functools import reduce
from operator import or_
from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q

from ninghai.models import Case, CaseAssignment, DutyClock, Role, SealedJSONField, SealedRecord, Unit, User
from ninghai.models.calendar import Limit, LimitUnit


class HotlineMatter(models.TextChoices):
    """诉求类别."""

    ASK = "ask", "咨询"
    HELP = "help", "求助"
    COMPLAINT = "complaint", "投诉"
    REPORT = "report", "举报"
    ADVICE = "advice", "建议"
    PRAISE = "praise", "表扬"


class HotlineUrgency(models.TextChoices):
    NORMAL = "normal", "一般"
    COMPLEX = "complex", "复杂"
    URGENT = "urgent", "紧急"


class HotlineChannel(models.TextChoices):
    PHONE = "phone", "电话"
    WEB = "web", "网站"
    WECHAT = "wechat", "微信"
    APP = "app", "手机应用"
    LETTER = "letter", "信件"
    PROVINCE = "province", "省、市平台"


# What the office sets.


class HotlineTopic(models.Model):
    """事项: what people call about, by which units have their duties."""

    name = models.CharField("事项", max_length=40, unique=True)
    position = models.PositiveIntegerField("排序", default=0)
    is_active = models.BooleanField("启用", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "热线事项"
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name


class HotlineDuty(models.Model):
    """Whose matter a topic is (职责), in one town or street, or everywhere else."""

    topic = models.ForeignKey(HotlineTopic, models.PROTECT, related_name="duties", verbose_name="事项")
    town = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="所在乡镇（街道）",
        help_text="不选的，适用于没有另行规定的所有地方。",
        limit_choices_to={"kind__in": [Unit.Kind.TOWN, Unit.Kind.STREET, Unit.Kind.TOWNSHIP]},
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="承办单位")
    basis = models.CharField("依据", max_length=200, blank=True, help_text="如三定方案、县政府会议纪要，可以不写。")

    class Meta:
        verbose_name = verbose_name_plural = "热线职责清单"
        ordering = ["topic", "town_id", "pk"]  # without a join that cannot be locked
        constraints = [
            models.UniqueConstraint(
                name="hotline_duty_once",
                fields=["topic", "town"],
                nulls_distinct=False,
                violation_error_message="这个事项在这个地方已经有承办单位，请修改那一条。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.topic}（{self.town or '全县'}）"


class HotlineLimit(models.Model):
    """Within which limits a matter is signed for, closed, and its caller called back (时限), from a day on."""

    class Approver(models.TextChoices):
        OFFICE = "office", "县府办经办"
        SIGNER = "signer", "签发人"

    matter = models.CharField("类别", max_length=10, choices=HotlineMatter)
    urgency = models.CharField("紧急程度", max_length=8, choices=HotlineUrgency)
    valid_from = models.DateField("自何日起", help_text="这一天以后转办的按这里计算；以前转办的不变。")
    amount = models.PositiveSmallIntegerField("办结时限", validators=[MinValueValidator(1), MaxValueValidator(365)])
    unit = models.CharField(
        "单位",
        max_length=12,
        choices=[(each.value, each.label) for each in (LimitUnit.WORKING_DAY, LimitUnit.DAY, LimitUnit.HOUR)],
        default=LimitUnit.WORKING_DAY,
    )
    redo = models.PositiveSmallIntegerField(
        "重办时限",
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
        help_text="单位与办结时限相同。",
    )
    extension = models.PositiveSmallIntegerField(
        "最多延长", default=0, validators=[MaxValueValidator(365)], help_text="单位与办结时限相同；0表示不能延长。"
    )
    ask_before = models.PositiveSmallIntegerField("延期须提前几天申请", default=1, validators=[MaxValueValidator(30)])
    approver = models.CharField("延期由谁批准", max_length=8, choices=Approver, default=Approver.OFFICE)
    sign_days = models.PositiveSmallIntegerField(
        "签收时限（工作日）", default=1, validators=[MinValueValidator(1), MaxValueValidator(30)]
    )
    call_days = models.PositiveSmallIntegerField(
        "回访时限（工作日）", default=1, validators=[MinValueValidator(1), MaxValueValidator(30)]
    )
    basis = models.CharField("依据", max_length=200, blank=True, help_text="写文件名称和条款；没有核对过的请注明。")

    class Meta:
        verbose_name = verbose_name_plural = "热线办理时限"
        ordering = ["matter", "urgency", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                name="hotline_limit_once_a_day",
                fields=["matter", "urgency", "valid_from"],
                violation_error_message="这一类已经有从这一天起的时限，请修改那一条。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_matter_display()} {self.get_urgency_display()}（{self.valid_from}起）"

    def as_limit(self, *, again: bool = False) -> Limit:
        """What the caller may count on; `again` after a redo."""
        return Limit(LimitUnit(self.unit), self.redo if again else self.amount)


# What is called about.


KIN = ("", "successor__", "successor__successor__", "predecessors__", "predecessors__predecessors__")


class HotlineCaseQuerySet(models.QuerySet["HotlineCase"]):
    def not_about(self, user: User) -> "HotlineCaseQuerySet":
        """Nothing about a unit of this person, nor about one that it has replaced or that has replaced it, whatever they act as. The
        database asks for their places: nothing that was asked before is kept."""
        told: Any = HotlineCase.about.through.objects.filter(hotlinecase_id=OuterRef("pk"))
        own = [Q(**{f"unit__{way}memberships__user": user.pk}) for way in KIN]
        return self.filter(~Exists(told.filter(reduce(or_, own))))

    def visible_to(self, user: User) -> "HotlineCaseQuerySet":
        """The office and its head see every matter, a unit's people those in which it leads or helps, and nobody what is about them."""
        acting = user.acting
        if acting is None or acting.role not in {Role.OFFICE, Role.SIGNER, Role.EDITOR, Role.REVIEWER}:
            return self.none()
        if acting.role in {Role.OFFICE, Role.SIGNER}:
            return self.not_about(user)
        units = Unit.objects.inherited_by(acting.unit)
        works = CaseAssignment.objects.standing().filter(case=OuterRef("pk"), unit__in=units)
        return self.not_about(user).filter(Exists(works))

    def with_case(self) -> "HotlineCaseQuerySet":
        return self.select_related("case__unit", "case__legal_clock", "case__data_key", "data_key", "topic", "town")


def kin_of(units: "set[int]") -> "set[int]":
    """The units, those that they have taken over from, and those that have taken over from them."""
    links = Unit.objects.filter(successor__isnull=False).values_list("pk", "successor")
    found, known = set(units), [(ended, heir) for ended, heir in links if heir]
    while more := {b for a, b in known if a in found} | {a for a, b in known if b in found}:
        if more <= found:
            break
        found |= more
    return found


class HotlineCase(SealedRecord):
    """One matter. `about` are the units that a report or complaint is about: they never learn that there is one."""

    case = models.OneToOneField(
        Case, models.PROTECT, primary_key=True, related_name="hotline_case", verbose_name="办件"
    )
    matter = models.CharField("类别", max_length=10, choices=HotlineMatter)
    urgency = models.CharField("紧急程度", max_length=8, choices=HotlineUrgency, default=HotlineUrgency.NORMAL)
    topic = models.ForeignKey(HotlineTopic, models.PROTECT, null=True, related_name="+", verbose_name="事项")
    town = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name="乡镇（街道）")
    village = models.CharField("村、社区", max_length=40, blank=True)
    caller = SealedJSONField("来电人", default=dict)  # `name`, `phone`, `address`
    caller_digest = models.CharField(max_length=64, blank=True, editable=False)  # of the telephone number
    is_confidential = models.BooleanField("要求保密", default=False)
    wants_reply = models.BooleanField("需要回复", default=True)
    about = models.ManyToManyField(Unit, related_name="+", verbose_name="被反映的单位")
    outer_number = models.CharField("外部工单号", max_length=40, blank=True)
    promised_for = models.DateField("承诺办结日期", null=True)
    is_disputed = models.BooleanField("评价不满意，待处理", default=False)
    is_open = models.BooleanField("办理中", default=True)  # as the case's `closed_at` says; here for the search's index
    subject_vector = SearchVectorField(null=True, editable=False)

    objects = HotlineCaseQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "热线工单"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                name="hotline_outer_number_once",
                fields=["outer_number"],
                condition=~Q(outer_number=""),
                violation_error_message="这个外部工单号已经登记过。",
            )
        ]
        indexes = [
            GinIndex(fields=["subject_vector"], name="hotline_similar", condition=Q(is_open=True)),  # the phone form
            models.Index(fields=["caller_digest", "-case"], name="hotline_by_caller", condition=~Q(caller_digest="")),
            models.Index(fields=["topic", "town", "-case"], name="hotline_by_duty"),  # what is learnt of it
            models.Index(fields=["case"], name="hotline_disputed", condition=Q(is_disputed=True)),
        ]

    def __str__(self) -> str:
        return str(self.case)

    def get_absolute_url(self) -> str:
        return f"/work/hotline/{self.pk}/"

    @property
    def place(self) -> str:
        return f"{self.town.short_name if self.town else ''}{self.village}"


class HotlineRound(models.Model):
    """Each time that a matter was handed on and closed (一次办理): the first one, and one for each redo. What was closed first stays.

    `unit` leads, or led when it was answered; `clock` has the caller's limit: due, and closed when the unit answered.
    """

    hotline_case = models.ForeignKey(HotlineCase, models.PROTECT, related_name="rounds", verbose_name="热线工单")
    number = models.PositiveSmallIntegerField("第几次办理", default=1)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="主办单位")
    clock = models.ForeignKey(DutyClock, models.PROTECT, null=True, related_name="+", verbose_name="办结时限")
    handed_at = models.DateTimeField("转办时间")
    answered_at = models.DateTimeField("答复时间", null=True)
    call_by = models.DateField("回访期限", null=True)
    called_at = models.DateTimeField("回访时间", null=True)
    was_reached = models.BooleanField("回访已联系上", null=True)
    closed_at = models.DateTimeField("办结时间", null=True)
    score = models.CharField("满意度", max_length=12, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "热线办理轮次"
        ordering = ["hotline_case", "number"]
        constraints = [models.UniqueConstraint(name="hotline_rounds_once", fields=["hotline_case", "number"])]
        indexes = [
            models.Index(fields=["unit", "handed_at"], name="hotline_rounds_by_unit"),
            models.Index(fields=["handed_at"], name="hotline_rounds_by_day"),
            models.Index(fields=["answered_at"], name="hotline_rounds_answered"),
        ]

    def __str__(self) -> str:
        return f"{self.hotline_case} 第{self.number}次办理"
