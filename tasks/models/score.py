"""The yearly assessment (考核): a scheme as data, what is recorded by hand for it, and the scores as of a day."""

from datetime import date, datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from ninghai.calendar.clock import end_of
from ninghai.models import AuditEntry, OnceCreated, Role, StoredFile, Unit, User
from ninghai.models.state_machine import LockingQuerySet, StaleError, StatefulModel, Version, VersionedModel
from tasks.models.notice import WorkPointNotice
from tasks.models.states import ScoringStatus
from tasks.scoring.parameters import Source


class PlainJSON(DjangoJSONEncoder):
    """Chinese as it is, in a third of the bytes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "ensure_ascii": False})


class ScoreScheme(VersionedModel):
    """考核方案 of a notice's year: its rules and the most that a unit can reach; changed only until scores are circulated."""

    notice = models.ForeignKey(WorkPointNotice, models.PROTECT, related_name="score_schemes", verbose_name="通知")
    name = models.CharField("名称", max_length=100)
    cap = models.DecimalField(
        "总分上限", max_digits=6, decimal_places=2, default=100, help_text="各项得分与加分合计，不超过这个分数。"
    )
    veto_score = models.DecimalField(
        "否决后最高分", max_digits=6, decimal_places=2, default=0, help_text="有单项否决的单位，总分不超过这个分数。"
    )

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "考核方案"
        ordering = ["-notice__year", "name"]
        constraints = [
            models.UniqueConstraint(
                name="scheme_name_once_for_a_notice",
                fields=["notice", "name"],
                violation_error_message="方案名称重复。",
            ),
            models.CheckConstraint(
                name="veto_score_below_the_cap",
                condition=Q(veto_score__gte=0, veto_score__lte=F("cap")),
                violation_error_message="否决后最高分应在0和总分上限之间。",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("admin:tasks_scorescheme_change", args=[self.pk])

    def is_circulated(self) -> bool:
        """Whether scores under it were circulated (通报): from then on it stays as it is."""
        return self.scorings.filter(status=ScoringStatus.CIRCULATED).exists()


class ScoreRule(models.Model):
    """One line of the scheme (考核项目): where its figures come from, what it is worth, what each case costs."""

    Source = Source

    scheme = models.ForeignKey(ScoreScheme, models.CASCADE, related_name="rules", verbose_name="考核方案")
    position = models.PositiveSmallIntegerField("顺序", default=0)
    source = models.CharField("数据来源", max_length=20, choices=Source)
    title = models.CharField("考核项目", max_length=100)
    full_marks = models.DecimalField(
        "分值", max_digits=6, decimal_places=2, default=0, help_text="本项满分；加分项为最多可加的分；单项否决填0。"
    )
    parameters = models.JSONField("计分参数", default=dict, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "考核项目"
        ordering = ["scheme", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                name="only_a_veto_is_worth_nothing",
                condition=Q(source="veto", full_marks=0) | ~Q(source="veto") & Q(full_marks__gt=0),
                violation_error_message="单项否决的分值填0，其他项目的分值应大于0。",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ScoreEntryQuerySet(models.QuerySet["ScoreEntry"]):
    def valid(self) -> "ScoreEntryQuerySet":
        """Not cancelled."""
        return self.filter(cancelled_at=None)

    def happened(self, *, by: date) -> "ScoreEntryQuerySet":
        """What counts for a scoring as of that day: valid, and of that day or before, whenever it was recorded."""
        return self.valid().filter(happened_on__lte=by)


class ScoreEntry(OnceCreated):
    """What is recorded for a unit and a rule by the office or imported (考核记录): a third party's result, a bonus, a veto."""

    rule = models.ForeignKey(ScoreRule, models.PROTECT, related_name="entries", verbose_name="考核项目")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="score_entries", verbose_name="单位")
    value = models.DecimalField(
        "分值",
        max_digits=6,
        decimal_places=2,
        default=0,
        help_text="第三方评估填百分制得分；扣分、加分填分数；单项否决填0。",
    )
    happened_on = models.DateField("发生日期")
    reason = models.CharField("依据", max_length=300)
    file = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="佐证文件"
    )
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="记录人")
    recorded_at = models.DateTimeField("记录时间")
    cancelled_at = models.DateTimeField("作废时间", null=True, editable=False)
    cancelled_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="作废人"
    )
    cancel_reason = models.CharField("作废理由", max_length=300, blank=True, editable=False)

    objects = ScoreEntryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "考核记录"
        ordering = ["-happened_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="score_entry_is_no_negative_number",
                condition=Q(value__gte=0),
                violation_error_message="分值不能为负数；扣分填正数。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.rule} {self.value}"

    def get_absolute_url(self) -> str:
        return reverse("admin:tasks_scoreentry_change", args=[self.pk])

    @property
    def is_cancelled(self) -> bool:
        return self.cancelled_at is not None

    def cancel(self, *, reason: str, by: User, at: datetime) -> None:
        """作废: it stays on record and counts no more. Raises StaleError when it is cancelled already."""
        fields = {"cancelled_at": at, "cancelled_by": by, "cancel_reason": reason}
        if not ScoreEntry.objects.filter(pk=self.pk, cancelled_at=None).update(**fields):
            raise StaleError(self)
        AuditEntry.objects.record(action="cancel_score", target=self, by=by, at=at, reason=reason)
        self.refresh_from_db(fields=list(fields))


class Scoring(StatefulModel, OnceCreated):
    """考核 of all units under one scheme as of a day: 试算, computed anew as often as asked, then 已通报 and frozen."""

    statuses = ScoringStatus
    author_fields = ("computed_by",)

    scheme = models.ForeignKey(ScoreScheme, models.PROTECT, related_name="scorings", verbose_name="考核方案")
    as_of = models.DateField("统计日期")
    status = models.CharField("状态", max_length=12, choices=ScoringStatus, default=ScoringStatus.DRAFT)
    computed_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="计算人")
    computed_at = models.DateTimeField("计算时间")
    circulated_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="通报人"
    )
    circulated_at = models.DateTimeField("通报时间", null=True, editable=False)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "考核得分"
        ordering = ["-as_of", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_scoring_per_scheme_and_day",
                fields=["scheme", "as_of"],
                violation_error_message="这个方案截至这一天的得分已经计算过。",
            ),
            models.CheckConstraint(
                name="circulated_scoring_has_its_moment",
                condition=~Q(status=ScoringStatus.CIRCULATED) | Q(circulated_at__isnull=False),
                violation_error_message="已通报的得分必须有通报时间。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scheme}（截至{self.until_words}）"

    def get_absolute_url(self) -> str:
        return reverse("admin:tasks_scoring_change", args=[self.pk])

    @property
    def until_words(self) -> str:
        """The day whose end is told; with the time where it was not over when the scores were computed."""
        at = timezone.localtime(self.computed_at)
        return f"{self.as_of:%Y-%m-%d}{f' {at:%H:%M}' if self.computed_at < end_of(self.as_of) else ''}"

    def recompute(self, *, by: User, at: datetime, version: Version = ...) -> None:
        """Its sheets are about to be replaced by new ones, unless somebody else did so since this person opened it."""
        self._update_if_unchanged(version=version, computed_by=by, computed_at=at)
        self._as_stored({"computed_by": by, "computed_at": at})

    def circulate(self, *, by: User, at: datetime) -> None:
        """通报: from now on the scores stay as they are."""
        self._move(ScoringStatus.CIRCULATED, by=by, at=at, circulated_by=by, circulated_at=at)


class UnitScoreQuerySet(models.QuerySet["UnitScore"]):
    def visible_to(self, user: User) -> "UnitScoreQuerySet":
        """The office and its head see all; a unit its own, once they are circulated (通报)."""
        role = user.acting.role if user.acting else None
        if role in {Role.OFFICE, Role.SIGNER}:
            return self
        if role not in {Role.EDITOR, Role.REVIEWER} or user.acting is None:
            return self.none()
        return self.filter(unit=user.acting.unit_id, scoring__status=ScoringStatus.CIRCULATED)

    def with_ties(self) -> "UnitScoreQuerySet":
        """Annotate `is_tied`: whether another unit of the scoring has the same place (并列)."""
        others = UnitScore.objects.filter(scoring=OuterRef("scoring"), rank=OuterRef("rank")).exclude(pk=OuterRef("pk"))
        return self.annotate(is_tied=Exists(others))


class UnitScore(models.Model):
    """A unit's score in one scoring, and its place among all; equal totals share a place."""

    scoring = models.ForeignKey(Scoring, models.CASCADE, related_name="unit_scores", verbose_name="考核得分")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="scores", verbose_name="单位")
    total = models.DecimalField("总分", max_digits=6, decimal_places=2)
    is_vetoed = models.BooleanField("单项否决", default=False)
    rank = models.PositiveIntegerField("名次")

    objects = UnitScoreQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "单位得分"
        ordering = ["scoring", "rank", "unit__position", "pk"]
        constraints = [models.UniqueConstraint(name="unit_once_in_a_scoring", fields=["scoring", "unit"])]

    def __str__(self) -> str:
        return f"{self.unit} {self.total}"

    def get_absolute_url(self) -> str:
        return reverse("tasks:score-sheet", args=[self.pk])

    @property
    def place_words(self) -> str:
        """第3名, or 并列第3名 where another unit has the same total; asks the database unless read `with_ties`."""
        is_tied = self.__dict__.get("is_tied")
        if is_tied is None:
            is_tied = UnitScore.objects.filter(scoring=self.scoring_id, rank=self.rank).exclude(pk=self.pk).exists()
        return f"{'并列' if is_tied else ''}第{self.rank}名"


class ScoreLine(models.Model):
    """One line that made a score (得分明细): the result of a rule with its sum in words, and the cases below it.

    The amounts of a sheet's lines add up to its total; a line without a rule is what rounding left over or the scheme's bounds did. A case
    says what it cost or gave and names its record; `cases` keeps them as `tasks.scoring.results` reads them, because a
    large county has hundreds of thousands, which are frozen with the line and never looked for one by one.
    """

    unit_score = models.ForeignKey(UnitScore, models.CASCADE, related_name="lines", verbose_name="单位得分")
    rule = models.ForeignKey(ScoreRule, models.PROTECT, null=True, related_name="+", verbose_name="考核项目")
    position = models.PositiveSmallIntegerField("顺序")
    amount = models.DecimalField("分数", max_digits=7, decimal_places=2)
    words = models.CharField("说明", max_length=300)
    is_assessed = models.BooleanField("有考核事项", default=True, help_text="这一项对该单位没有可考核的事项时为否。")
    cases = models.JSONField("事项", default=list, encoder=PlainJSON)

    class Meta:
        verbose_name = verbose_name_plural = "得分明细"
        ordering = ["unit_score", "position", "pk"]

    def __str__(self) -> str:
        return f"{self.rule or '尾差与总分限额'} {self.amount}"
