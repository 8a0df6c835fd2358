import uuid

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """The basic catalogue, items from draft to publication, what is found in them and what they lack."""

    replaces = [
        ("disclosure", "0001_initial"),
        ("disclosure", "0003_a_catalogue_to_use"),
        ("disclosure", "0004_duties_belong_to_a_catalogue"),
        ("disclosure", "0006_an_items_life"),
        ("disclosure", "0008_what_is_found_is_ruled_on"),
        ("disclosure", "0009_older_rows_wait_for_their_check"),
        ("disclosure", "0011_what_is_missing"),
    ]

    initial = True

    dependencies = [
        ("ninghai", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="BasicCatalogue",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=20, unique=True, verbose_name="编码")),
                ("name", models.CharField(max_length=100, verbose_name="名称")),
                ("explanation", models.TextField(blank=True, help_text="每行一段。", verbose_name="编制说明")),
                (
                    "columns",
                    models.JSONField(
                        blank=True, default=list, help_text="留空时按国家标准目录的栏目。", verbose_name="显示的栏目"
                    ),
                ),
                ("position", models.PositiveIntegerField(default=0, verbose_name="排序")),
            ],
            options={
                "verbose_name": "主动公开基本目录",
                "verbose_name_plural": "主动公开基本目录",
                "ordering": ["position", "code"],
            },
        ),
        migrations.CreateModel(
            name="CheckPoint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("secrecy", "保密审查"),
                            ("personal_data", "个人信息审查"),
                            ("legality", "合法性与文字审查"),
                        ],
                        max_length=20,
                        verbose_name="审查内容",
                    ),
                ),
                ("words", models.CharField(max_length=100, verbose_name="核对内容")),
                ("position", models.PositiveIntegerField(default=0, verbose_name="排序")),
                ("is_active", models.BooleanField(default=True, verbose_name="启用")),
            ],
            options={
                "verbose_name": "核对清单",
                "verbose_name_plural": "核对清单",
                "ordering": ["kind", "position", "pk"],
            },
        ),
        migrations.CreateModel(
            name="CatalogueEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=30, unique=True, verbose_name="编码")),
                ("name", models.CharField(max_length=100, verbose_name="公开事项")),
                ("content_elements", models.TextField(blank=True, verbose_name="公开内容（要素）")),
                ("legal_basis", models.TextField(blank=True, verbose_name="公开依据")),
                (
                    "time_limit",
                    models.CharField(
                        blank=True, help_text="印在目录上的文字。", max_length=100, verbose_name="公开时限"
                    ),
                ),
                ("limit_amount", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="时限数量")),
                (
                    "limit_unit",
                    models.CharField(
                        blank=True,
                        choices=[("hour", "小时"), ("working_day", "个工作日"), ("day", "日"), ("month", "个月")],
                        max_length=20,
                        verbose_name="时限单位",
                    ),
                ),
                (
                    "limit_event",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("formed", "信息形成或者变更之日"),
                            ("approved", "批准或者批复之日"),
                            ("document_published", "文件公开之日"),
                            ("change_approved", "办事条件变化经批准之日"),
                            ("happened", "事件发生之时"),
                        ],
                        max_length=30,
                        verbose_name="起算事件",
                    ),
                ),
                ("limit_month", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="每年截止月")),
                ("limit_day", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="每年截止日")),
                (
                    "rhythm",
                    models.CharField(
                        choices=[
                            ("as_it_arises", "有信息即公开"),
                            ("lasting", "长期公开"),
                            ("monthly", "每月"),
                            ("quarterly", "每季度"),
                            ("half_yearly", "每半年"),
                            ("yearly", "每年"),
                        ],
                        default="as_it_arises",
                        max_length=20,
                        verbose_name="更新周期",
                    ),
                ),
                (
                    "publisher",
                    models.CharField(
                        blank=True, help_text="印在目录上的文字。", max_length=200, verbose_name="公开主体"
                    ),
                ),
                ("channels", models.JSONField(blank=True, default=list, verbose_name="公开渠道和载体")),
                (
                    "audience",
                    models.CharField(
                        choices=[("everybody", "全社会"), ("groups", "特定群体")],
                        default="everybody",
                        max_length=20,
                        verbose_name="公开对象",
                    ),
                ),
                ("audience_words", models.CharField(blank=True, max_length=100, verbose_name="特定群体")),
                (
                    "method",
                    models.CharField(
                        choices=[
                            ("proactive", "主动公开"),
                            ("on_request", "依申请公开"),
                            ("not_disclosed", "不予公开"),
                        ],
                        default="proactive",
                        max_length=20,
                        verbose_name="公开方式",
                    ),
                ),
                ("at_county", models.BooleanField(default=True, verbose_name="县级")),
                ("at_town", models.BooleanField(default=False, verbose_name="乡级")),
                ("duration", models.CharField(blank=True, max_length=50, verbose_name="公开时长")),
                ("site_column", models.CharField(blank=True, max_length=50, verbose_name="网站所属栏目")),
                ("position", models.PositiveIntegerField(default=0, verbose_name="排序")),
                (
                    "retired_on",
                    models.DateField(
                        blank=True,
                        help_text="停用的事项不再要求公开，已公开的信息保留。",
                        null=True,
                        verbose_name="停用日期",
                    ),
                ),
                (
                    "catalogue",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="disclosure.basiccatalogue",
                        verbose_name="所属目录",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="disclosure.catalogueentry",
                        verbose_name="上级事项",
                    ),
                ),
            ],
            options={
                "verbose_name": "基本目录事项",
                "verbose_name_plural": "基本目录事项",
                "ordering": ["position", "code"],
            },
        ),
        migrations.CreateModel(
            name="EntryUnit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("since", models.DateField(blank=True, null=True, verbose_name="起始日期")),
                ("until", models.DateField(blank=True, null=True, verbose_name="终止日期")),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="owed_by",
                        to="disclosure.catalogueentry",
                        verbose_name="公开事项",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="owes",
                        to="ninghai.unit",
                        verbose_name="责任单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "公开责任",
                "verbose_name_plural": "公开责任",
                "ordering": ["entry", "unit"],
                "constraints": [models.UniqueConstraint(fields=("entry", "unit"), name="a_unit_owes_an_entry_once")],
            },
        ),
        migrations.AddField(
            model_name="catalogueentry",
            name="units",
            field=models.ManyToManyField(
                related_name="catalogue_entries",
                through="disclosure.EntryUnit",
                to="ninghai.unit",
                verbose_name="责任单位",
            ),
        ),
        migrations.CreateModel(
            name="IndexNumberCounter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                ("last", models.PositiveIntegerField(default=0, verbose_name="已用流水号")),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ninghai.unit",
                        verbose_name="发布机构",
                    ),
                ),
            ],
            options={
                "verbose_name": "索引号流水",
                "verbose_name_plural": "索引号流水",
                "ordering": ["unit", "year"],
                "constraints": [models.UniqueConstraint(fields=("unit", "year"), name="one_counter_per_unit_and_year")],
            },
        ),
        migrations.CreateModel(
            name="Item",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("form_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="版本")),
                ("title", models.CharField(max_length=200, verbose_name="名称")),
                ("document_number", models.CharField(blank=True, max_length=60, verbose_name="发文字号")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("document", "政策文件"),
                            ("interpretation", "政策解读"),
                            ("announcement", "通知公告"),
                            ("circular", "通报"),
                            ("plan", "规划计划"),
                            ("finance", "财政信息"),
                            ("other", "其他信息"),
                        ],
                        default="other",
                        max_length=20,
                        verbose_name="信息类型",
                    ),
                ),
                ("summary", models.TextField(blank=True, max_length=300, verbose_name="内容概述")),
                ("body", models.TextField(blank=True, help_text="每行一段。", verbose_name="正文")),
                (
                    "formed_date",
                    models.DateField(
                        blank=True, help_text="文件形成的日期，不是发布日期。", null=True, verbose_name="成文日期"
                    ),
                ),
                ("source", models.CharField(blank=True, max_length=100, verbose_name="来源")),
                (
                    "category",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("decision", "决策公开"),
                            ("execution", "执行公开"),
                            ("management", "管理公开"),
                            ("service", "服务公开"),
                            ("result", "结果公开"),
                            ("interpretation", "政策解读"),
                            ("response", "舆情回应"),
                            ("participation", "公众参与"),
                        ],
                        db_default="",
                        max_length=20,
                        verbose_name="组配分类",
                    ),
                ),
                ("unified_number", models.CharField(blank=True, db_default="", max_length=60, verbose_name="统一编号")),
                (
                    "audience",
                    models.CharField(
                        db_default="面向全社会", default="面向全社会", max_length=50, verbose_name="公开范围"
                    ),
                ),
                (
                    "method",
                    models.CharField(
                        choices=[
                            ("proactive", "主动公开"),
                            ("on_request", "依申请公开"),
                            ("not_disclosed", "不予公开"),
                        ],
                        default="proactive",
                        max_length=20,
                        verbose_name="公开方式",
                    ),
                ),
                (
                    "method_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("state_secret", "依法确定为国家秘密"),
                            ("forbidden", "法律、行政法规禁止公开"),
                            ("stability", "公开后可能危及国家安全、公共安全、经济安全、社会稳定"),
                            ("third_party", "涉及商业秘密、个人隐私等第三方合法权益"),
                            ("internal", "内部事务信息"),
                            ("process", "过程性信息"),
                            ("enforcement_file", "行政执法案卷信息"),
                            ("few_concerned", "只涉及特定申请人，依申请提供"),
                        ],
                        db_default="",
                        max_length=20,
                        verbose_name="不主动公开的理由",
                    ),
                ),
                (
                    "method_explanation",
                    models.TextField(blank=True, db_default="", max_length=300, verbose_name="理由说明"),
                ),
                (
                    "next_review_date",
                    models.DateField(
                        blank=True,
                        help_text="不予公开的信息要定期评估，可以公开的转为公开。",
                        null=True,
                        verbose_name="下次评估日期",
                    ),
                ),
                (
                    "openness_mark",
                    models.CharField(
                        blank=True, help_text="文末的标注，如“此件公开发布”。", max_length=30, verbose_name="公开标注"
                    ),
                ),
                (
                    "validity",
                    models.CharField(
                        choices=[("in_force", "有效"), ("expired", "失效"), ("repealed", "废止")],
                        default="in_force",
                        max_length=20,
                        verbose_name="时效",
                    ),
                ),
                ("effective_on", models.DateField(blank=True, null=True, verbose_name="施行日期")),
                (
                    "expires_on",
                    models.DateField(blank=True, help_text="这一天之后失效。", null=True, verbose_name="有效期至"),
                ),
                ("repealed_on", models.DateField(blank=True, null=True, verbose_name="废止日期")),
                (
                    "owes_interpretation",
                    models.BooleanField(
                        db_default=False,
                        default=False,
                        help_text="文件公开后3个工作日内公开解读材料。",
                        verbose_name="须配发解读",
                    ),
                ),
                (
                    "original_published_on",
                    models.DateField(
                        blank=True,
                        help_text="信息在别处最早公布的日期；本平台的发布时间由系统记录。",
                        null=True,
                        verbose_name="原发布日期",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "草稿"),
                            ("with_head", "待审核"),
                            ("in_review", "审核中"),
                            ("approved", "待公开"),
                            ("published", "已公开"),
                            ("withdrawn", "已撤回"),
                            ("merged", "已并入"),
                        ],
                        default="draft",
                        max_length=20,
                        verbose_name="状态",
                    ),
                ),
                (
                    "index_number",
                    models.CharField(editable=False, max_length=100, null=True, unique=True, verbose_name="索引号"),
                ),
                (
                    "is_imported",
                    models.BooleanField(db_default=False, default=False, editable=False, verbose_name="由历史信息导入"),
                ),
                ("change_note", models.CharField(blank=True, db_default="", max_length=200, verbose_name="修改说明")),
                (
                    "hides_old_version",
                    models.BooleanField(db_default=False, default=False, verbose_name="旧版本不再供查阅"),
                ),
                ("release_at", models.DateTimeField(editable=False, null=True, verbose_name="定时公开时间")),
                (
                    "is_emergency",
                    models.BooleanField(db_default=False, default=False, editable=False, verbose_name="紧急公开"),
                ),
                (
                    "emergency_reason",
                    models.TextField(blank=True, db_default="", editable=False, verbose_name="紧急公开的理由"),
                ),
                ("reviewed_after_at", models.DateTimeField(editable=False, null=True, verbose_name="补充审查完成时间")),
                ("drafted_at", models.DateTimeField(verbose_name="起草时间")),
                ("return_reason", models.TextField(blank=True, editable=False, verbose_name="退回理由")),
                ("published_at", models.DateTimeField(editable=False, null=True, verbose_name="发布时间")),
                ("updated_at", models.DateTimeField(editable=False, null=True, verbose_name="更新时间")),
                (
                    "withdrawal_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("wrong", "内容有误"),
                            ("secrecy", "涉及不宜公开内容"),
                            ("personal_data", "涉及个人信息"),
                            ("duplicate", "重复发布"),
                            ("outdated", "内容已过时"),
                            ("replaced", "已由新的信息替代"),
                        ],
                        editable=False,
                        max_length=20,
                        verbose_name="撤回原因",
                    ),
                ),
                (
                    "withdrawal_notice",
                    models.CharField(
                        blank=True, db_default="", editable=False, max_length=200, verbose_name="对公众的说明"
                    ),
                ),
                ("withdrawn_at", models.DateTimeField(editable=False, null=True, verbose_name="撤回时间")),
                ("view_count", models.PositiveIntegerField(default=0, editable=False, verbose_name="浏览次数")),
                ("title_vector", django.contrib.postgres.search.SearchVectorField(editable=False, null=True)),
                ("text_vector", django.contrib.postgres.search.SearchVectorField(editable=False, null=True)),
                ("search_text", models.TextField(blank=True, db_default="", default="", editable=False)),
                (
                    "drafted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="起草人",
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="disclosure.catalogueentry",
                        verbose_name="基本目录事项",
                    ),
                ),
                (
                    "explains",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="interpretations",
                        to="disclosure.item",
                        verbose_name="所解读的文件",
                    ),
                ),
                (
                    "published_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="公开人",
                    ),
                ),
                (
                    "replaced_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaces",
                        to="disclosure.item",
                        verbose_name="替代文件",
                    ),
                ),
                (
                    "revises",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="revisions",
                        to="disclosure.item",
                        verbose_name="修订的信息",
                    ),
                ),
                (
                    "scheduled_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="ninghai.membership",
                        verbose_name="定时人",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="ninghai.unit",
                        verbose_name="发布机构",
                    ),
                ),
            ],
            options={
                "verbose_name": "公开信息",
                "verbose_name_plural": "公开信息",
                "ordering": ["-published_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="CoverageFinding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("empty", "事项空白"),
                            ("stale", "逾期未更新"),
                            ("late", "逾期公开"),
                            ("no_interpretation", "未按时解读"),
                        ],
                        max_length=20,
                        verbose_name="问题",
                    ),
                ),
                ("due_on", models.DateField(null=True, verbose_name="应公开日期")),
                ("words", models.CharField(max_length=300, verbose_name="情况")),
                ("opened_on", models.DateField(verbose_name="发现日期")),
                ("closed_on", models.DateField(null=True, verbose_name="消除日期")),
                (
                    "entry",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="findings",
                        to="disclosure.catalogueentry",
                        verbose_name="公开事项",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="coverage_findings",
                        to="ninghai.unit",
                        verbose_name="单位",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="coverage_findings",
                        to="disclosure.item",
                        verbose_name="信息",
                    ),
                ),
            ],
            options={
                "verbose_name": "公开问题",
                "verbose_name_plural": "公开问题",
                "ordering": ["-opened_on", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("closed_on", None)),
                        fields=("kind", "unit", "entry", "item"),
                        name="one_open_finding",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CoverageCell",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("last_published_on", models.DateField(null=True, verbose_name="最近公开日期")),
                ("items", models.PositiveIntegerField(default=0, verbose_name="已公开（条）")),
                ("due_on", models.DateField(null=True, verbose_name="应公开日期")),
                ("days_late", models.PositiveIntegerField(default=0, verbose_name="逾期天数")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("current", "已公开"),
                            ("soon", "即将到期"),
                            ("late", "逾期公开"),
                            ("stale", "逾期未更新"),
                            ("empty", "空白"),
                            ("pending", "尚未到期"),
                        ],
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("computed_on", models.DateField(verbose_name="计算日期")),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="cells",
                        to="disclosure.catalogueentry",
                        verbose_name="公开事项",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="cells",
                        to="ninghai.unit",
                        verbose_name="单位",
                    ),
                ),
                (
                    "last_item",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="disclosure.item",
                        verbose_name="最近公开的信息",
                    ),
                ),
            ],
            options={
                "verbose_name": "公开覆盖",
                "verbose_name_plural": "公开覆盖",
                "ordering": ["entry", "unit"],
                "indexes": [models.Index(fields=["unit", "state"], name="cells_of_a_unit")],
                "constraints": [models.UniqueConstraint(fields=("entry", "unit"), name="one_cell_per_entry_and_unit")],
            },
        ),
        migrations.CreateModel(
            name="Correction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("form_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="版本")),
                ("receipt_number", models.CharField(max_length=20, unique=True, verbose_name="受理编号")),
                ("page", models.CharField(max_length=300, verbose_name="页面地址")),
                ("words", models.TextField(max_length=500, verbose_name="问题")),
                ("contact", models.CharField(blank=True, max_length=100, verbose_name="联系方式")),
                (
                    "sender",
                    models.CharField(
                        editable=False, help_text="来源地址的散列值，用于限制次数。", max_length=64, verbose_name="来源"
                    ),
                ),
                ("received_at", models.DateTimeField(verbose_name="收到时间")),
                (
                    "status",
                    models.CharField(
                        choices=[("received", "已受理"), ("mended", "已更正"), ("explained", "已答复")],
                        default="received",
                        max_length=20,
                        verbose_name="状态",
                    ),
                ),
                ("answer", models.TextField(blank=True, verbose_name="答复")),
                ("answered_at", models.DateTimeField(null=True, verbose_name="答复时间")),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="答复人",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="ninghai.unit",
                        verbose_name="办理单位",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="disclosure.item",
                        verbose_name="公开信息",
                    ),
                ),
            ],
            options={
                "verbose_name": "纠错留言",
                "verbose_name_plural": "纠错留言",
                "ordering": ["-received_at", "-pk"],
                "indexes": [models.Index(fields=["sender", "received_at"], name="corrections_of_a_sender")],
            },
        ),
        migrations.CreateModel(
            name="ContentStamp",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("content_hash", models.CharField(max_length=64, verbose_name="内容散列值")),
                ("stamped_at", models.DateTimeField(verbose_name="登记时间")),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stamps",
                        to="disclosure.item",
                        verbose_name="公开信息",
                    ),
                ),
            ],
            options={
                "verbose_name": "公开内容指纹",
                "verbose_name_plural": "公开内容指纹",
                "ordering": ["pk"],
                "indexes": [models.Index(fields=["item", "-id"], name="newest_stamp_of_an_item")],
            },
        ),
        migrations.CreateModel(
            name="Attachment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("label", models.CharField(max_length=150, verbose_name="附件名称")),
                ("position", models.PositiveIntegerField(default=0, verbose_name="顺序")),
                ("text", models.TextField(blank=True, db_default="", editable=False, verbose_name="附件中的文字")),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attachments",
                        to="ninghai.storedfile",
                        verbose_name="文件",
                    ),
                ),
                (
                    "original",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="masked_as",
                        to="ninghai.storedfile",
                        verbose_name="原文件",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attachments",
                        to="disclosure.item",
                        verbose_name="公开信息",
                    ),
                ),
            ],
            options={
                "verbose_name": "附件",
                "verbose_name_plural": "附件",
                "ordering": ["item", "position", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Answer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("secrecy", "保密审查"),
                            ("personal_data", "个人信息审查"),
                            ("legality", "合法性与文字审查"),
                        ],
                        max_length=20,
                        verbose_name="审查内容",
                    ),
                ),
                (
                    "content_hash",
                    models.CharField(
                        help_text="正文与附件的 SHA-256，内容改动后此意见失效。",
                        max_length=64,
                        verbose_name="内容散列值",
                    ),
                ),
                ("comment", models.TextField(blank=True, verbose_name="意见")),
                (
                    "checked",
                    models.JSONField(
                        db_default=models.Value([], models.JSONField()),
                        default=list,
                        help_text="签署时逐项勾选的内容。",
                        verbose_name="核对清单",
                    ),
                ),
                ("signed_at", models.DateTimeField(verbose_name="审查时间")),
                (
                    "dropped_at",
                    models.DateTimeField(
                        editable=False, help_text="退回修改后，此前的意见失效。", null=True, verbose_name="失效时间"
                    ),
                ),
                (
                    "signed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="审查人",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="disclosure.item",
                        verbose_name="公开信息",
                    ),
                ),
            ],
            options={
                "verbose_name": "审查意见",
                "verbose_name_plural": "审查意见",
                "ordering": ["item", "kind", "-signed_at"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("dropped_at", None)),
                        fields=("item", "kind", "content_hash"),
                        name="one_answer_per_kind_and_content",
                        violation_error_message="这项审查已经有人签署。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ItemImport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("form_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="版本")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("checking", "检查中"),
                            ("checked", "已预检"),
                            ("running", "导入中"),
                            ("done", "已完成"),
                            ("cancelled", "已停止"),
                        ],
                        default="checking",
                        max_length=20,
                        verbose_name="状态",
                    ),
                ),
                ("requested_at", models.DateTimeField(verbose_name="导入时间")),
                ("remarks", models.JSONField(default=list, verbose_name="读取说明")),
                (
                    "stop_reason",
                    models.CharField(blank=True, default="", editable=False, max_length=200, verbose_name="停止原因"),
                ),
                ("finished_at", models.DateTimeField(editable=False, null=True, verbose_name="完成时间")),
                (
                    "acting",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ninghai.membership",
                        verbose_name="身份",
                    ),
                ),
                (
                    "archive",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ninghai.storedfile",
                        verbose_name="附件压缩包",
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="导入人",
                    ),
                ),
                (
                    "workbook",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ninghai.storedfile",
                        verbose_name="表格",
                    ),
                ),
            ],
            options={
                "verbose_name": "历史信息导入",
                "verbose_name_plural": "历史信息导入",
                "ordering": ["-requested_at"],
            },
        ),
        migrations.CreateModel(
            name="ImportRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(verbose_name="行号")),
                ("fields", models.JSONField(default=dict, verbose_name="内容")),
                ("problems", models.JSONField(default=list, verbose_name="问题")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("unchecked", "待检查"),
                            ("ready", "可导入"),
                            ("refused", "有错误"),
                            ("done", "已导入"),
                        ],
                        max_length=20,
                        verbose_name="状态",
                    ),
                ),
                (
                    "item",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="import_row",
                        to="disclosure.item",
                        verbose_name="公开信息",
                    ),
                ),
                (
                    "item_import",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rows",
                        to="disclosure.itemimport",
                        verbose_name="导入",
                    ),
                ),
            ],
            options={
                "verbose_name": "导入的行",
                "verbose_name_plural": "导入的行",
                "ordering": ["item_import", "number"],
                "constraints": [models.UniqueConstraint(fields=("item_import", "number"), name="one_row_per_number")],
            },
        ),
        migrations.CreateModel(
            name="PublicCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("checked_at", models.DateTimeField(verbose_name="复查时间")),
                ("open_hits", models.PositiveIntegerField(default=0, verbose_name="未处理")),
                ("words", models.CharField(blank=True, max_length=300, verbose_name="发现")),
                (
                    "item",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="public_check",
                        to="disclosure.item",
                        verbose_name="公开信息",
                    ),
                ),
            ],
            options={
                "verbose_name": "已公开信息复查",
                "verbose_name_plural": "已公开信息复查",
                "ordering": ["-open_hits", "checked_at"],
                "indexes": [models.Index(fields=["checked_at"], name="public_items_to_check_again")],
            },
        ),
        migrations.CreateModel(
            name="PublicVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(verbose_name="版本")),
                ("content", models.JSONField(verbose_name="内容")),
                ("content_hash", models.CharField(max_length=64, verbose_name="内容散列值")),
                ("public_from", models.DateTimeField(verbose_name="公开起")),
                ("public_until", models.DateTimeField(verbose_name="公开止")),
                (
                    "change_note",
                    models.CharField(
                        blank=True, help_text="说明后一版改了什么。", max_length=200, verbose_name="修改说明"
                    ),
                ),
                ("is_hidden", models.BooleanField(db_default=False, default=False, verbose_name="不再供查阅")),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="public_versions",
                        to="disclosure.item",
                        verbose_name="公开信息",
                    ),
                ),
            ],
            options={
                "verbose_name": "历史版本",
                "verbose_name_plural": "历史版本",
                "ordering": ["item", "number"],
                "constraints": [
                    models.UniqueConstraint(fields=("item", "number"), name="one_public_version_per_number")
                ],
            },
        ),
        migrations.CreateModel(
            name="Ruling",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "fingerprint",
                    models.CharField(help_text="种类、文件和文字的 SHA-256。", max_length=64, verbose_name="指纹"),
                ),
                ("kind", models.CharField(max_length=30, verbose_name="种类")),
                ("file", models.CharField(blank=True, max_length=300, verbose_name="文件")),
                ("text", models.TextField(verbose_name="文字")),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("not_personal", "经核对不是个人信息"),
                            ("punishment", "惩戒公示"),
                            ("mandatory", "强制性信息披露"),
                            ("official", "公职人员履职信息"),
                            ("published_list", "依法应当公示的名单"),
                            ("consent", "本人同意公开"),
                            ("looked_at", "图片已人工核对"),
                        ],
                        max_length=20,
                        verbose_name="例外理由",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                ("ruled_at", models.DateTimeField(verbose_name="核对时间")),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rulings",
                        to="disclosure.item",
                        verbose_name="公开信息",
                    ),
                ),
                (
                    "ruled_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="核对人",
                    ),
                ),
            ],
            options={
                "verbose_name": "个人信息核对",
                "verbose_name_plural": "个人信息核对",
                "ordering": ["item", "pk"],
                "constraints": [models.UniqueConstraint(fields=("item", "fingerprint"), name="one_ruling_per_hit")],
            },
        ),
        migrations.CreateModel(
            name="SitePage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "column",
                    models.CharField(
                        choices=[
                            ("guide", "政府信息公开指南"),
                            ("rules", "政府信息公开制度"),
                            ("statutory", "法定主动公开内容"),
                            ("annual", "政府信息公开年报"),
                        ],
                        max_length=20,
                        unique=True,
                        verbose_name="栏目",
                    ),
                ),
                ("body", models.TextField(blank=True, help_text="每行一段。", verbose_name="正文")),
                ("updated_at", models.DateTimeField(editable=False, null=True, verbose_name="更新时间")),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="版本")),
                (
                    "updated_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="更新人",
                    ),
                ),
            ],
            options={
                "verbose_name": "专栏页面",
                "verbose_name_plural": "专栏页面",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="SubmittedVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(verbose_name="版本")),
                ("content", models.JSONField(verbose_name="内容")),
                ("content_hash", models.CharField(max_length=64, verbose_name="内容散列值")),
                ("submitted_at", models.DateTimeField(verbose_name="送审时间")),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="submitted_versions",
                        to="disclosure.item",
                        verbose_name="公开信息",
                    ),
                ),
            ],
            options={
                "verbose_name": "送审稿",
                "verbose_name_plural": "送审稿",
                "ordering": ["item", "number"],
                "constraints": [
                    models.UniqueConstraint(fields=("item", "number"), name="one_submitted_version_per_number")
                ],
            },
        ),
        migrations.CreateModel(
            name="Topic",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=10, unique=True, verbose_name="编码")),
                ("name", models.CharField(max_length=50, verbose_name="名称")),
                ("path", models.CharField(max_length=110, unique=True, verbose_name="完整名称")),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="disclosure.topic",
                        verbose_name="上级主题",
                    ),
                ),
            ],
            options={
                "verbose_name": "主题分类",
                "verbose_name_plural": "主题分类",
                "ordering": ["code"],
            },
        ),
        migrations.AddField(
            model_name="item",
            name="topic",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="items",
                to="disclosure.topic",
                verbose_name="主题分类",
            ),
        ),
        migrations.CreateModel(
            name="VersionFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("label", models.CharField(max_length=150, verbose_name="附件名称")),
                ("position", models.PositiveIntegerField(default=0, verbose_name="顺序")),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ninghai.storedfile",
                        verbose_name="文件",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="disclosure.publicversion",
                        verbose_name="历史版本",
                    ),
                ),
            ],
            options={
                "verbose_name": "历史版本的附件",
                "verbose_name_plural": "历史版本的附件",
                "ordering": ["version", "position", "pk"],
            },
        ),
        migrations.CreateModel(
            name="CatalogueEdition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(verbose_name="版本")),
                ("published_at", models.DateTimeField(verbose_name="发布时间")),
                ("explanation", models.TextField(blank=True, verbose_name="编制说明")),
                ("note", models.TextField(blank=True, verbose_name="变更说明")),
                ("rows", models.JSONField(default=list, verbose_name="事项")),
                ("changes", models.JSONField(default=list, verbose_name="变更")),
                (
                    "booklet",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ninghai.storedfile",
                        verbose_name="目录手册",
                    ),
                ),
                (
                    "catalogue",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="editions",
                        to="disclosure.basiccatalogue",
                        verbose_name="目录",
                    ),
                ),
                (
                    "published_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="发布人",
                    ),
                ),
            ],
            options={
                "verbose_name": "目录版本",
                "verbose_name_plural": "目录版本",
                "ordering": ["catalogue", "-number"],
                "constraints": [models.UniqueConstraint(fields=("catalogue", "number"), name="one_edition_per_number")],
            },
        ),
        migrations.CreateModel(
            name="ContentScan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("content_hash", models.CharField(max_length=64, unique=True, verbose_name="内容散列值")),
                ("hits", models.JSONField(default=list, verbose_name="发现")),
                ("unreadable", models.JSONField(default=list, verbose_name="不能检查的文件")),
                ("scanned_at", models.DateTimeField(null=True, verbose_name="检查时间")),
                (
                    "file",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="scans",
                        to="ninghai.storedfile",
                        verbose_name="文件",
                    ),
                ),
            ],
            options={
                "verbose_name": "个人信息检查",
                "verbose_name_plural": "个人信息检查",
                "ordering": ["-scanned_at"],
                "indexes": [
                    models.Index(condition=models.Q(("scanned_at", None)), fields=["id"], name="files_to_scan")
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="catalogueentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("limit_amount", None), ("limit_unit", "")),
                    models.Q(("limit_amount__gte", 1), models.Q(("limit_unit", ""), _negated=True)),
                    _connector="OR",
                ),
                name="limit_is_whole",
                violation_error_message="时限的数量和单位要一起填写，数量至少为 1。",
            ),
        ),
        migrations.AddConstraint(
            model_name="catalogueentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("limit_day", None), ("limit_month", None)),
                    models.Q(("limit_day__range", (1, 31)), ("limit_month__range", (1, 12))),
                    _connector="OR",
                ),
                name="yearly_limit_is_whole",
                violation_error_message="每年截止的月和日要一起填写。",
            ),
        ),
        migrations.AddIndex(
            model_name="item",
            index=models.Index(
                condition=models.Q(("status", "published")),
                fields=["-published_at", "-id"],
                name="catalogue_newest_first",
            ),
        ),
        migrations.AddIndex(
            model_name="item",
            index=models.Index(
                condition=models.Q(("status", "published")),
                fields=["entry", "unit", "published_at"],
                name="items_of_a_duty",
            ),
        ),
        migrations.AddIndex(
            model_name="item",
            index=models.Index(
                condition=models.Q(("status", "published")),
                fields=["kind", "-published_at", "-id"],
                name="newest_of_a_kind",
            ),
        ),
        migrations.AddIndex(
            model_name="item",
            index=models.Index(
                condition=models.Q(("is_imported", True), ("original_published_on", None)),
                fields=["published_at"],
                name="items_without_their_day",
            ),
        ),
        migrations.AddIndex(
            model_name="item",
            index=models.Index(
                condition=models.Q(("owes_interpretation", True)), fields=["published_at"], name="items_to_interpret"
            ),
        ),
        migrations.AddIndex(
            model_name="item",
            index=models.Index(
                condition=models.Q(("release_at", None), _negated=True), fields=["release_at"], name="items_to_release"
            ),
        ),
        migrations.AddIndex(
            model_name="item",
            index=models.Index(
                condition=models.Q(("validity", "in_force"), models.Q(("expires_on", None), _negated=True)),
                fields=["expires_on"],
                name="items_to_expire",
            ),
        ),
        migrations.AddIndex(
            model_name="item",
            index=models.Index(
                condition=models.Q(("next_review_date", None), _negated=True),
                fields=["next_review_date"],
                name="items_to_assess_again",
            ),
        ),
        migrations.AddIndex(
            model_name="item",
            index=models.Index(
                condition=models.Q(("is_emergency", True)), fields=["reviewed_after_at"], name="items_released_at_once"
            ),
        ),
        migrations.AddIndex(
            model_name="item",
            index=models.Index(fields=["unit", "status"], name="items_of_a_unit"),
        ),
        migrations.AddIndex(
            model_name="item",
            index=django.contrib.postgres.indexes.GinIndex(fields=["title_vector"], name="item_title_search"),
        ),
        migrations.AddIndex(
            model_name="item",
            index=django.contrib.postgres.indexes.GinIndex(fields=["text_vector"], name="item_text_search"),
        ),
        migrations.AddConstraint(
            model_name="item",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ["published", "withdrawn"]), _negated=True),
                    models.Q(("index_number__isnull", False), ("published_at__isnull", False)),
                    _connector="OR",
                ),
                name="published_item_has_number_and_time",
                violation_error_message="已公开的信息必须有索引号和发布时间。",
            ),
        ),
        migrations.AddConstraint(
            model_name="item",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "withdrawn"), _negated=True),
                    models.Q(models.Q(("withdrawal_reason", ""), _negated=True), ("withdrawn_at__isnull", False)),
                    _connector="OR",
                ),
                name="withdrawn_item_has_a_reason",
                violation_error_message="撤回必须说明原因。",
            ),
        ),
        migrations.AddConstraint(
            model_name="item",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ["published", "withdrawn"]), _negated=True),
                    ("method", "proactive"),
                    models.Q(("body", ""), ("summary", "")),
                    _connector="OR",
                ),
                name="undisclosed_text_is_never_public",
                violation_error_message="不主动公开的信息只公布名称和理由，正文和内容概述必须为空。",
            ),
        ),
        migrations.AddConstraint(
            model_name="item",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("method", "proactive"),
                    models.Q(("method_reason", ""), _negated=True),
                    ("status", "draft"),
                    _connector="OR",
                ),
                name="not_disclosing_has_a_reason",
                violation_error_message="不主动公开的信息必须注明理由。",
            ),
        ),
        migrations.AddConstraint(
            model_name="item",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status__in", ["draft", "with_head", "in_review", "approved"])),
                fields=("revises",),
                name="one_open_revision_of_an_item",
                violation_error_message="这条信息已有一份修订稿正在办理。",
            ),
        ),
    ]
