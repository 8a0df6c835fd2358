import uuid

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Reports, their batches and who signed for them."""

    replaces = [
        ("reports", "0001_initial"),
        ("reports", "0002_kinds_batches_and_receipts"),
        ("reports", "0003_how_booklets_fare"),
    ]

    initial = True

    dependencies = [
        ("disclosure", "0001_tables"),
        ("ninghai", "0001_tables"),
        ("tasks", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="BookletMaking",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("tries", models.PositiveIntegerField(default=0, editable=False, verbose_name="已尝试次数")),
                (
                    "next_try_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="下次尝试"
                    ),
                ),
                ("has_failed", models.BooleanField(default=False, editable=False, verbose_name="制作失败")),
                ("error", models.TextField(blank=True, editable=False, verbose_name="失败原因")),
                (
                    "edition",
                    models.OneToOneField(
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="making",
                        to="disclosure.catalogueedition",
                        verbose_name="目录版本",
                    ),
                ),
            ],
            options={
                "verbose_name": "目录手册",
                "verbose_name_plural": "目录手册",
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="Report",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("form_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="版本")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("progress", "全县进展情况"),
                            ("unit-progress", "单位进展情况"),
                            ("spot-check", "抽查通报"),
                            ("score", "考核通报"),
                            ("overdue", "督办单"),
                            ("catalogue", "主动公开基本目录"),
                        ],
                        max_length=20,
                        verbose_name="种类",
                    ),
                ),
                ("title", models.CharField(max_length=200, verbose_name="标题")),
                ("as_of", models.DateField(verbose_name="统计日期")),
                (
                    "request_key",
                    models.CharField(
                        editable=False,
                        help_text="同一份数据的同一种报告只生成一次。",
                        max_length=64,
                        unique=True,
                        verbose_name="请求标识",
                    ),
                ),
                ("snapshot", models.JSONField(editable=False, verbose_name="数据快照")),
                ("code", models.CharField(editable=False, max_length=9, unique=True, verbose_name="核验码")),
                ("requested_at", models.DateTimeField(verbose_name="制作时间")),
                (
                    "rendering",
                    models.CharField(
                        choices=[
                            ("queued", "排队中"),
                            ("rendering", "生成中"),
                            ("ready", "已生成"),
                            ("failed", "生成失败"),
                            ("cancelled", "已取消"),
                        ],
                        default="queued",
                        editable=False,
                        max_length=10,
                        verbose_name="生成状态",
                    ),
                ),
                (
                    "queue",
                    models.CharField(
                        choices=[("reports", "单份"), ("report-batches", "批量")],
                        default="reports",
                        editable=False,
                        max_length=20,
                        verbose_name="队列",
                    ),
                ),
                ("attempt", models.PositiveIntegerField(default=0, editable=False, verbose_name="生成序次")),
                ("tries", models.PositiveIntegerField(default=0, editable=False, verbose_name="已尝试次数")),
                ("lease_until", models.DateTimeField(editable=False, null=True, verbose_name="租约到期")),
                (
                    "next_try_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="下次尝试"
                    ),
                ),
                ("handed_out_at", models.DateTimeField(editable=False, null=True, verbose_name="交付队列时间")),
                ("steps_done", models.PositiveIntegerField(default=0, editable=False, verbose_name="已完成步骤")),
                ("steps_total", models.PositiveIntegerField(default=0, editable=False, verbose_name="总步骤")),
                ("error", models.TextField(blank=True, editable=False, verbose_name="失败原因")),
                (
                    "status",
                    models.CharField(
                        choices=[("draft", "草稿"), ("checked", "已核"), ("signed", "已签发")],
                        default="draft",
                        max_length=10,
                        verbose_name="签发状态",
                    ),
                ),
                ("return_reason", models.TextField(blank=True, editable=False, verbose_name="退回理由")),
                ("checked_at", models.DateTimeField(editable=False, null=True, verbose_name="核稿时间")),
                ("document_number", models.CharField(blank=True, max_length=50, verbose_name="发文字号")),
                ("signed_on", models.DateField(blank=True, null=True, verbose_name="签发日期")),
                (
                    "checked_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="核稿人",
                    ),
                ),
                (
                    "corrects",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="reports.report",
                        verbose_name="更正的报告",
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="disclosure.catalogueedition",
                        verbose_name="目录版本",
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ninghai.storedfile",
                        verbose_name="PDF 文件",
                    ),
                ),
                (
                    "item",
                    models.OneToOneField(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="report",
                        to="disclosure.item",
                        verbose_name="公开信息",
                    ),
                ),
                (
                    "notice",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="tasks.workpointnotice",
                        verbose_name="通知",
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        help_text="定期报告由系统制作。",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="制作人",
                    ),
                ),
                (
                    "scoring",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="tasks.scoring",
                        verbose_name="考核得分",
                    ),
                ),
                (
                    "signed_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="签发人",
                    ),
                ),
                (
                    "spot_check",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="tasks.spotcheck",
                        verbose_name="抽查",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="ninghai.unit",
                        verbose_name="单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "报告",
                "verbose_name_plural": "报告",
                "ordering": ["-requested_at", "-pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("rendering__in", ["queued", "rendering"])),
                        fields=["next_try_at"],
                        name="reports_to_render",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("rendering", "ready"), _negated=True), ("file__isnull", False), _connector="OR"
                        ),
                        name="ready_report_has_a_file",
                        violation_error_message="已生成的报告必须有文件。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("rendering", "rendering"), _negated=True),
                            ("lease_until__isnull", False),
                            _connector="OR",
                        ),
                        name="report_being_rendered_has_a_lease",
                        violation_error_message="生成中的报告必须有租约。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "signed"), _negated=True),
                            models.Q(
                                models.Q(("document_number", ""), _negated=True), ("signed_on__gte", models.F("as_of"))
                            ),
                            _connector="OR",
                        ),
                        name="signed_report_has_number_and_day",
                        violation_error_message="签发的报告必须有发文字号，签发日期不能早于统计日期。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("item", None), ("status", "signed"), _connector="OR"),
                        name="only_a_signed_report_is_an_item",
                        violation_error_message="未签发的报告不能公开。",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("document_number", ""), _negated=True),
                        fields=("document_number",),
                        name="document_number_of_a_report_once",
                        violation_error_message="这个发文字号已经用过。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Receipt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sent_at", models.DateTimeField(verbose_name="印发时间")),
                ("confirmed_at", models.DateTimeField(null=True, verbose_name="签收时间")),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="签收人",
                    ),
                ),
                (
                    "sent_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="印发人",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="receipts",
                        to="ninghai.unit",
                        verbose_name="单位",
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="receipts",
                        to="reports.report",
                        verbose_name="报告",
                    ),
                ),
            ],
            options={
                "verbose_name": "签收",
                "verbose_name_plural": "签收",
                "ordering": ["report", "unit"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("report", "unit"),
                        name="a_report_goes_to_a_unit_once",
                        violation_error_message="这份报告已经印发给这个单位。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("confirmed_at", None), ("confirmed_by", None)),
                            models.Q(("confirmed_at__isnull", False), ("confirmed_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="confirmed_by_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReportBatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("form_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("as_of", models.DateField(verbose_name="统计日期")),
                ("requested_at", models.DateTimeField(verbose_name="制作时间")),
                ("cancelled_at", models.DateTimeField(editable=False, null=True, verbose_name="取消时间")),
                (
                    "notice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="report_batches",
                        to="tasks.workpointnotice",
                        verbose_name="通知",
                    ),
                ),
                ("reports", models.ManyToManyField(related_name="batches", to="reports.report", verbose_name="报告")),
                (
                    "requested_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="制作人",
                    ),
                ),
            ],
            options={
                "verbose_name": "批量报告",
                "verbose_name_plural": "批量报告",
                "ordering": ["-requested_at", "-pk"],
            },
        ),
    ]
