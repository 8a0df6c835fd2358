"""A report (报告): frozen numbers, the PDF made of them, and how far its sign-off is; batches, booklets, and the receipts of units."""

from datetime import date, datetime
from enum import nonmember

from django.db import models
from django.db.models import Q
from django.urls import reverse

from disclosure.models import CatalogueEdition, Item
from ninghai.models import Job, JobStatus, OnceCreated, Role, StoredFile, Unit, User
from ninghai.models.job import job_labels
from ninghai.models.state_machine import LockingQuerySet, StatefulModel
from reports.snapshots.schema import Snapshot
from tasks.models import Scoring, SpotCheck, WorkPointNotice

# How far the sign-off of a report is; how its rendering fares is said by its job.

FORMER = {"rendering": JobStatus.RUNNING, "ready": JobStatus.DONE}  # as the trail and kept filters may call it


def labels_of(verb: str) -> dict[str, str]:
    labels = job_labels(verb)
    return labels | {name: labels[status] for name, status in FORMER.items()}


class SignOff(models.TextChoices):
    """签发: a signed report never changes. Whether it is public (已公开) is said by its catalogue item, whether it was
    circulated (已印发) by its receipts, not here."""

    DRAFT = "draft", "草稿"
    CHECKED = "checked", "已核"
    SIGNED = "signed", "已签发"

    moves = nonmember({"draft": {"checked"}, "checked": {"signed", "draft"}, "signed": set()})
    moves_back = nonmember({"checked": {"draft"}, "draft": {"checked"}})  # 撤销; what is signed has left the house


# A report (报告): frozen numbers, the PDF made of them, and how far its sign-off is.


class ReportQuerySet(LockingQuerySet["Report"]):
    def visible_to(self, user: User) -> "ReportQuerySet":
        """The office and its head see all reports; a unit's people the signed ones that were circulated to it."""
        acting = user.acting
        if acting is None:
            return self.none()
        if acting.role in {Role.OFFICE, Role.SIGNER}:
            return self
        if acting.role in {Role.EDITOR, Role.REVIEWER}:
            return self.issued().filter(receipts__unit=acting.unit)
        return self.none()

    def issued(self) -> "ReportQuerySet":
        """Signed off and printed: what /verify/ confirms."""
        return self.filter(status=SignOff.SIGNED, file__isnull=False)

    def waiting_for_check(self) -> "ReportQuerySet":
        return self.filter(status=SignOff.DRAFT, file__isnull=False)

    def waiting_for_signature(self) -> "ReportQuerySet":
        return self.filter(status=SignOff.CHECKED, file__isnull=False)


class Report(StatefulModel, OnceCreated):
    """One report of one kind as of one date. `status` is its sign-off; its `job` makes the PDF."""

    class Kind(models.TextChoices):
        PROGRESS = "progress", "全县进展情况"
        UNIT_PROGRESS = "unit-progress", "单位进展情况"
        SPOT_CHECK = "spot-check", "抽查通报"
        SPECIAL_CHECK = "special-check", "专项检查通报"
        SCORE = "score", "考核通报"
        OVERDUE = "overdue", "督办单"
        APPLICATIONS = "applications", "依申请公开情况"
        OPINIONS = "opinions", "政务舆情回应情况"
        HOTLINE = "hotline", "12345热线办理情况"

    statuses = SignOff
    status_labels = labels_of("生成")
    author_fields = ("requested_by",)

    kind = models.CharField("种类", max_length=20, choices=Kind)
    title = models.CharField("标题", max_length=200)
    notice = models.ForeignKey(
        WorkPointNotice, models.PROTECT, null=True, blank=True, related_name="reports", verbose_name="通知"
    )
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="reports", verbose_name="单位")
    spot_check = models.ForeignKey(
        SpotCheck, models.PROTECT, null=True, blank=True, related_name="reports", verbose_name="抽查"
    )
    scoring = models.ForeignKey(
        Scoring, models.PROTECT, null=True, blank=True, related_name="reports", verbose_name="考核得分"
    )
    corrects = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="corrections", verbose_name="更正的报告"
    )
    as_of = models.DateField("统计日期")
    request_key = models.CharField(
        "请求标识", max_length=64, unique=True, editable=False, help_text="同一份数据的同一种报告只生成一次。"
    )
    snapshot: models.JSONField[Snapshot, Snapshot] = models.JSONField("数据快照", editable=False)
    code = models.CharField("核验码", max_length=9, unique=True, editable=False)
    requested_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="制作人", help_text="定期报告由系统制作。"
    )
    requested_at = models.DateTimeField("制作时间")

    job = models.OneToOneField(Job, models.PROTECT, editable=False, related_name="report", verbose_name="后台任务")
    file = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="PDF 文件"
    )

    status = models.CharField("签发状态", max_length=10, choices=SignOff, default=SignOff.DRAFT)
    return_reason = models.TextField("退回理由", max_length=1000, blank=True, editable=False)
    checked_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="核稿人"
    )
    checked_at = models.DateTimeField("核稿时间", null=True, editable=False)
    document_number = models.CharField("发文字号", max_length=50, blank=True)
    signed_on = models.DateField("签发日期", null=True, blank=True)
    signed_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="签发人"
    )
    item = models.OneToOneField(
        Item, models.PROTECT, null=True, blank=True, editable=False, related_name="report", verbose_name="公开信息"
    )

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "报告"
        ordering = ["-requested_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="signed_report_has_number_and_day",
                condition=~Q(status="signed") | (~Q(document_number="") & Q(signed_on__gte=models.F("as_of"))),
                violation_error_message="签发的报告必须有发文字号，签发日期不能早于统计日期。",
            ),
            models.CheckConstraint(
                name="only_a_signed_report_is_an_item",
                condition=Q(item=None) | Q(status="signed"),
                violation_error_message="未签发的报告不能公开。",
            ),
            models.UniqueConstraint(
                name="document_number_of_a_report_once",
                fields=["document_number"],
                condition=~Q(document_number=""),
                violation_error_message="这个发文字号已经用过。",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("admin:reports_report_change", args=[self.pk])

    @property
    def is_ready(self) -> bool:
        return self.file_id is not None

    @property
    def sha256(self) -> str:
        """Of the PDF as it is now; what /verify/ compares once the report is issued."""
        return self.file.sha256 if self.file else ""

    @property
    def correction(self) -> "Report | None":
        """The issued report that puts this one right (更正件); the last one where there are several."""
        return self.corrections.issued().order_by("-signed_on", "-pk").first()

    def check_over(self, *, by: User, at: datetime) -> None:
        """核稿: another person of the office has read it and stands for the numbers."""
        self._move(SignOff.CHECKED, by=by, at=at, checked_by=by, checked_at=at, return_reason="")

    def send_back(self, *, reason: str, by: User, at: datetime) -> None:
        """退回: what was checked is a draft again, and why."""
        self._move(SignOff.DRAFT, by=by, at=at, reason=reason, return_reason=reason, checked_by=None, checked_at=None)

    def sign(self, *, snapshot: Snapshot, document_number: str, signed_on: date, by: User, at: datetime) -> None:
        """签发: give it its number and day; it is printed once more, for good."""
        self._move(
            SignOff.SIGNED,
            by=by,
            at=at,
            snapshot=snapshot,
            code=snapshot["code"],
            document_number=document_number,
            signed_on=signed_on,
            signed_by=by,
            file=None,
        )


# A batch (批量制作): one report for each unit, asked for at once, delivered singly and as one archive.


class ReportBatchQuerySet(models.QuerySet["ReportBatch"]):
    def visible_to(self, user: User) -> "ReportBatchQuerySet":
        """The office and its head."""
        role = user.acting.role if user.acting else None
        return self if role in {Role.OFFICE, Role.SIGNER} else self.none()


class ReportBatch(OnceCreated):
    """The reports are ordinary ones, and may have been there before; the archive is packed while it is downloaded."""

    notice = models.ForeignKey(WorkPointNotice, models.PROTECT, related_name="report_batches", verbose_name="通知")
    as_of = models.DateField("统计日期")
    since = models.DateField("时段起始日", null=True, blank=True)
    reports = models.ManyToManyField(Report, related_name="batches", verbose_name="报告")
    requested_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="制作人")
    requested_at = models.DateTimeField("制作时间")
    cancelled_at = models.DateTimeField("取消时间", null=True, editable=False)

    objects = ReportBatchQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "批量报告"
        ordering = ["-requested_at", "-pk"]

    def __str__(self) -> str:
        until = f"{self.since:%Y-%m-%d} 至 {self.as_of:%Y-%m-%d}" if self.since else f"截至{self.as_of:%Y-%m-%d}"
        return f"{self.notice.year}年各单位进展情况（{until}）"

    def get_absolute_url(self) -> str:
        return reverse("admin:reports_reportbatch_change", args=[self.pk])


# How the booklet (目录手册) of an edition fares until it is there.


class BookletMakingQuerySet(models.QuerySet["BookletMaking"]):
    def visible_to(self, user: User) -> "BookletMakingQuerySet":
        """The office and its head."""
        role = user.acting.role if user.acting else None
        return self if role in {Role.OFFICE, Role.SIGNER} else self.none()


class BookletMaking(models.Model):
    """One for each edition that a worker was asked to typeset."""

    status_labels = labels_of("制作")

    edition = models.OneToOneField(
        CatalogueEdition, models.CASCADE, editable=False, related_name="making", verbose_name="目录版本"
    )
    job = models.OneToOneField(Job, models.PROTECT, editable=False, related_name="booklet", verbose_name="后台任务")

    objects = BookletMakingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "目录手册"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.edition}目录手册"

    def get_absolute_url(self) -> str:
        return reverse("admin:reports_bookletmaking_change", args=[self.pk])

    @property
    def state(self) -> str:
        """In the words of the screen."""
        if self.edition.booklet_id:
            return "已制作"
        if self.job.has_stopped:
            return "制作失败"
        return f"已尝试 {self.job.tries} 次，稍后自动再试" if self.job.error else "正在制作"


# 印发与签收: a signed report goes to units, and each says that it has come.


class ReceiptQuerySet(models.QuerySet["Receipt"]):
    def visible_to(self, user: User) -> "ReceiptQuerySet":
        """A unit's people see what came to their unit."""
        acting = user.acting
        if acting is None or acting.role not in {Role.EDITOR, Role.REVIEWER}:
            return self.none()
        return self.filter(unit=acting.unit)


class Receipt(models.Model):
    """One unit that a report was circulated to; confirmed by one of its people, once."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="receipts", verbose_name="报告")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="receipts", verbose_name="单位")
    sent_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="印发人")
    sent_at = models.DateTimeField("印发时间")
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="签收人")
    confirmed_at = models.DateTimeField("签收时间", null=True)

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "签收"
        ordering = ["report", "unit"]
        constraints = [
            models.UniqueConstraint(
                name="a_report_goes_to_a_unit_once",
                fields=["report", "unit"],
                violation_error_message="这份报告已经印发给这个单位。",
            ),
            models.CheckConstraint(
                name="confirmed_by_somebody",
                condition=models.Q(confirmed_by=None, confirmed_at=None)
                | models.Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report} → {self.unit}"


__all__ = ["BookletMaking", "Receipt", "Report", "ReportBatch", "ReportQuerySet"]
