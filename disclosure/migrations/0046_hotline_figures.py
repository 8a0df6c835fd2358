import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from ninghai.web.public_pages.triggers import watch


class Migration(migrations.Migration):
    """What the ranking of units on the hotline leaves out, and each month as it was published, which public pages show."""

    dependencies = [
        ("disclosure", "0045_hotline"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HotlineRanking",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "valid_from",
                    models.DateField(
                        help_text="从这一天以后开始的季度适用；以前的季度不变。", unique=True, verbose_name="自何日起"
                    ),
                ),
                (
                    "bar",
                    models.PositiveSmallIntegerField(
                        default=15,
                        help_text="一个季度转办不超过这些件的单位不参加季度排名，但计入全年。",
                        verbose_name="不参加季度排名的件数",
                    ),
                ),
                (
                    "basis",
                    models.CharField(
                        blank=True,
                        help_text="写文件名称和条款；没有依据的注明为本县约定。",
                        max_length=200,
                        verbose_name="依据",
                    ),
                ),
            ],
            options={
                "verbose_name": "热线排名规则",
                "verbose_name_plural": "热线排名规则",
                "ordering": ["-valid_from"],
            },
        ),
        migrations.CreateModel(
            name="HotlineMonth",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField(help_text="这个月的第一天。", unique=True, verbose_name="月份")),
                ("as_of", models.DateField(verbose_name="截至")),
                ("tables", models.JSONField(default=dict, verbose_name="数据")),
                ("published_at", models.DateTimeField(verbose_name="公布时间")),
                ("correction", models.CharField(blank=True, max_length=200, verbose_name="更正说明")),
                (
                    "published_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="公布人",
                    ),
                ),
            ],
            options={
                "verbose_name": "热线月度公布",
                "verbose_name_plural": "热线月度公布",
                "ordering": ["-month"],
            },
        ),
        migrations.RunSQL(*watch("disclosure_hotlinemonth")),
    ]
