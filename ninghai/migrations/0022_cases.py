"""Cases with their events, papers, assignments and series of numbers."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import ninghai.models.sealed


class Migration(migrations.Migration):
    dependencies = [
        ("ninghai", "0021_people_are_sealed"),
    ]

    operations = [
        migrations.CreateModel(
            name="Case",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="版本")),
                ("form_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("kind", models.CharField(max_length=40, verbose_name="类别")),
                ("year", models.PositiveSmallIntegerField(null=True, verbose_name="登记年度")),
                ("serial", models.PositiveIntegerField(null=True, verbose_name="登记序号")),
                ("part", models.PositiveSmallIntegerField(default=0, verbose_name="拆分序号")),
                ("number", models.CharField(blank=True, max_length=80, verbose_name="登记号")),
                ("channel", models.CharField(max_length=20, verbose_name="收到方式")),
                ("received_on", models.DateField(null=True, verbose_name="收到日期")),
                ("entered_at", models.DateTimeField(verbose_name="录入时间")),
                ("rule_set", models.CharField(blank=True, max_length=20, verbose_name="适用规定")),
                ("subject", models.CharField(help_text="不含个人信息的一句话。", max_length=200, verbose_name="事由")),
                ("text", ninghai.models.sealed.SealedTextField(default="", editable=False, verbose_name="来件内容")),
                ("category", models.CharField(blank=True, max_length=40, verbose_name="统计类别")),
                ("status", models.CharField(max_length=30, verbose_name="状态")),
                ("closed_at", models.DateTimeField(null=True, verbose_name="办结时间")),
                ("void_reason", models.CharField(blank=True, max_length=500, verbose_name="作废原因")),
                (
                    "relation",
                    models.CharField(
                        blank=True,
                        choices=[("split", "拆分自"), ("merged", "并入"), ("duplicate", "重复于")],
                        max_length=10,
                        verbose_name="关系",
                    ),
                ),
                ("retain_until", models.DateField(null=True, verbose_name="保存至")),
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
                    "legal_clock",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="case",
                        to="ninghai.dutyclock",
                        verbose_name="法定时限",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="ninghai.case",
                        verbose_name="相关办件",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="ninghai.unit",
                        verbose_name="受理单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "办件",
                "verbose_name_plural": "办件",
                "ordering": ["-entered_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="CaseAssignment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "part",
                    models.CharField(choices=[("lead", "主办"), ("co", "协办")], max_length=5, verbose_name="分工"),
                ),
                ("is_designated", models.BooleanField(default=False, verbose_name="已指定")),
                ("given_at", models.DateTimeField(verbose_name="分办时间")),
                ("accepted_at", models.DateTimeField(null=True, verbose_name="签收时间")),
                ("returned_at", models.DateTimeField(null=True, verbose_name="退回时间")),
                ("return_reason", models.CharField(blank=True, max_length=500, verbose_name="退回理由")),
                ("reply_by", models.DateField(null=True, verbose_name="内部期限")),
                (
                    "belongs_to",
                    models.ForeignKey(
                        help_text="退回时认为应由谁办理。",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ninghai.unit",
                        verbose_name="应办单位",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assignments",
                        to="ninghai.case",
                        verbose_name="办件",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ninghai.unit",
                        verbose_name="单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "分办",
                "verbose_name_plural": "分办",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="CasePaper",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "direction",
                    models.CharField(choices=[("in", "来件"), ("out", "发件")], max_length=3, verbose_name="方向"),
                ),
                ("kind", models.CharField(max_length=40, verbose_name="文书种类")),
                ("title", models.CharField(max_length=200, verbose_name="标题")),
                ("series", models.CharField(blank=True, max_length=40, verbose_name="编号系列")),
                ("year", models.PositiveSmallIntegerField(null=True, verbose_name="年度")),
                ("serial", models.PositiveIntegerField(null=True, verbose_name="序号")),
                ("number", models.CharField(blank=True, max_length=80, verbose_name="编号")),
                ("dated", models.DateField(help_text="发件的签发日期，来件的收到日期。", verbose_name="日期")),
                ("content", models.JSONField(default=dict, help_text="不含个人信息。", verbose_name="内容")),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
                ("verify_code", models.CharField(blank=True, max_length=9, verbose_name="核验码")),
                ("delivery", models.CharField(blank=True, max_length=20, verbose_name="送达方式")),
                ("handed_over_on", models.DateField(null=True, verbose_name="交付日期")),
                ("delivered_on", models.DateField(null=True, verbose_name="送达日期")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="papers",
                        to="ninghai.case",
                        verbose_name="办件",
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ninghai.storedfile",
                        verbose_name="文件",
                    ),
                ),
                (
                    "proof",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ninghai.storedfile",
                        verbose_name="送达凭证",
                    ),
                ),
                (
                    "signed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="签发人",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ninghai.unit",
                        verbose_name="单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "办件文书",
                "verbose_name_plural": "办件文书",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="CaseEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(verbose_name="序号")),
                ("kind", models.CharField(max_length=40, verbose_name="事件")),
                ("of", models.CharField(blank=True, max_length=20, verbose_name="对象")),
                ("happened_at", models.DateTimeField(verbose_name="发生时间")),
                ("entered_at", models.DateTimeField(verbose_name="录入时间")),
                ("facts", models.JSONField(default=dict, verbose_name="事实")),
                ("reason", models.CharField(blank=True, max_length=500, verbose_name="理由")),
                (
                    "words",
                    ninghai.models.sealed.SealedTextField(default=None, editable=False, null=True, verbose_name="说明"),
                ),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="录入人",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
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
                (
                    "paper",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="ninghai.casepaper",
                        verbose_name="文书",
                    ),
                ),
            ],
            options={
                "verbose_name": "办件经过",
                "verbose_name_plural": "办件经过",
                "ordering": ["case", "number"],
            },
        ),
        migrations.CreateModel(
            name="CaseSeries",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("series", models.CharField(max_length=40, verbose_name="编号系列")),
                ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                ("last", models.PositiveIntegerField(default=0, verbose_name="最后序号")),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ninghai.unit",
                        verbose_name="单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "编号",
                "verbose_name_plural": "编号",
                "ordering": ["unit", "series", "year"],
            },
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["number"], name="cases_by_number"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["kind", "unit", "year", "serial"], name="case_register"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(condition=models.Q(("closed_at", None)), fields=["kind", "unit"], name="open_cases"),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.UniqueConstraint(
                fields=("unit", "kind", "year", "serial", "part"), name="case_numbers_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("number", ""), ("serial", None), ("year", None)),
                    models.Q(
                        ("serial__isnull", False), ("year__isnull", False), models.Q(("number", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="case_number_is_whole",
                violation_error_message="登记号、年度和序号应当一起填写。",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("parent", None), ("relation", "")),
                    models.Q(("parent__isnull", False), models.Q(("relation", ""), _negated=True)),
                    _connector="OR",
                ),
                name="case_relation_names_its_parent",
                violation_error_message="请写明与哪一件相关。",
            ),
        ),
        migrations.AddConstraint(
            model_name="caseassignment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("part", "lead"), ("returned_at", None)), fields=("case",), name="one_lead_of_a_case"
            ),
        ),
        migrations.AddConstraint(
            model_name="caseassignment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("returned_at", None)), fields=("case", "unit"), name="a_unit_works_once_on_a_case"
            ),
        ),
        migrations.AddConstraint(
            model_name="caseassignment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("return_reason", ""), ("returned_at", None)),
                    models.Q(("returned_at__isnull", False), models.Q(("return_reason", ""), _negated=True)),
                    _connector="OR",
                ),
                name="returned_with_reason",
                violation_error_message="退回必须写明理由。",
            ),
        ),
        migrations.AddConstraint(
            model_name="casepaper",
            constraint=models.UniqueConstraint(fields=("unit", "series", "year", "serial"), name="paper_numbers_once"),
        ),
        migrations.AddConstraint(
            model_name="casepaper",
            constraint=models.UniqueConstraint(
                condition=models.Q(("verify_code", ""), _negated=True),
                fields=("verify_code",),
                name="verify_codes_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="casepaper",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("delivered_on", None),
                    ("handed_over_on", None),
                    ("delivered_on__gte", models.F("handed_over_on")),
                    _connector="OR",
                ),
                name="paper_arrives_after_it_leaves",
                violation_error_message="送达日期不能早于交付日期。",
            ),
        ),
        migrations.AddConstraint(
            model_name="caseevent",
            constraint=models.UniqueConstraint(
                fields=("case", "number"),
                name="case_event_numbers_once",
                violation_error_message="这一件刚刚被别人办理过。",
            ),
        ),
        migrations.AddConstraint(
            model_name="caseevent",
            constraint=models.CheckConstraint(
                condition=models.Q(("entered_at__gte", models.F("happened_at"))),
                name="case_event_is_entered_afterwards",
                violation_error_message="发生时间不能晚于现在。",
            ),
        ),
        migrations.AddConstraint(
            model_name="caseseries",
            constraint=models.UniqueConstraint(fields=("unit", "series", "year"), name="case_series_once"),
        ),
    ]
