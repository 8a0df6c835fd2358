import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from ninghai.web.public_pages.triggers import watch


class Migration(migrations.Migration):
    """Where the openness office of a unit is, from a day on, and the versions of the guide that rests on it."""

    dependencies = [
        ("disclosure", "0031_applications_are_found_alike"),
        ("ninghai", "0024_files_of_papers_are_kept_sealed"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="OpennessOffice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "since",
                    models.DateField(
                        help_text="从这一天起公众看到新的内容。以前已经变更、今天才登记的，填实际变更的日期。",
                        verbose_name="从哪天起",
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        blank=True, help_text="本单位负责政府信息公开的科室。", max_length=100, verbose_name="机构名称"
                    ),
                ),
                ("address", models.CharField(blank=True, max_length=200, verbose_name="办公地址")),
                ("postcode", models.CharField(blank=True, max_length=6, verbose_name="邮政编码")),
                (
                    "hours",
                    models.CharField(
                        blank=True,
                        help_text="如：工作日8:30至12:00，14:00至17:00。",
                        max_length=200,
                        verbose_name="办公时间",
                    ),
                ),
                (
                    "phone",
                    models.CharField(
                        blank=True, help_text="办公电话，不要填个人手机。", max_length=60, verbose_name="联系电话"
                    ),
                ),
                (
                    "fax",
                    models.CharField(
                        blank=True,
                        help_text="公布了就要受理传真来的申请；没有的留空。",
                        max_length=60,
                        verbose_name="传真",
                    ),
                ),
                (
                    "email",
                    models.EmailField(
                        blank=True,
                        help_text="公布了就要受理发到这里的申请；没有的留空。",
                        max_length=150,
                        verbose_name="电子邮箱",
                    ),
                ),
                (
                    "reading_place",
                    models.CharField(
                        blank=True,
                        help_text="公众可以当面查阅政府信息、政府公报的地方和开放时间。",
                        max_length=200,
                        verbose_name="政府信息查阅场所",
                    ),
                ),
                ("supervision", models.CharField(blank=True, max_length=60, verbose_name="监督电话")),
                ("entered_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                (
                    "entered_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="openness_offices",
                        to="ninghai.unit",
                        verbose_name="单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "政府信息公开工作机构",
                "verbose_name_plural": "政府信息公开工作机构",
                "ordering": ["unit", "-since", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="GuideEdition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(verbose_name="版本")),
                ("changed_on", models.DateField(verbose_name="变更日期")),
                ("published_at", models.DateTimeField(verbose_name="公布时间")),
                ("changes", models.JSONField(default=list, verbose_name="变更的内容")),
                ("facts", models.JSONField(default=dict, verbose_name="所依据的内容")),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="guide_editions",
                        to="ninghai.unit",
                        verbose_name="单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "公开指南版本",
                "verbose_name_plural": "公开指南版本",
                "ordering": ["unit", "-number"],
                "constraints": [
                    models.UniqueConstraint(fields=("unit", "number"), name="one_guide_edition_per_number")
                ],
            },
        ),
        migrations.RunSQL(*watch("disclosure_opennessoffice")),
        migrations.RunSQL(*watch("disclosure_guideedition")),
    ]
