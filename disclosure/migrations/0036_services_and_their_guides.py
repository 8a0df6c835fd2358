import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from ninghai.operations.database.text_lengths import bound, cut
from ninghai.web.public_pages.triggers import watch

# A draft changes no page of the public's; a version that is public, or becomes so, changes several.
OF_GUIDES = """
CREATE FUNCTION public_guide_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (TG_OP <> 'INSERT' AND OLD.status = 'published') OR (TG_OP <> 'DELETE' AND NEW.status = 'published') THEN
        PERFORM note_public_change();
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER public_pages_changed AFTER INSERT OR DELETE OR UPDATE ON disclosure_guideversion
    FOR EACH ROW EXECUTE FUNCTION public_guide_changed();
"""
NO_MORE = "DROP TRIGGER public_pages_changed ON disclosure_guideversion; DROP FUNCTION public_guide_changed();"


class Migration(migrations.Migration):
    """Services, their guides version by version, shared materials, 一件事; what of them the public pages show."""

    dependencies = [
        ("disclosure", "0033_inquiries_have_answers"),
        ("ninghai", "0028_cases_are_listed_by_day"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="OneThing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "code",
                    models.SlugField(
                        help_text="字母、数字和短横线；公众页面的网址用它。",
                        max_length=40,
                        unique=True,
                        verbose_name="代码",
                    ),
                ),
                ("name", models.CharField(help_text="如：我要开餐馆。", max_length=100, verbose_name="名称")),
                ("words", models.TextField(blank=True, max_length=1000, verbose_name="说明")),
                ("is_shown", models.BooleanField(default=True, verbose_name="向公众显示")),
            ],
            options={
                "verbose_name": "一件事",
                "verbose_name_plural": "一件事",
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="GuideMaterial",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100, unique=True, verbose_name="材料名称")),
                ("basis", models.CharField(blank=True, max_length=300, verbose_name="要求提交的依据")),
                (
                    "cancelled_on",
                    models.DateField(
                        blank=True, help_text="这一天起各指南都写明不再提交。", null=True, verbose_name="何日起取消"
                    ),
                ),
                ("cancel_reason", models.CharField(blank=True, max_length=300, verbose_name="取消的依据")),
            ],
            options={
                "verbose_name": "共用材料",
                "verbose_name_plural": "共用材料",
                "ordering": ["name"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("cancelled_on", None), models.Q(("cancel_reason", ""), _negated=True), _connector="OR"
                        ),
                        name="a_cancelled_material_says_why",
                        violation_error_message="请写明取消的依据。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Service",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "code",
                    models.SlugField(
                        help_text="字母、数字和短横线；公众页面的网址用它。",
                        max_length=40,
                        unique=True,
                        verbose_name="事项代码",
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="事项名称")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("permit", "行政许可"),
                            ("confirmation", "行政确认"),
                            ("payment", "行政给付"),
                            ("reward", "行政奖励"),
                            ("ruling", "行政裁决"),
                            ("other", "其他行政权力"),
                            ("public", "公共服务"),
                        ],
                        max_length=20,
                        verbose_name="事项类型",
                    ),
                ),
                (
                    "base_code",
                    models.CharField(
                        blank=True,
                        max_length=12,
                        validators=[
                            django.core.validators.RegexValidator("\\A[0-9A-Za-z]{12}\\Z", "应当是12位字母和数字。")
                        ],
                        verbose_name="基本编码",
                    ),
                ),
                (
                    "implementation_code",
                    models.CharField(
                        blank=True,
                        max_length=36,
                        validators=[
                            django.core.validators.RegexValidator("\\A[0-9A-Za-z]{36}\\Z", "应当是36位字母和数字。")
                        ],
                        verbose_name="实施编码",
                    ),
                ),
                (
                    "cancelled_on",
                    models.DateField(
                        blank=True, help_text="这一天起公众看到事项已经取消。", null=True, verbose_name="何日起取消"
                    ),
                ),
                ("cancel_reason", models.CharField(blank=True, max_length=300, verbose_name="取消的原因")),
                ("title_vector", django.contrib.postgres.search.SearchVectorField(editable=False, null=True)),
                ("text_vector", django.contrib.postgres.search.SearchVectorField(editable=False, null=True)),
                ("search_text", models.TextField(blank=True, default="", editable=False, max_length=200000)),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="services",
                        to="ninghai.unit",
                        verbose_name="实施主体",
                    ),
                ),
            ],
            options={
                "verbose_name": "服务事项",
                "verbose_name_plural": "服务事项",
                "ordering": ["unit__position", "code"],
            },
        ),
        migrations.CreateModel(
            name="OneThingStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(default=1, verbose_name="顺序")),
                ("words", models.CharField(blank=True, max_length=200, verbose_name="什么时候办")),
                (
                    "one_thing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="disclosure.onething",
                        verbose_name="一件事",
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="disclosure.service",
                        verbose_name="服务事项",
                    ),
                ),
            ],
            options={
                "verbose_name": "包括的事项",
                "verbose_name_plural": "包括的事项",
                "ordering": ["position", "pk"],
            },
        ),
        migrations.AddField(
            model_name="onething",
            name="services",
            field=models.ManyToManyField(
                related_name="one_things",
                through="disclosure.OneThingStep",
                to="disclosure.service",
                verbose_name="事项",
            ),
        ),
        migrations.CreateModel(
            name="GuideVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="版本")),
                ("number", models.PositiveSmallIntegerField(verbose_name="第几版")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "起草"),
                            ("with_head", "待审核批准"),
                            ("approved", "已批准，待公布"),
                            ("published", "已公布"),
                            ("cancelled", "已取消"),
                            ("discarded", "已放弃"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("content", models.JSONField(default=dict, verbose_name="内容")),
                ("findings", models.JSONField(default=list, editable=False, verbose_name="检查发现的问题")),
                ("what_changed", models.TextField(blank=True, max_length=1000, verbose_name="变更内容")),
                ("effective_on", models.DateField(blank=True, null=True, verbose_name="施行日期")),
                ("approval_paper", models.CharField(blank=True, max_length=100, verbose_name="批准文件")),
                ("approved_on", models.DateField(null=True, verbose_name="批准日期")),
                (
                    "publish_by",
                    models.DateField(
                        editable=False, help_text="批准后一个工作日。", null=True, verbose_name="公布期限"
                    ),
                ),
                (
                    "return_reason",
                    models.TextField(blank=True, editable=False, max_length=1000, verbose_name="退回理由"),
                ),
                ("drafted_at", models.DateTimeField(verbose_name="起草时间")),
                ("published_at", models.DateTimeField(null=True, verbose_name="公布时间")),
                ("verify_code", models.CharField(blank=True, editable=False, max_length=9, verbose_name="核验码")),
                (
                    "approved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="批准人",
                    ),
                ),
                (
                    "drafted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="起草人",
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
                    "materials",
                    models.ManyToManyField(
                        editable=False, related_name="guides", to="disclosure.guidematerial", verbose_name="申请材料"
                    ),
                ),
                (
                    "published_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="公布人",
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="guides",
                        to="disclosure.service",
                        verbose_name="服务事项",
                    ),
                ),
            ],
            options={
                "verbose_name": "办事指南",
                "verbose_name_plural": "办事指南",
                "ordering": ["service_id", "-number"],
            },
        ),
        migrations.AddIndex(
            model_name="service",
            index=django.contrib.postgres.indexes.GinIndex(fields=["title_vector"], name="service_title_search"),
        ),
        migrations.AddIndex(
            model_name="service",
            index=django.contrib.postgres.indexes.GinIndex(fields=["text_vector"], name="service_text_search"),
        ),
        migrations.AddConstraint(
            model_name="service",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("cancelled_on", None), models.Q(("cancel_reason", ""), _negated=True), _connector="OR"
                ),
                name="a_cancelled_service_says_why",
                violation_error_message="请写明取消的原因。",
            ),
        ),
        migrations.AddConstraint(
            model_name="onethingstep",
            constraint=models.UniqueConstraint(fields=("one_thing", "service"), name="a_service_once_in_one_thing"),
        ),
        migrations.AddIndex(
            model_name="guideversion",
            index=models.Index(
                condition=models.Q(("status", "published")), fields=["service", "-effective_on"], name="guides_in_force"
            ),
        ),
        migrations.AddConstraint(
            model_name="guideversion",
            constraint=models.UniqueConstraint(fields=("service", "number"), name="one_guide_version_per_number"),
        ),
        migrations.AddConstraint(
            model_name="guideversion",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status__in", ["draft", "with_head", "approved"])),
                fields=("service",),
                name="one_unfinished_guide_version",
                violation_error_message="这个事项已经有一版指南在起草，请打开原来的。",
            ),
        ),
        migrations.AddConstraint(
            model_name="guideversion",
            constraint=models.UniqueConstraint(
                condition=models.Q(("verify_code", ""), _negated=True), fields=("verify_code",), name="guide_codes_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="guideversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ["published", "cancelled"]), _negated=True),
                    models.Q(
                        ("effective_on__isnull", False),
                        ("published_at__isnull", False),
                        models.Q(("verify_code", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="a_public_guide_has_its_days",
                violation_error_message="公布指南要写明施行日期。",
            ),
        ),
        migrations.RunSQL(OF_GUIDES, NO_MORE),
        *(
            migrations.RunSQL(*watch(f"disclosure_{each}"))
            for each in ("service", "guidematerial", "onething", "onethingstep")
        ),
        migrations.RunSQL(*bound("disclosure_onething", "words", 1000, "说明")),
        migrations.RunSQL(*bound("disclosure_guideversion", "what_changed", 1000, "变更内容")),
        migrations.RunSQL(*bound("disclosure_guideversion", "return_reason", 1000, "退回理由")),
        migrations.RunSQL(*cut("disclosure_service", "search_text", 200_000)),
    ]
