import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("disclosure", "0021_jobs_say_how_scans_fare"),
        ("ninghai", "0021_people_are_sealed"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AnnualReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="版本")),
                ("year", models.PositiveSmallIntegerField(verbose_name="报告年度")),
                (
                    "edition",
                    models.PositiveSmallIntegerField(
                        default=1, help_text="更正报告时另起一稿，原来的保留。", verbose_name="第几稿"
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("draft", "填写中"), ("with_head", "待审核"), ("reported", "已报送")],
                        default="draft",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("figures", models.JSONField(blank=True, default=dict, verbose_name="表格")),
                ("texts", models.JSONField(blank=True, default=dict, verbose_name="正文")),
                ("explanation", models.TextField(blank=True, max_length=1000, verbose_name="数据不一致的说明")),
                (
                    "return_reason",
                    models.TextField(blank=True, editable=False, max_length=1000, verbose_name="退回理由"),
                ),
                ("drafted_at", models.DateTimeField(verbose_name="开始填写时间")),
                ("reported_at", models.DateTimeField(null=True, verbose_name="报送时间")),
                (
                    "drafted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="填写人",
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
                    "handed_in_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="提交人",
                    ),
                ),
                (
                    "item",
                    models.OneToOneField(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="annual_report",
                        to="disclosure.item",
                        verbose_name="公开信息",
                    ),
                ),
                (
                    "job",
                    models.OneToOneField(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="annual_report",
                        to="ninghai.job",
                        verbose_name="后台任务",
                    ),
                ),
                (
                    "reported_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="审核人",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="annual_reports",
                        to="ninghai.unit",
                        verbose_name="单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "年度报告",
                "verbose_name_plural": "年度报告",
                "ordering": ["-year", "unit__position", "-edition"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("unit", "year", "edition"),
                        name="one_edition_of_a_units_year",
                        nulls_distinct=False,
                        violation_error_message="这一年的报告已经有了，请打开原来的。",
                    )
                ],
            },
        ),
    ]
