import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import ninghai.models.sealed


class Migration(migrations.Migration):
    """What people talk about (政务舆情), how it is answered in public, and how that is evaluated."""

    dependencies = [
        ("disclosure", "0037_proposals"),
        ("ninghai", "0028_cases_are_listed_by_day"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="OpinionEvent",
            fields=[
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="opinion_event",
                        serialize=False,
                        to="ninghai.case",
                        verbose_name="办件",
                    ),
                ),
                (
                    "grade",
                    models.CharField(
                        choices=[("major", "特别重大、重大突发事件"), ("other", "其他政务舆情")],
                        max_length=5,
                        verbose_name="类别",
                    ),
                ),
                ("graded_at", models.DateTimeField(verbose_name="定级时间")),
                ("was_raised", models.BooleanField(default=False, verbose_name="由其他政务舆情升级")),
                ("place", models.CharField(blank=True, max_length=60, verbose_name="涉及地方")),
                ("happened_at", models.DateTimeField(null=True, verbose_name="发生时间")),
                ("found_at", models.DateTimeField(verbose_name="发现时间")),
                ("assigned_at", models.DateTimeField(null=True, verbose_name="交办时间")),
                ("counted_from", models.CharField(max_length=10, verbose_name="起算")),
                ("source", ninghai.models.sealed.SealedTextField(default="", editable=False, verbose_name="来源")),
                ("link", ninghai.models.sealed.SealedTextField(default="", editable=False, verbose_name="网址")),
                ("quote", ninghai.models.sealed.SealedTextField(default="", editable=False, verbose_name="原文摘录")),
                (
                    "discussed",
                    ninghai.models.sealed.SealedTextField(default="", editable=False, verbose_name="涉及的人和单位"),
                ),
                (
                    "copy",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ninghai.storedfile",
                        verbose_name="网页留存",
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
                "verbose_name": "政务舆情",
                "verbose_name_plural": "政务舆情",
                "ordering": ["-found_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="OpinionEvaluation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("points", models.JSONField(default=list, verbose_name="得分")),
                ("words", models.CharField(max_length=500, verbose_name="评语")),
                (
                    "proposal",
                    models.CharField(
                        choices=[("none", "不作处理"), ("criticism", "建议通报批评"), ("talk", "建议约谈")],
                        max_length=10,
                        verbose_name="处理建议",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="评估时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="评估人",
                    ),
                ),
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evaluation",
                        to="disclosure.opinionevent",
                        verbose_name="舆情",
                    ),
                ),
            ],
            options={
                "verbose_name": "舆情评估",
                "verbose_name_plural": "舆情评估",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="OpinionSuggestion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("words", models.CharField(max_length=200, verbose_name="意见建议")),
                (
                    "outcome",
                    models.CharField(
                        choices=[("taken", "采纳"), ("partly", "部分采纳"), ("not", "不采纳")],
                        max_length=6,
                        verbose_name="采纳情况",
                    ),
                ),
                ("explanation", models.CharField(max_length=300, verbose_name="说明")),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="suggestions",
                        to="disclosure.opinionevent",
                        verbose_name="舆情",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="disclosure.item",
                        verbose_name="公布采纳情况的信息",
                    ),
                ),
            ],
            options={
                "verbose_name": "意见采纳情况",
                "verbose_name_plural": "意见采纳情况",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="OpinionTerm",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "matter",
                    models.CharField(
                        choices=[
                            ("topic", "舆情领域"),
                            ("level", "舆情等级"),
                            ("way", "回应方式"),
                            ("body", "共同处置单位"),
                            ("criterion", "评估项目"),
                        ],
                        max_length=10,
                        verbose_name="用于",
                    ),
                ),
                ("words", models.CharField(max_length=60, verbose_name="名称")),
                (
                    "ends",
                    models.CharField(
                        blank=True,
                        choices=[("first", "首次发布权威信息（5小时）"), ("press", "举行新闻发布会（24小时）")],
                        help_text="只用于回应方式。不选的，只完成其他舆情48小时的回应。",
                        max_length=5,
                        verbose_name="完成哪个时限",
                    ),
                ),
                (
                    "points",
                    models.PositiveSmallIntegerField(default=0, help_text="只用于评估项目。", verbose_name="满分"),
                ),
                ("position", models.PositiveIntegerField(default=0, verbose_name="排序")),
                ("is_active", models.BooleanField(default=True, verbose_name="启用")),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        help_text="只用于共同处置单位。不在本平台的不选，由县府办另行告知。",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ninghai.unit",
                        verbose_name="单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "舆情用语",
                "verbose_name_plural": "舆情用语",
                "ordering": ["matter", "position", "pk"],
            },
        ),
        migrations.CreateModel(
            name="OpinionResponse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("happened_at", models.DateTimeField(verbose_name="回应时间")),
                ("speaker", models.CharField(max_length=30, verbose_name="发布人")),
                ("office", models.CharField(max_length=60, verbose_name="职务")),
                ("channel", models.CharField(max_length=60, verbose_name="发布渠道")),
                ("address", models.URLField(blank=True, max_length=500, verbose_name="网址")),
                ("entered_at", models.DateTimeField(verbose_name="登记时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="responses",
                        to="disclosure.opinionevent",
                        verbose_name="舆情",
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ninghai.storedfile",
                        verbose_name="材料",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="opinion_responses",
                        to="disclosure.item",
                        verbose_name="回应关切信息",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ninghai.unit",
                        verbose_name="回应单位",
                    ),
                ),
                (
                    "way",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="disclosure.opinionterm",
                        verbose_name="回应方式",
                    ),
                ),
            ],
            options={
                "verbose_name": "舆情回应",
                "verbose_name_plural": "舆情回应",
                "ordering": ["happened_at", "pk"],
            },
        ),
        migrations.AddField(
            model_name="opinionevent",
            name="level",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="disclosure.opinionterm",
                verbose_name="等级",
            ),
        ),
        migrations.AddField(
            model_name="opinionevent",
            name="topic",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="disclosure.opinionterm",
                verbose_name="领域",
            ),
        ),
        migrations.AddConstraint(
            model_name="opinionterm",
            constraint=models.UniqueConstraint(
                fields=("matter", "words"),
                name="opinion_term_once",
                violation_error_message="这一类里已经有同名的一条。",
            ),
        ),
        migrations.AddConstraint(
            model_name="opinionterm",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ends", ""), ("matter", "way"), _connector="OR"),
                    models.Q(("unit", None), ("matter", "body"), _connector="OR"),
                    models.Q(
                        models.Q(("matter", "criterion"), ("points__gt", 0)),
                        models.Q(models.Q(("matter", "criterion"), _negated=True), ("points", 0)),
                        _connector="OR",
                    ),
                ),
                name="opinion_term_says_what_its_matter_asks",
                violation_error_message="完成哪个时限只用于回应方式，单位只用于共同处置单位，满分只用于评估项目，并且要大于0。",
            ),
        ),
        migrations.AddIndex(
            model_name="opinionevent",
            index=models.Index(fields=["-found_at", "-case"], name="opinions_by_day"),
        ),
        migrations.AddConstraint(
            model_name="opinionevent",
            constraint=models.CheckConstraint(
                condition=models.Q(("happened_at", None), ("happened_at__lte", models.F("found_at")), _connector="OR"),
                name="an_opinion_is_found_after_it_happened",
                violation_error_message="发生时间不能晚于发现时间。",
            ),
        ),
    ]
