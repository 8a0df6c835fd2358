"""The editable part of the working-day calendar, and the clocks of duties (办理时限) that are reckoned with it."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from ninghai.models.user import User

# Time limits (时限) as the rules print them: 20个工作日, 48小时, 7日, 1个月, or a day that is named.


class LimitUnit(models.TextChoices):
    """What a limit counts. Hours are clock hours that run through nights and holidays; the others are whole days."""

    HOUR = "hour", "小时"
    WORKING_DAY = "working_day", "个工作日"
    DAY = "day", "日"
    MONTH = "month", "个月"
    BY_DATE = "by_date", "指定日期"


@dataclass(frozen=True, slots=True)
class Limit:
    """`amount` of the unit after the event; for BY_DATE the day `by`, inclusive (“11月30日前”), and no amount.

    A limit of procedure law `rolls` (末日顺延): where its last day is no working day, it ends on the next that is one.
    """

    unit: LimitUnit
    amount: int = 0
    by: date | None = None
    rolls: bool = False

    def __post_init__(self) -> None:
        if self.rolls and self.unit not in {LimitUnit.DAY, LimitUnit.MONTH}:
            raise ValueError("只有按日、按月计算的时限才有末日顺延。")
        is_by_date = self.unit == LimitUnit.BY_DATE
        if is_by_date != (self.by is not None) or is_by_date == (self.amount > 0):
            raise ValueError("时限应是至少为 1 的数量，或者一个指定日期。")

    @property
    def extension_unit(self) -> LimitUnit:
        """What an extension of this limit counts; a named day is extended by calendar days."""
        return LimitUnit.DAY if self.unit == LimitUnit.BY_DATE else self.unit

    def __str__(self) -> str:
        return f"{self.by:%Y-%m-%d}前" if self.by else f"{self.amount}{self.unit.label}"


# The editable part of the working-day calendar: days that are not what their weekday says.


class Workday(models.Model):
    """A day that the State Council's yearly notice makes a holiday (放假) or a working day (调休上班).

    Rows are seeded from `chinesecalendar` and may be corrected: the notice for 2019 still changed days of 2018.
    """

    class Kind(models.TextChoices):
        HOLIDAY = "holiday", "放假"
        WORKING = "working", "调休上班"

    date = models.DateField("日期", unique=True)
    kind = models.CharField("类别", max_length=10, choices=Kind)
    name = models.CharField("说明", max_length=50, blank=True)
    source = models.CharField("依据", max_length=100)
    known_since = models.DateField(
        "公布日期", null=True, blank=True, help_text="从哪一天起知道这样安排；不知道的，按一直知道计算。"
    )

    class Meta:
        verbose_name = verbose_name_plural = "工作日历"
        ordering = ["date"]

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d} {self.get_kind_display()}"


# Clocks for duties (办理时限): one for each duty of a record, moved only by events that are never changed.


class DutyClockQuerySet(models.QuerySet["DutyClock"]):
    def about(self, target: models.Model) -> "DutyClockQuerySet":
        """The clocks of one record, oldest first."""
        return self.filter(target_type=target._meta.label_lower, target_id=str(target.pk)).order_by("pk")

    def open(self) -> "DutyClockQuerySet":
        """Those that run or are paused."""
        return self.exclude(state=DutyClock.State.CLOSED)

    def late(self, *, at: datetime) -> "DutyClockQuerySet":
        """Those whose limit ran out before they were closed (逾期), open ones as of that moment."""
        return self.alias(ended=Coalesce(F("closed_at"), at)).filter(due_at__lt=F("ended"))


class DutyClock(models.Model):
    """A limit that runs for a record. Due and derivation follow from the events and the calendar; here they are kept
    ready for lists, with the version of the calendar they came from."""

    class State(models.TextChoices):
        RUNNING = "running", "计时中"
        PAUSED = "paused", "已暂停"
        CLOSED = "closed", "已办结"

    duty = models.CharField("事项编码", max_length=40)
    target_type = models.CharField("对象类型", max_length=60)
    target_id = models.CharField("对象编号", max_length=40)
    target_label = models.CharField("对象", max_length=200)
    words = models.CharField("时限规定", max_length=200)
    basis = models.CharField("依据", max_length=200, blank=True)
    limit_unit = models.CharField("时限单位", max_length=12, choices=LimitUnit)
    limit_amount = models.PositiveIntegerField("时限数量", default=0)
    limit_date = models.DateField("指定日期", null=True, blank=True)
    limit_rolls = models.BooleanField("末日顺延", default=False, db_default=False)
    started_at = models.DateTimeField("起算时间")
    state = models.CharField("状态", max_length=10, choices=State, default=State.RUNNING)
    closed_at = models.DateTimeField("办结时间", null=True)
    due_at = models.DateTimeField(
        "到期时间", null=True, help_text="时限届满前的最后时刻；暂停期间没有，恢复后重新算出。"
    )
    derivation = models.TextField("计算过程", max_length=50_000, blank=True)
    calendar_version = models.CharField("日历版本", max_length=16, blank=True)

    objects = DutyClockQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "办理时限"
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_open_clock_per_duty_of_a_record",
                fields=["target_type", "target_id", "duty"],
                condition=~Q(state="closed"),
                violation_error_message="该事项已有正在计时的时限。",
            ),
            models.CheckConstraint(
                name="closed_clock_has_its_moment",
                condition=Q(state="closed", closed_at__isnull=False) | ~Q(state="closed") & Q(closed_at=None),
                violation_error_message="已办结的时限必须有办结时间。",
            ),
            models.CheckConstraint(
                name="running_clock_is_due_sometime",
                condition=~Q(state="running") | Q(due_at__isnull=False),
                violation_error_message="正在计时的时限必须有到期时间。",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="open_clocks_by_due", condition=~Q(state="closed")),  # restating, desk
        ]

    def __str__(self) -> str:
        return f"{self.target_label} {self.words}"

    @property
    def limit(self) -> Limit:
        unit = LimitUnit(self.limit_unit)
        return Limit(unit=unit, amount=self.limit_amount, by=self.limit_date, rolls=self.limit_rolls)

    @property
    def due_words(self) -> str:
        """The due day, for hours the moment, as the office reads it."""
        if self.due_at is None:
            return "暂停中，恢复后计算"
        due = timezone.localtime(self.due_at)
        return f"{due:%Y-%m-%d %H:%M}" if self.limit_unit == LimitUnit.HOUR else f"{due:%Y-%m-%d}"

    def has_run_out(self, *, at: datetime) -> bool:
        """Whether it is still open at a moment after its due."""
        return self.closed_at is None and self.due_at is not None and self.due_at < at


class ClockEvent(models.Model):
    """What happened to a clock. Never changed, never deleted; the database refuses both."""

    class Kind(models.TextChoices):
        START = "start", "起算"
        PAUSE = "pause", "暂停"
        RESUME = "resume", "恢复"
        EXTEND = "extend", "延长"
        RESTART = "restart", "重新起算"
        CLOSE = "close", "办结"

    clock = models.ForeignKey(DutyClock, models.PROTECT, related_name="events", verbose_name="办理时限")
    number = models.PositiveSmallIntegerField("序号")
    kind = models.CharField("事件", max_length=10, choices=Kind)
    happened_at = models.DateTimeField("发生时间")
    recorded_at = models.DateTimeField("记录时间")
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="记录人")
    reason = models.CharField("理由", max_length=500, blank=True)
    ends = models.PositiveSmallIntegerField("所结束的暂停的序号", null=True)
    amount = models.PositiveIntegerField("延长数量", null=True)
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="批准人")

    class Meta:
        verbose_name = verbose_name_plural = "时限事件"
        ordering = ["clock", "number"]
        constraints = [
            models.UniqueConstraint(
                name="clock_event_numbers_are_unique",
                fields=["clock", "number"],
                violation_error_message="这个时限刚刚被别人操作过。",
            ),
            models.CheckConstraint(
                name="only_a_start_is_recorded_ahead",  # the end of a reporting period is known before it comes
                condition=Q(kind="start") | Q(recorded_at__gte=F("happened_at")),
                violation_error_message="发生时间不能晚于记录时间。",
            ),
            models.CheckConstraint(
                name="extension_has_amount_and_reason",  # who approved it is unknown of some that were taken over
                condition=Q(kind="extend", amount__isnull=False, amount__gte=1) & ~Q(reason="")
                | ~Q(kind="extend") & Q(amount=None, approved_by=None),
                violation_error_message="延长必须写明数量和理由。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.clock} {self.number} {self.get_kind_display()}"
