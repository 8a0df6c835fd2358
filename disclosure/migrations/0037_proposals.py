import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import ninghai.models.sealed
from ninghai.operations.database.text_lengths import bound

TEXTS = (
    ("disclosure_proposalpart", "text", 4000, "协办意见"),
    ("disclosure_proposalreply", "text", 10_000, "答复内容"),
    ("disclosure_proposalreply", "reason", 500, "不全文公开的理由"),
    ("disclosure_proposalreply", "summary", 2000, "公开的摘要"),
)


class Migration(migrations.Migration):
    """Proposals beside their cases, what co-units give to them, replies; limits and categories of results from a day on."""

    dependencies = [
        ("disclosure", "0036_services_and_their_guides"),
        ("ninghai", "0028_cases_are_listed_by_day"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ProposalUnit",
            fields=[],
            options={
                "verbose_name": "单位",
                "verbose_name_plural": "各单位建议提案",
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("ninghai.unit",),
        ),
        migrations.CreateModel(
            name="Proposal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("npc", "人大代表建议"), ("cppcc", "政协提案")], max_length=5, verbose_name="类别"
                    ),
                ),
                ("session", models.CharField(max_length=60, verbose_name="届次")),
                ("number", models.PositiveIntegerField(verbose_name="编号")),
                ("deputy", ninghai.models.sealed.SealedTextField(default="", editable=False, verbose_name="提出人")),
                ("text", ninghai.models.sealed.SealedTextField(default="", editable=False, verbose_name="内容")),
                ("role", models.CharField(max_length=60, verbose_name="公开的身份")),
                ("shows_name", models.BooleanField(default=False, verbose_name="姓名可以公开")),
                ("is_wide", models.BooleanField(default=False, verbose_name="社会广泛关注")),
                ("is_hard", models.BooleanField(default=False, verbose_name="难度较大")),
                ("is_void", models.BooleanField(default=False, editable=False, verbose_name="已作废")),
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proposal",
                        to="ninghai.case",
                        verbose_name="办件",
                    ),
                ),
                (
                    "data_key",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ninghai.datakey",
                        verbose_name="数据密钥",
                    ),
                ),
            ],
            options={
                "verbose_name": "建议提案",
                "verbose_name_plural": "建议提案",
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="ProposalCategory",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=2, verbose_name="类别")),
                ("valid_from", models.DateField(verbose_name="自何日起")),
                (
                    "words",
                    models.CharField(
                        blank=True, help_text="留空表示从这一天起不再使用。", max_length=60, verbose_name="含义"
                    ),
                ),
            ],
            options={
                "verbose_name": "建议提案结果类别",
                "verbose_name_plural": "建议提案结果类别",
                "ordering": ["code", "-valid_from"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("code", "valid_from"),
                        name="proposal_category_once_a_day",
                        violation_error_message="这个类别已经有从这一天起的含义，请修改那一条。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ProposalLimit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("npc", "人大代表建议"), ("cppcc", "政协提案")], max_length=5, verbose_name="类别"
                    ),
                ),
                (
                    "stage",
                    models.CharField(
                        choices=[("ordinary", "一般"), ("hard", "难度较大"), ("again", "不满意后重新办理")],
                        max_length=8,
                        verbose_name="适用",
                    ),
                ),
                (
                    "valid_from",
                    models.DateField(help_text="这一天以后交办的按这里计算；以前交办的不变。", verbose_name="自何日起"),
                ),
                (
                    "months",
                    models.PositiveSmallIntegerField(
                        help_text="从交办之日起计算，当日不计，到期月份的同一日届满；没有同一日的为月末。",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(24),
                        ],
                        verbose_name="期限（月）",
                    ),
                ),
                (
                    "basis",
                    models.CharField(
                        blank=True,
                        help_text="写文件名称和条款；没有核对过的请注明。",
                        max_length=200,
                        verbose_name="依据",
                    ),
                ),
            ],
            options={
                "verbose_name": "建议提案办理期限",
                "verbose_name_plural": "建议提案办理期限",
                "ordering": ["kind", "stage", "-valid_from"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kind", "stage", "valid_from"),
                        name="proposal_limit_once_a_day",
                        violation_error_message="这一类已经有从这一天起的期限，请修改那一条。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ProposalPart",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("round", models.PositiveSmallIntegerField(default=1, verbose_name="第几次办理")),
                ("text", models.TextField(max_length=4000, verbose_name="协办意见")),
                ("given_at", models.DateTimeField(verbose_name="提交时间")),
                (
                    "given_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="提交人",
                    ),
                ),
                (
                    "proposal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts",
                        to="disclosure.proposal",
                        verbose_name="建议提案",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ninghai.unit",
                        verbose_name="协办单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "协办意见",
                "verbose_name_plural": "协办意见",
                "ordering": ["round", "pk"],
            },
        ),
        migrations.CreateModel(
            name="ProposalReply",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("round", models.PositiveSmallIntegerField(default=1, verbose_name="第几次办理")),
                ("text", models.TextField(max_length=10000, verbose_name="答复内容")),
                ("category", models.CharField(max_length=2, verbose_name="办理结果类别")),
                (
                    "openness",
                    models.CharField(
                        choices=[("full", "全文公开"), ("summary", "摘要公开"), ("no", "不公开")],
                        max_length=7,
                        verbose_name="公开方式",
                    ),
                ),
                ("reason", models.TextField(blank=True, max_length=500, verbose_name="不全文公开的理由")),
                ("summary", models.TextField(blank=True, max_length=2000, verbose_name="公开的摘要")),
                ("drafted_at", models.DateTimeField(verbose_name="拟稿时间")),
                (
                    "drafted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="拟稿人",
                    ),
                ),
                (
                    "item",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proposal_reply",
                        to="disclosure.item",
                        verbose_name="公开信息",
                    ),
                ),
                (
                    "paper",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proposal_reply",
                        to="ninghai.casepaper",
                        verbose_name="答复文书",
                    ),
                ),
                (
                    "proposal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replies",
                        to="disclosure.proposal",
                        verbose_name="建议提案",
                    ),
                ),
            ],
            options={
                "verbose_name": "建议提案答复",
                "verbose_name_plural": "建议提案答复",
                "ordering": ["proposal", "round"],
            },
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_void", False)),
                fields=("kind", "session", "number"),
                name="proposal_numbers_once",
                violation_error_message="这个届次的这个编号已经录入过。",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposalpart",
            constraint=models.UniqueConstraint(
                fields=("proposal", "unit", "round"),
                name="one_part_of_a_co_unit",
                violation_error_message="本单位的协办意见已经提交过。",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposalreply",
            constraint=models.UniqueConstraint(fields=("proposal", "round"), name="one_reply_a_round"),
        ),
        migrations.AddConstraint(
            model_name="proposalreply",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("openness", "no"), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="closed_reply_has_a_reason",
                violation_error_message="不公开必须写明理由。",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposalreply",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("openness", "summary"), _negated=True),
                    models.Q(("summary", ""), _negated=True),
                    _connector="OR",
                ),
                name="summarized_reply_has_a_summary",
                violation_error_message="摘要公开必须写明摘要。",
            ),
        ),
        *(migrations.RunSQL(*bound(*each)) for each in TEXTS),
    ]
