"""An application for government information (依申请公开) beside its case: who asks, for what, and what is answered; all of it sealed.

State, days and numbers are the case's (`ninghai.cases`). Everything here has the application's own key, and goes with it.
"""

from django.contrib.postgres import fields, indexes
from django.db import models
from django.urls import reverse
from django.utils.http import urlencode

from disclosure.models.item import Item
from ninghai.models import Case, CasePaper, Job, SealedJSONField, SealedRecord, SealedTextField, StoredFile, Unit, User
from ninghai.models.job import job_labels


class InformationRequest(SealedRecord):
    """What was asked. The digests find the same applicant and the same words again, by exact match alone: an identity number
    whoever is the same, a name with a way to reach it (`contact_digests`) who may be; the sketch finds words that are much
    alike (`requests.likeness`). `published_as`: what was asked has been made public for all."""

    case = models.OneToOneField(Case, models.PROTECT, related_name="information_request", verbose_name="办件")
    content = SealedTextField("所需信息")
    applicant = SealedJSONField("申请人")  # the fields of `requests.keeping.PEOPLE`
    applicant_digest = models.CharField(max_length=64, blank=True, editable=False, db_index=True)
    contact_digests = fields.ArrayField(models.CharField(max_length=64), default=list, db_default=[], editable=False)
    content_digest = models.CharField(max_length=64, blank=True, editable=False, db_index=True)
    content_sketch = models.CharField(max_length=320, blank=True, db_default="", editable=False)
    form = models.CharField("信息形式", max_length=10)
    way = models.CharField("获取方式", max_length=10)
    accepts_other = models.BooleanField("接受其他形式", default=False)
    answer_code = models.CharField("答复种类", max_length=20, blank=True)
    answer = SealedJSONField("答复内容", default=dict)
    drafted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="拟稿人")
    published_as = models.ForeignKey(
        Item, models.PROTECT, null=True, related_name="requests", verbose_name="转为主动公开的信息"
    )

    class Meta:
        verbose_name = verbose_name_plural = "依申请公开"
        ordering = ["-pk"]
        # Asked before each is registered.
        indexes = [indexes.GinIndex(fields=["contact_digests"], name="applications_by_contact")]

    def __str__(self) -> str:
        return str(self.case)


class RequestInquiry(SealedRecord):
    """A question (征求意见) to a third party or another agency: what is asked of whom, under seal, and the opinion, given once.

    `number` tells apart those of one application, and is the `of` of the events about it.
    """

    class Kind(models.TextChoices):
        THIRD_PARTY = "third_party", "第三方"
        CO_MAKER = "co_maker", "共同制作机关"
        AGENCY = "agency", "其他机关"

    class Opinion(models.TextChoices):
        AGREES = "agrees", "同意公开"
        REFUSES = "refuses", "不同意公开"
        SILENT = "silent", "逾期没有答复"

    request = models.ForeignKey(InformationRequest, models.PROTECT, related_name="inquiries", verbose_name="申请")
    number = models.PositiveSmallIntegerField("序号")
    kind = models.CharField("征求对象", max_length=12, choices=Kind)
    paper = models.OneToOneField(CasePaper, models.PROTECT, related_name="inquiry", verbose_name="文书")
    asked = SealedJSONField("征求的内容")  # `to`, `disclosed`
    days = models.PositiveSmallIntegerField("文书写明的期限（工作日）", null=True)  # where the law sets none
    opinion = models.CharField("意见", max_length=10, choices=Opinion, blank=True)
    said_on = models.DateField("收到意见的日期", null=True)
    said_online_at = models.DateTimeField("网上答复的时间", null=True)
    reason = SealedTextField("理由", null=True, default=None)

    class Meta:
        verbose_name = verbose_name_plural = "征求意见"
        ordering = ["request", "number"]
        constraints = [
            models.UniqueConstraint(name="inquiry_numbers_once", fields=["request", "number"]),
            models.CheckConstraint(
                name="an_opinion_has_its_day",
                condition=models.Q(opinion="", said_on=None) | ~models.Q(opinion="") & models.Q(said_on__isnull=False),
                violation_error_message="意见和收到的日期应当一起登记。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}（{self.paper.number}）"

    @property
    def of(self) -> str:
        return str(self.number)


class RequestFile(SealedRecord):
    """A proof that came with an application, or what came with an opinion; its bytes sealed."""

    class Kind(models.TextChoices):
        IDENTITY = "identity", "身份证明"
        AGENT = "agent", "授权委托书和代理人证件"
        PAPER = "paper", "申请书原件（扫描件）"
        OPINION = "opinion", "随意见提交的材料"

    request = models.ForeignKey(InformationRequest, models.PROTECT, related_name="files", verbose_name="申请")
    inquiry = models.OneToOneField(
        RequestInquiry, models.PROTECT, null=True, related_name="file", verbose_name="征求意见"
    )
    kind = models.CharField("材料", max_length=10, choices=Kind)
    name = SealedTextField("文件名")
    media_type = models.CharField("格式", max_length=100)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name="文件")

    class Meta:
        verbose_name = verbose_name_plural = "申请材料"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="request_file_once", fields=["request", "kind"], condition=models.Q(inquiry=None)
            ),
            models.CheckConstraint(
                name="opinion_file_has_its_inquiry",
                condition=models.Q(kind="opinion", inquiry__isnull=False) | ~models.Q(kind="opinion"),
                violation_error_message="材料应当说明是随哪一份意见提交的。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request} {self.get_kind_display()}"

    @property
    def about(self) -> str:
        """Where its bytes belong: sealed for this place, they open nowhere else."""
        place = f"request-file:{self.request_id}:{self.kind}"
        return f"{place}:{self.inquiry_id}" if self.inquiry_id else place


class LetterMaking(SealedRecord):
    """The words of a paper as they were issued, and the job that makes its PDF, once."""

    status_labels = job_labels("排印")

    paper = models.OneToOneField(CasePaper, models.PROTECT, related_name="making", verbose_name="文书")
    letter = SealedJSONField("文书内容")
    job = models.OneToOneField(Job, models.PROTECT, editable=False, related_name="letter", verbose_name="后台任务")
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+", verbose_name="PDF 文件")
    sha256 = models.CharField("PDF 的 SHA-256", max_length=64, blank=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "文书排印"
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.paper)

    @property
    def about(self) -> str:
        return f"case-paper:{self.paper_id}"


class RequestUnit(Unit):
    """A unit with the applications in its register, as the county office counts them (`disclosure.requests.office`)."""

    class Meta:
        proxy = True
        verbose_name = "单位"
        verbose_name_plural = "各单位依申请公开"

    def get_absolute_url(self) -> str:
        """Its register (登记簿)."""
        return f"{reverse('admin:disclosure_requestunit_cases')}?{urlencode({'unit': self.code})}"


class RemedyAuthority(models.Model):
    """Who hears complaints against a unit's answers (救济机关) from a day on, as the office has entered it; letters name them.

    For a unit without a row `rules.remedies` says what follows from its kind; where that is no name, nothing can be signed.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="remedy_authorities", verbose_name="单位")
    valid_from = models.DateField("自何日起", help_text="这一天以后签发的答复书写这里的机关；以前签发的不变。")
    review = models.CharField(
        "行政复议机关",
        max_length=200,
        help_text="写全称；有两个的用“、”隔开，如 宁海县人民政府、宁波市财政局。",
    )
    court = models.CharField("管辖的人民法院", max_length=100, help_text="写全称，如 宁海县人民法院。")

    class Meta:
        verbose_name = verbose_name_plural = "复议机关和法院"
        ordering = ["unit", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                name="remedy_authority_once_a_day",
                fields=["unit", "valid_from"],
                violation_error_message="这个单位已经有从这一天起的登记，请修改那一条。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit.short_name}（{self.valid_from}起）"
