import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import ninghai.models.sealed
from ninghai.web.public_pages.triggers import watch


class Migration(migrations.Migration):
    """Appeals and complaints beside their cases, the table of public enterprises, the county's limits from a day on."""

    dependencies = [
        ("disclosure", "0041_where_else_to_go"),
        ("ninghai", "0028_cases_are_listed_by_day"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AppealUnit",
            fields=[],
            options={
                "verbose_name": "单位",
                "verbose_name_plural": "各单位申诉投诉",
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("ninghai.unit",),
        ),
        migrations.CreateModel(
            name="AppealLimit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "matter",
                    models.CharField(
                        choices=[("enterprise", "公共企事业单位信息公开申诉"), ("openness", "信息公开工作投诉举报")],
                        max_length=10,
                        verbose_name="类别",
                    ),
                ),
                (
                    "days",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(120),
                        ],
                        verbose_name="工作日",
                    ),
                ),
                (
                    "valid_from",
                    models.DateField(help_text="这一天以后收到的按这里计算；以前收到的不变。", verbose_name="自何日起"),
                ),
                (
                    "basis",
                    models.CharField(
                        blank=True, help_text="写文件名称、文号和条款。", max_length=200, verbose_name="依据"
                    ),
                ),
            ],
            options={
                "verbose_name": "申诉投诉办理期限",
                "verbose_name_plural": "申诉投诉办理期限",
                "ordering": ["matter", "-valid_from"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("matter", "valid_from"),
                        name="appeal_limit_once_a_day",
                        violation_error_message="这一类已经有从这一天起的期限，请修改那一条。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PublicEnterprise",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "name",
                    models.CharField(
                        error_messages={"unique": "这个名称已经有了，请修改那一条。"},
                        max_length=100,
                        unique=True,
                        verbose_name="名称",
                    ),
                ),
                (
                    "sector",
                    models.CharField(
                        choices=[
                            ("education", "教育"),
                            ("health", "医疗卫生"),
                            ("family", "计划生育"),
                            ("water", "供水"),
                            ("power", "供电"),
                            ("gas", "供气"),
                            ("heat", "供热"),
                            ("environment", "环境保护"),
                            ("transport", "公共交通"),
                            ("other", "其他"),
                        ],
                        max_length=12,
                        verbose_name="行业",
                    ),
                ),
                ("address", models.CharField(blank=True, max_length=200, verbose_name="地址")),
                ("phone", models.CharField(blank=True, max_length=60, verbose_name="电话")),
                (
                    "has_account",
                    models.BooleanField(
                        default=False, help_text="没有账号的，由主管部门代为公开。", verbose_name="有账号"
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True, help_text="撤销、合并的取消勾选，以前的申诉不变。", verbose_name="在用"
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="enterprises",
                        to="ninghai.unit",
                        verbose_name="主管部门",
                    ),
                ),
            ],
            options={
                "verbose_name": "公共企事业单位",
                "verbose_name_plural": "公共企事业单位",
                "ordering": ["sector", "name"],
            },
        ),
        migrations.CreateModel(
            name="Appeal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "matter",
                    models.CharField(
                        choices=[("enterprise", "公共企事业单位信息公开申诉"), ("openness", "信息公开工作投诉举报")],
                        max_length=10,
                        verbose_name="类别",
                    ),
                ),
                (
                    "content",
                    ninghai.models.sealed.SealedTextField(default="", editable=False, verbose_name="反映的内容"),
                ),
                ("person", ninghai.models.sealed.SealedJSONField(editable=False, verbose_name="申诉人")),
                (
                    "answer",
                    ninghai.models.sealed.SealedTextField(
                        default=None, editable=False, null=True, verbose_name="答复内容"
                    ),
                ),
                (
                    "accused",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ninghai.unit",
                        verbose_name="被反映的单位",
                    ),
                ),
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appeal",
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
                    "drafted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="拟稿人",
                    ),
                ),
                (
                    "enterprise",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appeals",
                        to="disclosure.publicenterprise",
                        verbose_name="公共企事业单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "申诉投诉",
                "verbose_name_plural": "申诉投诉",
                "ordering": ["-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("accused", None), ("enterprise__isnull", False), ("matter", "enterprise")),
                            models.Q(("accused__isnull", False), ("enterprise", None), ("matter", "openness")),
                            _connector="OR",
                        ),
                        name="appeal_is_about_one",
                        violation_error_message="请写明反映的是哪一个单位。",
                    )
                ],
            },
        ),
        migrations.RunSQL(*watch("disclosure_publicenterprise")),
    ]
