"""What inspectors found (抽查结论): their working copy, the finding with its proofs, what the unit says against it (异议) and what it puts right (整改)."""

from datetime import date, datetime
from typing import ClassVar

from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from ninghai.models import Role, User, visible_by_unit
from ninghai.models.state_machine import LockingQuerySet, StatefulModel, VersionedModel
from tasks.models.notice import WorkPointNotice
from tasks.models.progress import Proof
from tasks.models.spot_check import Criterion, Drawn
from tasks.models.states import ObjectionStatus, RectificationStatus


class InspectionSheet(VersionedModel):
    """The inspector's working copy (核查底稿): kept as often as needed, read by nobody else, used up by the finding.

    `marks` holds what was typed for each criterion by its number: {"12": {"points": "5.0", "note": "…"}}; `answers` that
    for each question by its place: {"0": {"answer": "no", "words": "…", "evidence": "…"}}.
    """

    drawn = models.OneToOneField(Drawn, models.PROTECT, related_name="sheet", verbose_name="抽中项")
    outcome = models.CharField("结论", max_length=12, blank=True)
    note = models.TextField("核查情况", max_length=2000, blank=True)
    rectify_by_date = models.DateField("整改期限", null=True, blank=True)
    marks = models.JSONField("评分", default=dict)
    answers = models.JSONField("对所问的回答", default=dict)
    saved_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="保存人")
    saved_at = models.DateTimeField("保存时间")

    class Meta:
        verbose_name = verbose_name_plural = "核查底稿"
        ordering = ["drawn"]

    def __str__(self) -> str:
        return f"{self.drawn.whole_name}的核查底稿"


class SheetProof(Proof):
    """A photograph or copy that the inspector has taken, before the finding is recorded."""

    sheet = models.ForeignKey(InspectionSheet, models.CASCADE, related_name="proofs", verbose_name="核查底稿")
    owner_field = "sheet"

    class Meta(Proof.Meta):
        ordering = ["sheet", "pk"]


class FindingQuerySet(LockingQuerySet["Finding"]):
    def visible_to(self, user: User) -> "FindingQuerySet":
        """The office sees all, an inspector their own, a unit what was found of its own."""
        if user.acting and user.acting.role == Role.INSPECTOR:
            return self.filter(drawn__inspector=user)
        return visible_by_unit(self, user, unit="drawn__unit")

    def of_notice(self, notice: WorkPointNotice) -> "FindingQuerySet":
        """Those about the notice's assignments, with the point, the spot check and the rectification that scores name."""
        rows = self.filter(drawn__assignment__task__point__notice=notice)
        rows = rows.select_related("drawn__spot_check", "drawn__assignment__task__point", "rectification")
        return rows.defer("drawn__spot_check__strata", "drawn__spot_check__passed_over")

    def for_list(self) -> "FindingQuerySet":
        """With everything that a list says of a finding and what followed it."""
        rows = self.select_related(
            "drawn__spot_check",
            "drawn__unit",
            "drawn__assignment__task__point__notice",
            "objection",
            "rectification",
        )
        whole = WorkPointNotice.whole_text("drawn__assignment__task__point__notice")
        return rows.defer("drawn__spot_check__strata", "drawn__spot_check__passed_over", *whole)


class Finding(VersionedModel):
    """What the inspector found (抽查结论): one per drawn assignment; corrections raise its version and are audited."""

    class Outcome(models.TextChoices):
        TRUE = "true", "属实"
        PARTLY_TRUE = "partly_true", "部分属实"
        NOT_TRUE = "not_true", "不属实"
        TO_RECTIFY = "to_rectify", "需整改"
        FAULTLESS = "faultless", "没有问题"  # where there is no report to be true

    author_fields: ClassVar[tuple[str, ...]] = ("recorded_by",)

    drawn = models.OneToOneField(Drawn, models.PROTECT, related_name="finding", verbose_name="抽中项")
    outcome = models.CharField("结论", max_length=12, choices=Outcome)
    note = models.TextField("核查情况", max_length=2000, blank=True)
    answers = models.JSONField("对所问的回答", default=dict, editable=False)
    rectify_by_date = models.DateField("整改期限", null=True, blank=True)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="记录人")
    recorded_at = models.DateTimeField("记录时间")
    score = models.DecimalField(
        "得分", max_digits=5, decimal_places=1, null=True, editable=False, help_text="没有评分细则的抽查没有得分。"
    )
    is_vetoed = models.BooleanField("单项否决", default=False, editable=False)
    passed = models.BooleanField("合格", null=True, editable=False)
    objection_until = models.DateField(
        "异议截止", null=True, editable=False, help_text="由办理时限算出；没有异议期限的旧结论为空。"
    )

    objects = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "抽查结论"
        ordering = ["drawn"]
        constraints = [
            models.CheckConstraint(
                name="rectification_has_its_day",
                condition=~Q(outcome="to_rectify") | Q(rectify_by_date__isnull=False),
                violation_error_message="需整改的，请填写整改期限。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.drawn.whole_name} {self.get_outcome_display()}"

    def get_absolute_url(self) -> str:
        return reverse("tasks:finding", args=[self.pk])

    def may_be_corrected(self, *, on: date) -> bool:
        """While the unit may still object and has not: until then it is the inspector's (needs `objection`)."""
        objection = getattr(self, "objection", None)
        if objection is not None and objection.status not in ObjectionStatus.within_unit:
            return False
        return self.objection_until is None or on <= self.objection_until

    @property
    def score_words(self) -> str:
        """得分 as every page says it; empty where the spot check has no rubric."""
        if self.score is None:
            return ""
        verdict = "单项否决" if self.is_vetoed else "合格" if self.passed else "不合格"
        return f"{self.score.normalize():f}分，{verdict}"


class FindingProof(Proof):
    """What the inspector brought along: a photograph, a screen, a copy."""

    finding = models.ForeignKey(Finding, models.CASCADE, related_name="proofs", verbose_name="抽查结论")
    owner_field = "finding"

    class Meta(Proof.Meta):
        ordering = ["finding", "pk"]


class Mark(models.Model):
    """What a finding takes from the rubric (评分记录): a veto, points taken off, points given."""

    finding = models.ForeignKey(Finding, models.CASCADE, related_name="marks", verbose_name="抽查结论")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="marks", verbose_name="评分项")
    points = models.DecimalField("分值", max_digits=5, decimal_places=1, default=0)
    note = models.CharField("依据", max_length=300)

    class Meta:
        verbose_name = verbose_name_plural = "评分记录"
        ordering = ["finding", "criterion__position", "pk"]
        constraints = [
            models.UniqueConstraint(name="criterion_once_in_a_finding", fields=["finding", "criterion"]),
        ]

    def __str__(self) -> str:
        return f"{self.criterion} {self.points}"


# What a unit says against a finding (异议), and how the office decided.


class Objection(StatefulModel):
    """异议 of the unit against a finding, once, within its days, when the unit's head has passed it on; the office decides."""

    statuses = ObjectionStatus
    author_fields = ("raised_by",)

    finding = models.OneToOneField(Finding, models.PROTECT, related_name="objection", verbose_name="抽查结论")
    status = models.CharField("状态", max_length=10, choices=ObjectionStatus, default=ObjectionStatus.WITH_HEAD)
    text = models.TextField("异议内容", max_length=2000)
    raised_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="提出人")
    raised_at = models.DateTimeField("提出时间")
    passed_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="审核人"
    )
    passed_at = models.DateTimeField("报送时间", null=True, editable=False)
    return_reason = models.TextField("退回理由", max_length=1000, blank=True, default="", db_default="", editable=False)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="处理人"
    )
    decided_at = models.DateTimeField("处理时间", null=True, editable=False)
    decision = models.TextField("处理意见", max_length=2000, blank=True, editable=False)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "抽查异议"
        ordering = ["-raised_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.finding.drawn}的异议"

    def write_again(self, *, text: str, by: User, at: datetime) -> None:
        """The clerk hands it to the unit's head once more, with other words."""
        with transaction.atomic():
            self._move(ObjectionStatus.WITH_HEAD, by=by, at=at, raised_by=by, raised_at=at, return_reason="")
            self.edit(by=by, at=at, text=text)  # the trail says who wrote

    def pass_on(self, *, by: User, at: datetime) -> None:
        """The unit's head passes it to the office."""
        self._move(ObjectionStatus.RAISED, by=by, at=at, passed_by=by, passed_at=at)

    def return_to_clerk(self, *, reason: str, by: User | None, at: datetime) -> None:
        """The unit's head sends it back; so does the portal when the finding becomes another one."""
        self._move(ObjectionStatus.RETURNED, by=by, at=at, reason=reason, return_reason=reason)

    def decide(self, status: ObjectionStatus, *, decision: str, by: User, at: datetime) -> None:
        self._move(status, by=by, at=at, reason=decision, decided_by=by, decided_at=at, decision=decision)


class ObjectionProof(Proof):
    objection = models.ForeignKey(Objection, models.CASCADE, related_name="proofs", verbose_name="抽查异议")
    owner_field = "objection"

    class Meta(Proof.Meta):
        ordering = ["objection", "pk"]


# What a unit puts right (整改) after a finding, and what the second look (复查) said.


class Rectification(StatefulModel):
    """整改 of a finding by its day (`Finding.rectify_by_date`): written with evidence, passed on by the unit's head, checked again.

    `handed_in_by` wrote it last, `handed_in_at` is when the head passed it to the office.
    """

    statuses = RectificationStatus
    author_fields = ("handed_in_by",)

    finding = models.OneToOneField(Finding, models.PROTECT, related_name="rectification", verbose_name="抽查结论")
    status = models.CharField("状态", max_length=10, choices=RectificationStatus, default=RectificationStatus.OPEN)
    text = models.TextField("整改情况", blank=True, max_length=2000)
    handed_in_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="报送人"
    )
    handed_in_at = models.DateTimeField("报送时间", null=True, editable=False)
    passed_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="审核人"
    )
    return_reason = models.TextField("退回理由", max_length=1000, blank=True, default="", db_default="", editable=False)
    checked_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="复查人"
    )
    checked_at = models.DateTimeField("复查时间", null=True, editable=False)
    check_note = models.TextField("复查意见", max_length=2000, blank=True, editable=False)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "整改"
        ordering = ["finding__rectify_by_date", "pk"]

    def __str__(self) -> str:
        return f"{self.finding.drawn}的整改"

    def is_late(self, *, on: date) -> bool:
        """Owed after its day, or handed in after it (needs `finding`)."""
        due = self.finding.rectify_by_date
        handed_in = timezone.localdate(self.handed_in_at) if self.handed_in_at else on
        until = on if self.status in RectificationStatus.owed else handed_in
        return due is not None and self.status != RectificationStatus.LIFTED and until > due

    def submit(self, *, by: User, at: datetime) -> None:
        """The clerk hands it to the unit's head, in the words that are kept; the trail says that, and holds no words."""
        self._move(RectificationStatus.WITH_HEAD, by=by, at=at, handed_in_by=by, return_reason="")

    def pass_on(self, *, by: User, at: datetime) -> None:
        """The unit's head passes it on, to be looked at again."""
        self._move(RectificationStatus.HANDED_IN, by=by, at=at, passed_by=by, handed_in_at=at)

    def return_to_clerk(self, *, reason: str, by: User, at: datetime) -> None:
        """The unit's head sends it back before anybody else has seen it."""
        self._move(RectificationStatus.RETURNED, by=by, at=at, reason=reason, return_reason=reason)

    def recheck(self, status: RectificationStatus, *, note: str, by: User, at: datetime) -> None:
        """复查: passed, or returned to be put right."""
        self._move(status, by=by, at=at, reason=note, checked_by=by, checked_at=at, check_note=note)

    def open_again(self, *, by: User, at: datetime) -> None:
        """The finding was corrected once more and asks for it after all."""
        self._move(RectificationStatus.OPEN, by=by, at=at)

    def lift(self, *, reason: str, by: User, at: datetime) -> None:
        """The finding asks for nothing any more."""
        self._move(RectificationStatus.LIFTED, by=by, at=at, reason=reason)


class RectificationProof(Proof):
    rectification = models.ForeignKey(Rectification, models.CASCADE, related_name="proofs", verbose_name="整改")
    owner_field = "rectification"

    class Meta(Proof.Meta):
        ordering = ["rectification", "pk"]
