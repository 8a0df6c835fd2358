import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import ninghai.models.sealed


class Migration(migrations.Migration):
    """What people call about (热线), each time that it was handled, and what the office sets for it."""

    dependencies = [
        ("disclosure", "0044_drafts_of_guides_change_no_public_page"),
        ("ninghai", "0028_cases_are_listed_by_day"),
    ]

    operations = [
        migrations.CreateModel(
            name="HotlineTopic",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=40, unique=True, verbose_name="事项")),
                ("position", models.PositiveIntegerField(default=0, verbose_name="排序")),
                ("is_active", models.BooleanField(default=True, verbose_name="启用")),
            ],
            options={
                "verbose_name": "热线事项",
                "verbose_name_plural": "热线事项",
                "ordering": ["position", "pk"],
            },
        ),
        migrations.CreateModel(
            name="HotlineCase",
            fields=[
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="hotline_case",
                        serialize=False,
                        to="ninghai.case",
                        verbose_name="办件",
                    ),
                ),
                (
                    "matter",
                    models.CharField(
                        choices=[
                            ("ask", "咨询"),
                            ("help", "求助"),
                            ("complaint", "投诉"),
                            ("report", "举报"),
                            ("advice", "建议"),
                            ("praise", "表扬"),
                        ],
                        max_length=10,
                        verbose_name="类别",
                    ),
                ),
                (
                    "urgency",
                    models.CharField(
                        choices=[("normal", "一般"), ("complex", "复杂"), ("urgent", "紧急")],
                        default="normal",
                        max_length=8,
                        verbose_name="紧急程度",
                    ),
                ),
                ("village", models.CharField(blank=True, max_length=40, verbose_name="村、社区")),
                ("caller", ninghai.models.sealed.SealedJSONField(default=dict, editable=False, verbose_name="来电人")),
                ("caller_digest", models.CharField(blank=True, editable=False, max_length=64)),
                ("is_confidential", models.BooleanField(default=False, verbose_name="要求保密")),
                ("wants_reply", models.BooleanField(default=True, verbose_name="需要回复")),
                ("outer_number", models.CharField(blank=True, max_length=40, verbose_name="外部工单号")),
                ("promised_for", models.DateField(null=True, verbose_name="承诺办结日期")),
                ("is_disputed", models.BooleanField(default=False, verbose_name="评价不满意，待处理")),
                ("is_open", models.BooleanField(default=True, verbose_name="办理中")),
                ("subject_vector", django.contrib.postgres.search.SearchVectorField(editable=False, null=True)),
                ("about", models.ManyToManyField(related_name="+", to="ninghai.unit", verbose_name="被反映的单位")),
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
                (
                    "town",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ninghai.unit",
                        verbose_name="乡镇（街道）",
                    ),
                ),
                (
                    "topic",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="disclosure.hotlinetopic",
                        verbose_name="事项",
                    ),
                ),
            ],
            options={
                "verbose_name": "热线工单",
                "verbose_name_plural": "热线工单",
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="HotlineLimit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "matter",
                    models.CharField(
                        choices=[
                            ("ask", "咨询"),
                            ("help", "求助"),
                            ("complaint", "投诉"),
                            ("report", "举报"),
                            ("advice", "建议"),
                            ("praise", "表扬"),
                        ],
                        max_length=10,
                        verbose_name="类别",
                    ),
                ),
                (
                    "urgency",
                    models.CharField(
                        choices=[("normal", "一般"), ("complex", "复杂"), ("urgent", "紧急")],
                        max_length=8,
                        verbose_name="紧急程度",
                    ),
                ),
                (
                    "valid_from",
                    models.DateField(help_text="这一天以后转办的按这里计算；以前转办的不变。", verbose_name="自何日起"),
                ),
                (
                    "amount",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(365),
                        ],
                        verbose_name="办结时限",
                    ),
                ),
                (
                    "unit",
                    models.CharField(
                        choices=[("working_day", "个工作日"), ("day", "日"), ("hour", "小时")],
                        default="working_day",
                        max_length=12,
                        verbose_name="单位",
                    ),
                ),
                (
                    "redo",
                    models.PositiveSmallIntegerField(
                        default=5,
                        help_text="单位与办结时限相同。",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(365),
                        ],
                        verbose_name="重办时限",
                    ),
                ),
                (
                    "extension",
                    models.PositiveSmallIntegerField(
                        default=0,
                        help_text="单位与办结时限相同；0表示不能延长。",
                        validators=[django.core.validators.MaxValueValidator(365)],
                        verbose_name="最多延长",
                    ),
                ),
                (
                    "ask_before",
                    models.PositiveSmallIntegerField(
                        default=1,
                        validators=[django.core.validators.MaxValueValidator(30)],
                        verbose_name="延期须提前几天申请",
                    ),
                ),
                (
                    "approver",
                    models.CharField(
                        choices=[("office", "县府办经办"), ("signer", "签发人")],
                        default="office",
                        max_length=8,
                        verbose_name="延期由谁批准",
                    ),
                ),
                (
                    "sign_days",
                    models.PositiveSmallIntegerField(
                        default=1,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(30),
                        ],
                        verbose_name="签收时限（工作日）",
                    ),
                ),
                (
                    "call_days",
                    models.PositiveSmallIntegerField(
                        default=1,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(30),
                        ],
                        verbose_name="回访时限（工作日）",
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
                "verbose_name": "热线办理时限",
                "verbose_name_plural": "热线办理时限",
                "ordering": ["matter", "urgency", "-valid_from"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("matter", "urgency", "valid_from"),
                        name="hotline_limit_once_a_day",
                        violation_error_message="这一类已经有从这一天起的时限，请修改那一条。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HotlineRound",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(default=1, verbose_name="第几次办理")),
                ("handed_at", models.DateTimeField(verbose_name="转办时间")),
                ("answered_at", models.DateTimeField(null=True, verbose_name="答复时间")),
                ("call_by", models.DateField(null=True, verbose_name="回访期限")),
                ("called_at", models.DateTimeField(null=True, verbose_name="回访时间")),
                ("was_reached", models.BooleanField(null=True, verbose_name="回访已联系上")),
                ("closed_at", models.DateTimeField(null=True, verbose_name="办结时间")),
                ("score", models.CharField(blank=True, max_length=12, verbose_name="满意度")),
                (
                    "clock",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ninghai.dutyclock",
                        verbose_name="办结时限",
                    ),
                ),
                (
                    "hotline_case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rounds",
                        to="disclosure.hotlinecase",
                        verbose_name="热线工单",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ninghai.unit",
                        verbose_name="主办单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "热线办理轮次",
                "verbose_name_plural": "热线办理轮次",
                "ordering": ["hotline_case", "number"],
                "indexes": [
                    models.Index(fields=["unit", "handed_at"], name="hotline_rounds_by_unit"),
                    models.Index(fields=["handed_at"], name="hotline_rounds_by_day"),
                    models.Index(fields=["answered_at"], name="hotline_rounds_answered"),
                ],
                "constraints": [models.UniqueConstraint(fields=("hotline_case", "number"), name="hotline_rounds_once")],
            },
        ),
        migrations.CreateModel(
            name="HotlineDuty",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "basis",
                    models.CharField(
                        blank=True,
                        help_text="如三定方案、县政府会议纪要，可以不写。",
                        max_length=200,
                        verbose_name="依据",
                    ),
                ),
                (
                    "town",
                    models.ForeignKey(
                        blank=True,
                        help_text="不选的，适用于没有另行规定的所有地方。",
                        limit_choices_to={"kind__in": ["town", "street", "township"]},
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ninghai.unit",
                        verbose_name="所在乡镇（街道）",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ninghai.unit",
                        verbose_name="承办单位",
                    ),
                ),
                (
                    "topic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="duties",
                        to="disclosure.hotlinetopic",
                        verbose_name="事项",
                    ),
                ),
            ],
            options={
                "verbose_name": "热线职责清单",
                "verbose_name_plural": "热线职责清单",
                "ordering": ["topic", "town_id", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("topic", "town"),
                        name="hotline_duty_once",
                        nulls_distinct=False,
                        violation_error_message="这个事项在这个地方已经有承办单位，请修改那一条。",
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="hotlinecase",
            index=django.contrib.postgres.indexes.GinIndex(
                condition=models.Q(("is_open", True)), fields=["subject_vector"], name="hotline_similar"
            ),
        ),
        migrations.AddIndex(
            model_name="hotlinecase",
            index=models.Index(
                condition=models.Q(("caller_digest", ""), _negated=True),
                fields=["caller_digest", "-case"],
                name="hotline_by_caller",
            ),
        ),
        migrations.AddIndex(
            model_name="hotlinecase",
            index=models.Index(fields=["topic", "town", "-case"], name="hotline_by_duty"),
        ),
        migrations.AddIndex(
            model_name="hotlinecase",
            index=models.Index(condition=models.Q(("is_disputed", True)), fields=["case"], name="hotline_disputed"),
        ),
        migrations.AddConstraint(
            model_name="hotlinecase",
            constraint=models.UniqueConstraint(
                condition=models.Q(("outer_number", ""), _negated=True),
                fields=("outer_number",),
                name="hotline_outer_number_once",
                violation_error_message="这个外部工单号已经登记过。",
            ),
        ),
    ]
