from django.db import migrations, models

from ninghai.operations.database.text_lengths import bound
from ninghai.web.public_pages.triggers import watch


class Migration(migrations.Migration):
    """What the office enters of fees, which the public guide shows."""

    dependencies = [("disclosure", "0049_exchange_with_other_platforms")]

    operations = [
        migrations.CreateModel(
            name="FeeRate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "by",
                    models.CharField(
                        choices=[("items", "按件计收"), ("pages", "按量计收")], max_length=8, verbose_name="计收方式"
                    ),
                ),
                (
                    "valid_from",
                    models.DateField(
                        help_text="这一天以后收到的申请按这里计算；以前收到的不变。", verbose_name="自何日起"
                    ),
                ),
                (
                    "bands",
                    models.TextField(
                        help_text="一行一档，从1开始连续写：“1至10：0”指第1至10件（页）不收费，“201起：40”指第201件（页）起每件（页）40元。",
                        max_length=500,
                        verbose_name="各档",
                    ),
                ),
                (
                    "width",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="最后一档没有写“起”的才填，与下一项一起填。",
                        null=True,
                        verbose_name="此后每增加（件、页）",
                    ),
                ),
                (
                    "more",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="每件（页）再增加（元）"),
                ),
                (
                    "basis",
                    models.CharField(
                        help_text="写文件名称、文号，会写进收费通知书和公开指南。", max_length=200, verbose_name="依据"
                    ),
                ),
            ],
            options={
                "verbose_name": "信息处理费标准",
                "verbose_name_plural": "信息处理费标准",
                "ordering": ["by", "-valid_from"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("by", "valid_from"),
                        name="fee_rate_once_a_day",
                        violation_error_message="这种计收方式已经有从这一天起的标准，请修改那一条。",
                    )
                ],
            },
        ),
        migrations.RunSQL(*bound("disclosure_feerate", "bands", 500, "各档")),
        migrations.RunSQL(*watch("disclosure_feerate")),
    ]
