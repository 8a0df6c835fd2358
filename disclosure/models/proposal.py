"""A suggestion of deputies or a proposal of the consultative conference (建议提案) beside its case: who made it, what each co-unit
adds, and every reply with what the public may read of it.

State, days and numbers are the case's (`ninghai.cases`), whose unit leads; who made it is sealed under its key.
"""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.http import urlencode

from disclosure.models.item import Item
from ninghai.models import Case, CasePaper, SealedRecord, SealedTextField, Unit, User


class ProposalKind(models.TextChoices):
    NPC = "npc", "人大代表建议"
    CPPCC = "cppcc", "政协提案"

    @property
    def short(self) -> str:
        return "建议" if self == ProposalKind.NPC else "提案"


class ProposalOpenness(models.TextChoices):
    """公开方式 of a reply, reviewed together with it."""

    FULL = "full", "全文公开"
    SUMMARY = "summary", "摘要公开"
    NO = "no", "不公开"


class LimitStage(models.TextChoices):
    """For which reply a limit is; the last one is what may be added to any of them, once."""

    ORDINARY = "ordinary", "一般"
    HARD = "hard", "难度较大"
    AGAIN = "again", "不满意后重新办理"
    EXTENDED = "extended", "可以延长"


class Proposal(SealedRecord):
    """One suggestion or proposal, as the office has handed it over; `deputy` names who made it, the public reads the `role`. What it asks for is sealed, too."""

    case = models.OneToOneField(Case, models.PROTECT, related_name="proposal", verbose_name="办件")
    kind = models.CharField("类别", max_length=5, choices=ProposalKind)
    session = models.CharField("届次", max_length=60)
    number = models.PositiveIntegerField("编号")
    deputy = SealedTextField("提出人")
    text = SealedTextField("内容")
    role = models.CharField("公开的身份", max_length=60)
    shows_name = models.BooleanField("姓名可以公开", default=False)
    is_wide = models.BooleanField("社会广泛关注", default=False)
    is_hard = models.BooleanField("难度较大", default=False)
    is_void = models.BooleanField("已作废", default=False, editable=False)  # its number may be entered again

    class Meta:
        verbose_name = verbose_name_plural = "建议提案"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                name="proposal_numbers_once",
                fields=["kind", "session", "number"],
                condition=models.Q(is_void=False),
                violation_error_message="这个届次的这个编号已经录入过。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.session}第{self.number}号{ProposalKind(self.kind).short}"

    def signed_replies(self) -> "models.QuerySet[ProposalReply]":
        """The first one first; whoever was not content got another."""
        return self.replies.filter(paper__isnull=False).select_related("paper", "item").order_by("round")

    @property
    def round(self) -> int:
        """Which reply is awaited, or the last one where none is."""
        return self.replies.filter(paper__isnull=False).count() + int(self.case.is_open)


class ProposalPart(models.Model):
    """What a co-unit has to say (协办意见), for each reply anew; it stays as it was given."""

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="parts", verbose_name="建议提案")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="协办单位")
    round = models.PositiveSmallIntegerField("第几次办理", default=1)
    text = models.TextField("协办意见", max_length=4000)
    given_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="提交人")
    given_at = models.DateTimeField("提交时间")

    class Meta:
        verbose_name = verbose_name_plural = "协办意见"
        ordering = ["round", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_part_of_a_co_unit",
                fields=["proposal", "unit", "round"],
                violation_error_message="本单位的协办意见已经提交过。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.proposal} {self.unit.short_name}"


class ProposalReply(models.Model):
    """A reply (答复) and how it is made public, decided together; once it is signed it has its `paper`, and stays.

    Whoever was not content gets another one beside it. `item` is the page into which it was made.
    """

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="replies", verbose_name="建议提案")
    round = models.PositiveSmallIntegerField("第几次办理", default=1)
    text = models.TextField("答复内容", max_length=10_000)
    category = models.CharField("办理结果类别", max_length=2)
    openness = models.CharField("公开方式", max_length=7, choices=ProposalOpenness)
    reason = models.TextField("不全文公开的理由", max_length=500, blank=True)
    summary = models.TextField("公开的摘要", max_length=2000, blank=True)
    drafted_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="拟稿人")
    drafted_at = models.DateTimeField("拟稿时间")
    paper = models.OneToOneField(
        CasePaper, models.PROTECT, null=True, related_name="proposal_reply", verbose_name="答复文书"
    )
    item = models.OneToOneField(Item, models.PROTECT, null=True, related_name="proposal_reply", verbose_name="公开信息")

    class Meta:
        verbose_name = verbose_name_plural = "建议提案答复"
        ordering = ["proposal", "round"]
        constraints = [
            models.UniqueConstraint(name="one_reply_a_round", fields=["proposal", "round"]),
            models.CheckConstraint(
                name="closed_reply_has_a_reason",
                condition=~models.Q(openness="no") | ~models.Q(reason=""),
                violation_error_message="不公开必须写明理由。",
            ),
            models.CheckConstraint(
                name="summarized_reply_has_a_summary",
                condition=~models.Q(openness="summary") | ~models.Q(summary=""),
                violation_error_message="摘要公开必须写明摘要。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.proposal} 第{self.round}次答复"


# What each county sets for itself (各地自行规定), from a day on.


class ProposalLimit(models.Model):
    """Within how many months a reply is due (办理期限); it counts for what is handed over from that day on."""

    kind = models.CharField("类别", max_length=5, choices=ProposalKind)
    stage = models.CharField("适用", max_length=8, choices=LimitStage)
    valid_from = models.DateField("自何日起", help_text="这一天以后交办的按这里计算；以前交办的不变。")
    months = models.PositiveSmallIntegerField(
        "期限（月）",
        validators=[MinValueValidator(1), MaxValueValidator(24)],
        help_text="从交办之日起计算，当日不计，到期月份的同一日届满；没有同一日的为月末。",
    )
    basis = models.CharField("依据", max_length=200, blank=True, help_text="写文件名称和条款；没有核对过的请注明。")

    class Meta:
        verbose_name = verbose_name_plural = "建议提案办理期限"
        ordering = ["kind", "stage", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                name="proposal_limit_once_a_day",
                fields=["kind", "stage", "valid_from"],
                violation_error_message="这一类已经有从这一天起的期限，请修改那一条。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.get_stage_display()}（{self.valid_from}起）"


class ProposalCategory(models.Model):
    """A category of results (A、B、C、D) in the words that hold from a day on; without words it is no longer used."""

    code = models.CharField("类别", max_length=2)
    valid_from = models.DateField("自何日起")
    words = models.CharField("含义", max_length=60, blank=True, help_text="留空表示从这一天起不再使用。")

    class Meta:
        verbose_name = verbose_name_plural = "建议提案结果类别"
        ordering = ["code", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                name="proposal_category_once_a_day",
                fields=["code", "valid_from"],
                violation_error_message="这个类别已经有从这一天起的含义，请修改那一条。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.code}（{self.valid_from}起）"


class ProposalUnit(Unit):
    """A unit with the proposals that it leads, as the county office counts them (`disclosure.proposals.admin`)."""

    class Meta:
        proxy = True
        verbose_name = "单位"
        verbose_name_plural = "各单位建议提案"

    def get_absolute_url(self) -> str:
        return f"{reverse('admin:disclosure_proposalunit_cases')}?{urlencode({'unit': self.code})}"
