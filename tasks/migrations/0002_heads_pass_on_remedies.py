"""Objections and rectifications pass the unit's head (待审核) before they leave the unit, as reports do."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

PASSED_BY = {
    "editable": False,
    "null": True,
    "on_delete": django.db.models.deletion.PROTECT,
    "related_name": "+",
    "to": settings.AUTH_USER_MODEL,
    "verbose_name": "审核人",
}
RETURN_REASON = {"blank": True, "db_default": "", "default": "", "editable": False, "verbose_name": "退回理由"}


class Migration(migrations.Migration):
    dependencies = [("tasks", "0001_tables"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.AddField("objection", "passed_by", models.ForeignKey(**PASSED_BY)),
        migrations.AddField("objection", "passed_at", models.DateTimeField("报送时间", null=True, editable=False)),
        migrations.AddField("objection", "return_reason", models.TextField(**RETURN_REASON)),
        migrations.AddField("rectification", "passed_by", models.ForeignKey(**PASSED_BY)),
        migrations.AddField("rectification", "return_reason", models.TextField(**RETURN_REASON)),
        migrations.AlterField(
            "objection",
            "status",
            models.CharField(
                "状态",
                max_length=10,
                choices=[
                    ("with_head", "待审核"),
                    ("returned", "退回修改"),
                    ("raised", "待处理"),
                    ("upheld", "异议成立"),
                    ("dismissed", "异议不成立"),
                ],
                default="with_head",
            ),
        ),
        migrations.AlterField(
            "rectification",
            "status",
            models.CharField(
                "状态",
                max_length=10,
                choices=[
                    ("open", "待整改"),
                    ("with_head", "待审核"),
                    ("handed_in", "待复查"),
                    ("returned", "退回再改"),
                    ("passed", "已整改"),
                    ("lifted", "无需整改"),
                ],
                default="open",
            ),
        ),
    ]
