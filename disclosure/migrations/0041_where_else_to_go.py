import django.core.validators
from django.db import migrations, models

from ninghai.web.public_pages.triggers import watch


class Migration(migrations.Migration):
    """Where people go with what is not the county's, as the page 互动 shows it."""

    dependencies = [("disclosure", "0040_kept_pages_are_sealed")]

    operations = [
        migrations.CreateModel(
            name="Elsewhere",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "matter",
                    models.CharField(
                        choices=[
                            ("above", "国家、省、市单位的事"),
                            ("beside", "别的县（市、区）的事"),
                            ("court", "已经起诉、申请仲裁的事"),
                            ("review", "已经申请行政复议的事"),
                            ("petition", "已经通过信访反映的事"),
                            ("help", "求助、投诉、举报"),
                        ],
                        max_length=8,
                        verbose_name="什么事",
                    ),
                ),
                (
                    "name",
                    models.CharField(help_text="写单位、热线或者网站的名称。", max_length=100, verbose_name="找谁"),
                ),
                (
                    "words",
                    models.CharField(help_text="一句话，写明哪些事找它。", max_length=200, verbose_name="办理什么"),
                ),
                ("phone", models.CharField(blank=True, max_length=60, verbose_name="电话")),
                ("address", models.CharField(blank=True, max_length=200, verbose_name="地址")),
                (
                    "website",
                    models.CharField(
                        blank=True,
                        max_length=300,
                        validators=[
                            django.core.validators.URLValidator(
                                message="请填写完整的网址，以 http:// 或者 https:// 开头。", schemes=["http", "https"]
                            )
                        ],
                        verbose_name="网址",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="顺序")),
                ("is_shown", models.BooleanField(default=True, verbose_name="在互动页面显示")),
            ],
            options={
                "verbose_name": "不归本县办理的去处",
                "verbose_name_plural": "不归本县办理的去处",
                "ordering": ["position", "pk"],
            },
        ),
        migrations.RunSQL(*watch("disclosure_elsewhere")),
    ]
