import uuid

import django.contrib.postgres.constraints
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import tasks.models.score


class Migration(migrations.Migration):
    """From the notice to the score."""

    replaces = [
        ("tasks", "0001_initial"),
        ("tasks", "0002_notice_discarded"),
        ("tasks", "0003_a_year_of_work"),
        ("tasks", "0004_assignments_know_their_days"),
        ("tasks", "0005_spot_checks_to_the_end"),
        ("tasks", "0006_petitions_are_sent_once"),
        ("tasks", "0007_scores_by_a_scheme"),
        ("tasks", "0008_breakdown_upload"),
        ("tasks", "0009_periods_without_due_date"),
        ("tasks", "0010_unit_choices_are_withdrawn"),
        ("tasks", "0011_work_passes_on"),
        ("tasks", "0012_score_lines_keep_their_cases"),
        ("tasks", "0013_amendments"),
    ]

    initial = True

    dependencies = [
        ("ninghai", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="Criterion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="顺序")),
                (
                    "kind",
                    models.CharField(
                        choices=[("veto", "单项否决"), ("deduction", "扣分"), ("bonus", "加分")],
                        max_length=10,
                        verbose_name="类型",
                    ),
                ),
                ("title", models.CharField(max_length=200, verbose_name="评分项")),
                ("guidance", models.CharField(blank=True, max_length=300, verbose_name="评分说明")),
                (
                    "points",
                    models.DecimalField(
                        decimal_places=1,
                        default=0,
                        help_text="单项否决填0；扣分、加分填最多可扣、可加的分。",
                        max_digits=5,
                        verbose_name="最多分值",
                    ),
                ),
            ],
            options={
                "verbose_name": "评分项",
                "verbose_name_plural": "评分项",
                "ordering": ["rubric", "position", "pk"],
            },
        ),
        migrations.CreateModel(
            name="ReportingPeriod",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=30, verbose_name="名称")),
                ("start", models.DateField(verbose_name="开始")),
                ("end", models.DateField(verbose_name="结束")),
                ("due_date", models.DateField(help_text="不定期报送的为空。", null=True, verbose_name="报送截止")),
                (
                    "closed_on",
                    models.DateField(
                        editable=False,
                        help_text="从这一天起，本期的按时、迟报和缺报不再改变。",
                        null=True,
                        verbose_name="封账日期",
                    ),
                ),
            ],
            options={
                "verbose_name": "报送周期",
                "verbose_name_plural": "报送周期",
                "ordering": ["notice", "start"],
            },
        ),
        migrations.CreateModel(
            name="ScoreRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="顺序")),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("reporting", "按时报送进展"),
                            ("completion", "按时办结任务"),
                            ("quality", "抽查质量"),
                            ("coverage", "公开覆盖"),
                            ("response", "整改与回应"),
                            ("third_party", "第三方评估"),
                            ("deduction", "专项扣分"),
                            ("bonus", "加分"),
                            ("veto", "单项否决"),
                        ],
                        max_length=20,
                        verbose_name="数据来源",
                    ),
                ),
                ("title", models.CharField(max_length=100, verbose_name="考核项目")),
                (
                    "full_marks",
                    models.DecimalField(
                        decimal_places=2,
                        default=0,
                        help_text="本项满分；加分项为最多可加的分；单项否决填0。",
                        max_digits=6,
                        verbose_name="分值",
                    ),
                ),
                ("parameters", models.JSONField(blank=True, default=dict, verbose_name="计分参数")),
            ],
            options={
                "verbose_name": "考核项目",
                "verbose_name_plural": "考核项目",
                "ordering": ["scheme", "position", "pk"],
            },
        ),
        migrations.CreateModel(
            name="ScoreScheme",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100, verbose_name="名称")),
                (
                    "cap",
                    models.DecimalField(
                        decimal_places=2,
                        default=100,
                        help_text="各项得分与加分合计，不超过这个分数。",
                        max_digits=6,
                        verbose_name="总分上限",
                    ),
                ),
                (
                    "veto_score",
                    models.DecimalField(
                        decimal_places=2,
                        default=0,
                        help_text="有单项否决的单位，总分不超过这个分数。",
                        max_digits=6,
                        verbose_name="否决后最高分",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="版本")),
            ],
            options={
                "verbose_name": "考核方案",
                "verbose_name_plural": "考核方案",
                "ordering": ["-notice__year", "name"],
            },
        ),
        migrations.CreateModel(
            name="Task",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("requirement", models.TextField(verbose_name="工作要求")),
                ("due_date", models.DateField(verbose_name="完成时限")),
                ("due_date_is_default", models.BooleanField(default=False, verbose_name="时限为默认")),
            ],
            options={
                "verbose_name": "工作任务",
                "verbose_name_plural": "工作任务",
                "ordering": ["point__notice", "point__position"],
            },
        ),
        migrations.CreateModel(
            name="Assignment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="版本")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("lead", "牵头"),
                            ("responsible", "责任"),
                            ("supporting", "配合"),
                            ("guiding", "指导"),
                        ],
                        max_length=12,
                        verbose_name="角色",
                    ),
                ),
                ("key", models.CharField(max_length=80, unique=True, verbose_name="公开编号")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("todo", "待办"),
                            ("in_progress", "办理中"),
                            ("completed", "办结"),
                            ("not_applicable", "不适用"),
                            ("handed_over", "已移交"),
                            ("carried_over", "已结转"),
                        ],
                        default="todo",
                        max_length=20,
                        verbose_name="状态",
                    ),
                ),
                ("made_on", models.DateField(editable=False, verbose_name="下达日期")),
                ("due_date", models.DateField(verbose_name="完成时限")),
                (
                    "due_date_since",
                    models.DateField(
                        editable=False, help_text="时限变更的日期，未变更的为空。", null=True, verbose_name="现时限起算"
                    ),
                ),
                ("ended_on", models.DateField(editable=False, null=True, verbose_name="不再办理日期")),
                ("ended_reason", models.TextField(blank=True, editable=False, verbose_name="不再办理原因")),
                (
                    "completed_on",
                    models.DateField(
                        editable=False,
                        help_text="单位报送办结的日期，据此判断是否按时。",
                        null=True,
                        verbose_name="办结日期",
                    ),
                ),
                ("completion_accepted_on", models.DateField(editable=False, null=True, verbose_name="确认办结日期")),
                (
                    "continues",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="continued_by",
                        to="tasks.assignment",
                        verbose_name="承接自",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assignments",
                        to="ninghai.unit",
                        verbose_name="责任单位",
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assignments",
                        to="tasks.task",
                        verbose_name="工作任务",
                    ),
                ),
            ],
            options={
                "verbose_name": "任务分工",
                "verbose_name_plural": "任务分工",
                "ordering": ["task", "unit__position"],
                "indexes": [models.Index(fields=["unit", "status"], name="assignments_of_a_unit")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_on", None)),
                        fields=("task", "unit"),
                        name="one_assignment_per_task_and_unit",
                        violation_error_message="该单位已承担此任务。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "completed"), _negated=True),
                            models.Q(("completed_on__isnull", False), ("completion_accepted_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="completed_assignment_has_its_days",
                        violation_error_message="办结的任务必须有办结日期。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("ended_on__isnull", False),
                                ("status__in", ["carried_over", "handed_over", "not_applicable"]),
                                models.Q(("ended_reason", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(
                                    ("status__in", ["carried_over", "handed_over", "not_applicable"]),
                                    _negated=True,
                                ),
                                ("ended_on", None),
                            ),
                            _connector="OR",
                        ),
                        name="ended_assignment_has_its_day_and_reason",
                        violation_error_message="不再办理的任务必须有日期和原因。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Drawn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("stratum", models.CharField(max_length=250, verbose_name="层")),
                ("rank", models.PositiveIntegerField(verbose_name="层内次序")),
                (
                    "digest",
                    models.CharField(help_text="“种子:公开编号”的 SHA-256。", max_length=64, verbose_name="排序值"),
                ),
                (
                    "assignment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="drawn",
                        to="tasks.assignment",
                        verbose_name="任务分工",
                    ),
                ),
                (
                    "inspector",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="inspections",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="抽查人员",
                    ),
                ),
            ],
            options={
                "verbose_name": "抽中项",
                "verbose_name_plural": "抽中项",
                "ordering": ["spot_check", "stratum", "rank"],
            },
        ),
        migrations.CreateModel(
            name="DueDateChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("before", models.DateField(verbose_name="原时限")),
                ("after", models.DateField(verbose_name="新时限")),
                ("since", models.DateField(verbose_name="变更日期")),
                ("reason", models.CharField(max_length=500, verbose_name="原因")),
                (
                    "assignment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="due_date_changes",
                        to="tasks.assignment",
                        verbose_name="任务分工",
                    ),
                ),
            ],
            options={
                "verbose_name": "时限变更",
                "verbose_name_plural": "时限变更",
                "ordering": ["assignment", "since", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Finding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("true", "属实"),
                            ("partly_true", "部分属实"),
                            ("not_true", "不属实"),
                            ("to_rectify", "需整改"),
                        ],
                        max_length=12,
                        verbose_name="结论",
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="核查情况")),
                ("rectify_by_date", models.DateField(blank=True, null=True, verbose_name="整改期限")),
                ("recorded_at", models.DateTimeField(verbose_name="记录时间")),
                (
                    "score",
                    models.DecimalField(
                        decimal_places=1,
                        editable=False,
                        help_text="没有评分细则的抽查没有得分。",
                        max_digits=5,
                        null=True,
                        verbose_name="得分",
                    ),
                ),
                ("is_vetoed", models.BooleanField(default=False, editable=False, verbose_name="单项否决")),
                ("passed", models.BooleanField(editable=False, null=True, verbose_name="合格")),
                (
                    "objection_until",
                    models.DateField(
                        editable=False,
                        help_text="由办理时限算出；没有异议期限的旧结论为空。",
                        null=True,
                        verbose_name="异议截止",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="版本")),
                (
                    "drawn",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="finding",
                        to="tasks.drawn",
                        verbose_name="抽中项",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="记录人",
                    ),
                ),
            ],
            options={
                "verbose_name": "抽查结论",
                "verbose_name_plural": "抽查结论",
                "ordering": ["drawn"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", "to_rectify"), _negated=True),
                            ("rectify_by_date__isnull", False),
                            _connector="OR",
                        ),
                        name="rectification_has_its_day",
                        violation_error_message="需整改的，请填写整改期限。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="FindingProof",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("index_number", models.CharField(blank=True, max_length=100, verbose_name="索引号")),
                ("added_at", models.DateTimeField(verbose_name="添加时间")),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="添加人",
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)s",
                        to="ninghai.storedfile",
                        verbose_name="文件",
                    ),
                ),
                (
                    "finding",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="proofs",
                        to="tasks.finding",
                        verbose_name="抽查结论",
                    ),
                ),
            ],
            options={
                "verbose_name": "佐证材料",
                "verbose_name_plural": "佐证材料",
                "ordering": ["finding", "pk"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("file__isnull", False), ("index_number", "")),
                            models.Q(("file", None), models.Q(("index_number", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="findingproof_is_a_file_or_an_item",
                        violation_error_message="佐证材料应是一个文件或一个索引号。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HandOver",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("form_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("reason", models.CharField(max_length=300, verbose_name="原因")),
                ("memberships", models.PositiveIntegerField(verbose_name="移交任职")),
                ("inspections", models.PositiveIntegerField(verbose_name="改派抽查")),
                ("inspections_left", models.PositiveIntegerField(verbose_name="待重新指定的抽查")),
                ("done_at", models.DateTimeField(verbose_name="办理时间")),
                (
                    "done_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="办理人",
                    ),
                ),
                (
                    "leaver",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="离任人员",
                    ),
                ),
                (
                    "successor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="承接人员",
                    ),
                ),
            ],
            options={
                "verbose_name": "人员交接",
                "verbose_name_plural": "人员交接",
                "ordering": ["-done_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("leaver", models.F("successor")), _negated=True),
                        name="nobody_hands_over_to_themselves",
                        violation_error_message="承接人员不能是离任人员本人。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="InspectionSheet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("outcome", models.CharField(blank=True, max_length=12, verbose_name="结论")),
                ("note", models.TextField(blank=True, verbose_name="核查情况")),
                ("rectify_by_date", models.DateField(blank=True, null=True, verbose_name="整改期限")),
                ("marks", models.JSONField(default=dict, verbose_name="评分")),
                ("saved_at", models.DateTimeField(verbose_name="保存时间")),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="版本")),
                (
                    "drawn",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sheet",
                        to="tasks.drawn",
                        verbose_name="抽中项",
                    ),
                ),
                (
                    "saved_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="保存人",
                    ),
                ),
            ],
            options={
                "verbose_name": "核查底稿",
                "verbose_name_plural": "核查底稿",
                "ordering": ["drawn"],
            },
        ),
        migrations.CreateModel(
            name="Mark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("points", models.DecimalField(decimal_places=1, default=0, max_digits=5, verbose_name="分值")),
                ("note", models.CharField(max_length=300, verbose_name="依据")),
                (
                    "criterion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="marks",
                        to="tasks.criterion",
                        verbose_name="评分项",
                    ),
                ),
                (
                    "finding",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="marks",
                        to="tasks.finding",
                        verbose_name="抽查结论",
                    ),
                ),
            ],
            options={
                "verbose_name": "评分记录",
                "verbose_name_plural": "评分记录",
                "ordering": ["finding", "criterion__position", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("finding", "criterion"), name="criterion_once_in_a_finding")
                ],
            },
        ),
        migrations.CreateModel(
            name="Objection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="版本")),
                (
                    "status",
                    models.CharField(
                        choices=[("raised", "待处理"), ("upheld", "异议成立"), ("dismissed", "异议不成立")],
                        default="raised",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("text", models.TextField(max_length=2000, verbose_name="异议内容")),
                ("raised_at", models.DateTimeField(verbose_name="提出时间")),
                ("decided_at", models.DateTimeField(editable=False, null=True, verbose_name="处理时间")),
                ("decision", models.TextField(blank=True, editable=False, verbose_name="处理意见")),
                (
                    "decided_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="处理人",
                    ),
                ),
                (
                    "finding",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="objection",
                        to="tasks.finding",
                        verbose_name="抽查结论",
                    ),
                ),
                (
                    "raised_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="提出人",
                    ),
                ),
            ],
            options={
                "verbose_name": "抽查异议",
                "verbose_name_plural": "抽查异议",
                "ordering": ["-raised_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="ObjectionProof",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("index_number", models.CharField(blank=True, max_length=100, verbose_name="索引号")),
                ("added_at", models.DateTimeField(verbose_name="添加时间")),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="添加人",
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)s",
                        to="ninghai.storedfile",
                        verbose_name="文件",
                    ),
                ),
                (
                    "objection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="proofs",
                        to="tasks.objection",
                        verbose_name="抽查异议",
                    ),
                ),
            ],
            options={
                "verbose_name": "佐证材料",
                "verbose_name_plural": "佐证材料",
                "ordering": ["objection", "pk"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("file__isnull", False), ("index_number", "")),
                            models.Q(("file", None), models.Q(("index_number", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="objectionproof_is_a_file_or_an_item",
                        violation_error_message="佐证材料应是一个文件或一个索引号。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Petition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("form_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="版本")),
                (
                    "kind",
                    models.CharField(
                        choices=[("extension", "延期"), ("not_applicable", "不适用")],
                        max_length=20,
                        verbose_name="申请事项",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("asked", "待批准"),
                            ("granted", "已批准"),
                            ("refused", "未批准"),
                            ("withdrawn", "已撤回"),
                            ("lapsed", "不再办理"),
                        ],
                        default="asked",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("due_before", models.DateField(verbose_name="申请时的时限")),
                ("wanted_until", models.DateField(blank=True, null=True, verbose_name="申请延至")),
                ("reason", models.TextField(max_length=500, verbose_name="理由")),
                ("asked_at", models.DateTimeField(verbose_name="申请时间")),
                ("granted_until", models.DateField(editable=False, null=True, verbose_name="批准延至")),
                ("decided_at", models.DateTimeField(editable=False, null=True, verbose_name="批准时间")),
                ("decision_reason", models.TextField(blank=True, editable=False, verbose_name="批准意见")),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="申请人",
                    ),
                ),
                (
                    "assignment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="petitions",
                        to="tasks.assignment",
                        verbose_name="任务分工",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="批准人",
                    ),
                ),
            ],
            options={
                "verbose_name": "延期与不适用申请",
                "verbose_name_plural": "延期与不适用申请",
                "ordering": ["-asked_at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "asked")),
                        fields=("assignment",),
                        name="one_open_petition_per_assignment",
                        violation_error_message="这项任务已有申请等待批准。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "extension"), ("wanted_until__isnull", False)),
                            models.Q(("kind", "not_applicable"), ("wanted_until", None)),
                            _connector="OR",
                        ),
                        name="an_extension_names_its_day",
                        violation_error_message="申请延期的，请填写延至哪一天。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "extension"), ("status", "granted"), _negated=True),
                            ("granted_until__isnull", False),
                            _connector="OR",
                        ),
                        name="a_granted_extension_has_its_day",
                        violation_error_message="批准延期的，必须写明延至哪一天。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProgressReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="版本")),
                (
                    "supplement",
                    models.PositiveSmallIntegerField(
                        default=0, help_text="0为本期首次填报，1为第1次补充填报，依次递增。", verbose_name="补充次序"
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "草稿"),
                            ("with_head", "待审核"),
                            ("with_office", "待确认"),
                            ("accepted", "已接收"),
                            ("returned", "退回"),
                        ],
                        default="draft",
                        max_length=12,
                        verbose_name="状态",
                    ),
                ),
                ("nothing_to_report", models.BooleanField(default=False, verbose_name="本期无进展")),
                ("text", models.TextField(blank=True, verbose_name="进展情况")),
                ("percent", models.PositiveSmallIntegerField(default=0, verbose_name="完成比例（%）")),
                ("next_step", models.TextField(blank=True, verbose_name="下一步打算")),
                ("claims_completion", models.BooleanField(default=False, verbose_name="申请办结")),
                (
                    "public_summary",
                    models.TextField(
                        blank=True,
                        help_text="向社会公开的一两句话，经县政府办公室同意后显示在公开页面。",
                        max_length=300,
                        verbose_name="公开表述",
                    ),
                ),
                (
                    "public_summary_released_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="公开表述放行时间"),
                ),
                ("drafted_at", models.DateTimeField(verbose_name="起草时间")),
                ("passed_at", models.DateTimeField(editable=False, null=True, verbose_name="报送时间")),
                ("decided_at", models.DateTimeField(editable=False, null=True, verbose_name="确认时间")),
                ("return_reason", models.TextField(blank=True, editable=False, verbose_name="退回理由")),
                (
                    "assignment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="tasks.assignment",
                        verbose_name="任务分工",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="确认人",
                    ),
                ),
                (
                    "drafted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="填报人",
                    ),
                ),
                (
                    "passed_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="审核人",
                    ),
                ),
                (
                    "public_summary_released_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "period",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="tasks.reportingperiod",
                        verbose_name="报送周期",
                    ),
                ),
            ],
            options={
                "verbose_name": "进展填报",
                "verbose_name_plural": "进展填报",
                "ordering": ["assignment", "period__start", "supplement"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "accepted"), _negated=True),
                        fields=("assignment", "period"),
                        name="one_open_report_per_assignment_and_period",
                        violation_error_message="本期已有填报尚未接收，请打开已有的填报继续办理。",
                    ),
                    models.UniqueConstraint(
                        fields=("assignment", "period", "supplement"),
                        name="supplements_of_a_period_are_numbered",
                        violation_error_message="本期已有这一次补充填报。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("percent__lte", 100)),
                        name="percent_is_a_percentage",
                        violation_error_message="完成比例应在0到100之间。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "accepted"), _negated=True),
                            models.Q(("decided_at__gte", models.F("passed_at")), ("passed_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="accepted_report_was_passed_and_decided",
                        violation_error_message="已接收的填报必须先经单位审核。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("public_summary_released_at", None),
                            models.Q(("public_summary", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="released_words_exist",
                        violation_error_message="没有公开表述，不能放行。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Evidence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("index_number", models.CharField(blank=True, max_length=100, verbose_name="索引号")),
                ("added_at", models.DateTimeField(verbose_name="添加时间")),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="添加人",
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)s",
                        to="ninghai.storedfile",
                        verbose_name="文件",
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="evidence",
                        to="tasks.progressreport",
                        verbose_name="进展填报",
                    ),
                ),
            ],
            options={
                "verbose_name": "佐证材料",
                "verbose_name_plural": "佐证材料",
                "ordering": ["report", "pk"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("file__isnull", False), ("index_number", "")),
                            models.Q(("file", None), models.Q(("index_number", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="evidence_is_a_file_or_an_item",
                        violation_error_message="佐证材料应是一个文件或一个索引号。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Rectification",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="版本")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "待整改"),
                            ("handed_in", "待复查"),
                            ("returned", "退回再改"),
                            ("passed", "已整改"),
                            ("lifted", "无需整改"),
                        ],
                        default="open",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("text", models.TextField(blank=True, max_length=2000, verbose_name="整改情况")),
                ("handed_in_at", models.DateTimeField(editable=False, null=True, verbose_name="报送时间")),
                ("checked_at", models.DateTimeField(editable=False, null=True, verbose_name="复查时间")),
                ("check_note", models.TextField(blank=True, editable=False, verbose_name="复查意见")),
                (
                    "checked_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="复查人",
                    ),
                ),
                (
                    "finding",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rectification",
                        to="tasks.finding",
                        verbose_name="抽查结论",
                    ),
                ),
                (
                    "handed_in_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="报送人",
                    ),
                ),
            ],
            options={
                "verbose_name": "整改",
                "verbose_name_plural": "整改",
                "ordering": ["finding__rectify_by_date", "pk"],
            },
        ),
        migrations.CreateModel(
            name="RectificationProof",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("index_number", models.CharField(blank=True, max_length=100, verbose_name="索引号")),
                ("added_at", models.DateTimeField(verbose_name="添加时间")),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="添加人",
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)s",
                        to="ninghai.storedfile",
                        verbose_name="文件",
                    ),
                ),
                (
                    "rectification",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="proofs",
                        to="tasks.rectification",
                        verbose_name="整改",
                    ),
                ),
            ],
            options={
                "verbose_name": "佐证材料",
                "verbose_name_plural": "佐证材料",
                "ordering": ["rectification", "pk"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("file__isnull", False), ("index_number", "")),
                            models.Q(("file", None), models.Q(("index_number", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="rectificationproof_is_a_file_or_an_item",
                        violation_error_message="佐证材料应是一个文件或一个索引号。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PeriodRecord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "outcome",
                    models.CharField(
                        choices=[("on_time", "按时报送"), ("late", "迟报"), ("missing", "缺报")],
                        max_length=10,
                        verbose_name="结果",
                    ),
                ),
                ("handed_in_on", models.DateField(help_text="缺报的为空。", null=True, verbose_name="报送日期")),
                (
                    "assignment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="period_records",
                        to="tasks.assignment",
                        verbose_name="任务分工",
                    ),
                ),
                (
                    "period",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="records",
                        to="tasks.reportingperiod",
                        verbose_name="报送周期",
                    ),
                ),
            ],
            options={
                "verbose_name": "报送记录",
                "verbose_name_plural": "报送记录",
                "ordering": ["period", "assignment"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("period", "assignment"), name="one_record_per_assignment_and_period"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("handed_in_on", None), ("outcome", "missing")),
                            models.Q(models.Q(("outcome", "missing"), _negated=True), ("handed_in_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="only_a_missing_report_has_no_day",
                        violation_error_message="按时报送和迟报必须有报送日期，缺报的没有。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Rubric",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100, unique=True, verbose_name="名称")),
                ("pass_mark", models.DecimalField(decimal_places=1, default=60, max_digits=5, verbose_name="合格线")),
                (
                    "objection_workdays",
                    models.PositiveSmallIntegerField(
                        default=5,
                        help_text="单位收到结论后，在几个工作日内可以提出异议。",
                        verbose_name="异议期限（工作日）",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="可供选用")),
            ],
            options={
                "verbose_name": "抽查评分细则",
                "verbose_name_plural": "抽查评分细则",
                "ordering": ["name"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("pass_mark__gte", 0), ("pass_mark__lte", 100)),
                        name="pass_mark_lies_within_the_marks",
                        violation_error_message="合格线应在0到100分之间。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("objection_workdays__gte", 1), ("objection_workdays__lte", 60)),
                        name="an_objection_has_its_days",
                        violation_error_message="异议期限应在1到60个工作日之间。",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="criterion",
            name="rubric",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="criteria",
                to="tasks.rubric",
                verbose_name="评分细则",
            ),
        ),
        migrations.CreateModel(
            name="ScoreEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("form_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "value",
                    models.DecimalField(
                        decimal_places=2,
                        default=0,
                        help_text="第三方评估填百分制得分；扣分、加分填分数；单项否决填0。",
                        max_digits=6,
                        verbose_name="分值",
                    ),
                ),
                ("happened_on", models.DateField(verbose_name="发生日期")),
                ("reason", models.CharField(max_length=300, verbose_name="依据")),
                ("recorded_at", models.DateTimeField(verbose_name="记录时间")),
                ("cancelled_at", models.DateTimeField(editable=False, null=True, verbose_name="作废时间")),
                (
                    "cancel_reason",
                    models.CharField(blank=True, editable=False, max_length=300, verbose_name="作废理由"),
                ),
                (
                    "cancelled_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="作废人",
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ninghai.storedfile",
                        verbose_name="佐证文件",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="记录人",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="score_entries",
                        to="ninghai.unit",
                        verbose_name="单位",
                    ),
                ),
                (
                    "rule",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="tasks.scorerule",
                        verbose_name="考核项目",
                    ),
                ),
            ],
            options={
                "verbose_name": "考核记录",
                "verbose_name_plural": "考核记录",
                "ordering": ["-happened_on", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("value__gte", 0)),
                        name="score_entry_is_no_negative_number",
                        violation_error_message="分值不能为负数；扣分填正数。",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="scorerule",
            name="scheme",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="rules",
                to="tasks.scorescheme",
                verbose_name="考核方案",
            ),
        ),
        migrations.CreateModel(
            name="Scoring",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("form_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="版本")),
                ("as_of", models.DateField(verbose_name="统计日期")),
                (
                    "status",
                    models.CharField(
                        choices=[("draft", "试算"), ("circulated", "已通报")],
                        default="draft",
                        max_length=12,
                        verbose_name="状态",
                    ),
                ),
                ("computed_at", models.DateTimeField(verbose_name="计算时间")),
                ("circulated_at", models.DateTimeField(editable=False, null=True, verbose_name="通报时间")),
                (
                    "circulated_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="通报人",
                    ),
                ),
                (
                    "computed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="计算人",
                    ),
                ),
                (
                    "scheme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="scorings",
                        to="tasks.scorescheme",
                        verbose_name="考核方案",
                    ),
                ),
            ],
            options={
                "verbose_name": "考核得分",
                "verbose_name_plural": "考核得分",
                "ordering": ["-as_of", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("scheme", "as_of"),
                        name="one_scoring_per_scheme_and_day",
                        violation_error_message="这个方案截至这一天的得分已经计算过。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "circulated"), _negated=True),
                            ("circulated_at__isnull", False),
                            _connector="OR",
                        ),
                        name="circulated_scoring_has_its_moment",
                        violation_error_message="已通报的得分必须有通报时间。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SheetProof",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("index_number", models.CharField(blank=True, max_length=100, verbose_name="索引号")),
                ("added_at", models.DateTimeField(verbose_name="添加时间")),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="添加人",
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)s",
                        to="ninghai.storedfile",
                        verbose_name="文件",
                    ),
                ),
                (
                    "sheet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="proofs",
                        to="tasks.inspectionsheet",
                        verbose_name="核查底稿",
                    ),
                ),
            ],
            options={
                "verbose_name": "佐证材料",
                "verbose_name_plural": "佐证材料",
                "ordering": ["sheet", "pk"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("file__isnull", False), ("index_number", "")),
                            models.Q(("file", None), models.Q(("index_number", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="sheetproof_is_a_file_or_an_item",
                        violation_error_message="佐证材料应是一个文件或一个索引号。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SpotCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("form_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("title", models.CharField(max_length=100, verbose_name="名称")),
                ("as_of", models.DateField(help_text="总体为该日尚需核查的任务分工。", verbose_name="统计日期")),
                ("stratified_by", models.JSONField(blank=True, default=list, verbose_name="分层依据")),
                ("size", models.PositiveIntegerField(verbose_name="抽取数量")),
                (
                    "seed",
                    models.CharField(
                        help_text="任何人用同一种子都能得到同样的结果。", max_length=100, verbose_name="随机种子"
                    ),
                ),
                (
                    "inspector_pool",
                    models.JSONField(
                        default=list,
                        editable=False,
                        help_text="随机分派抽查人员时的全部人选，按账号。",
                        verbose_name="抽查人员名册",
                    ),
                ),
                (
                    "passed_over",
                    models.JSONField(
                        default=list,
                        editable=False,
                        help_text="随机分派时谁不能核查哪一项，以及原因。",
                        verbose_name="回避",
                    ),
                ),
                ("strata", models.JSONField(default=list, editable=False, verbose_name="分层与总体")),
                ("drawn_at", models.DateTimeField(verbose_name="抽取时间")),
                (
                    "drawn_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="抽取人",
                    ),
                ),
                (
                    "rubric",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="spot_checks",
                        to="tasks.rubric",
                        verbose_name="评分细则",
                    ),
                ),
            ],
            options={
                "verbose_name": "抽查",
                "verbose_name_plural": "抽查",
                "ordering": ["-drawn_at", "-pk"],
            },
        ),
        migrations.AddField(
            model_name="drawn",
            name="spot_check",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="drawn",
                to="tasks.spotcheck",
                verbose_name="抽查",
            ),
        ),
        migrations.CreateModel(
            name="UnitChoice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(help_text="如“有关部门”。", max_length=60, verbose_name="原文名称")),
                (
                    "title",
                    models.CharField(help_text="如“财经类部门”，供下次选用。", max_length=60, verbose_name="组合名称"),
                ),
                ("kept_at", models.DateTimeField(verbose_name="保存时间")),
                (
                    "is_offered",
                    models.BooleanField(
                        default=True, help_text="不再选用的取消勾选，以前的选用不受影响。", verbose_name="供选用"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="版本")),
                (
                    "kept_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="保存人",
                    ),
                ),
                ("units", models.ManyToManyField(related_name="+", to="ninghai.unit", verbose_name="包含单位")),
            ],
            options={
                "verbose_name": "常用单位组合",
                "verbose_name_plural": "常用单位组合",
                "ordering": ["name", "title"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("name", "title"),
                        name="choice_title_once_for_a_name",
                        violation_error_message="这个名称下已有同名的单位组合。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="UnitReform",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("form_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("last_day", models.DateField(verbose_name="最后存续日期")),
                ("reason", models.CharField(max_length=300, verbose_name="依据")),
                ("handed_over", models.PositiveIntegerField(verbose_name="移交任务")),
                ("merged", models.PositiveIntegerField(verbose_name="并入承接单位已有任务")),
                ("reports", models.PositiveIntegerField(verbose_name="移交在办填报")),
                ("memberships", models.PositiveIntegerField(verbose_name="移交任职")),
                ("done_at", models.DateTimeField(verbose_name="办理时间")),
                (
                    "done_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="办理人",
                    ),
                ),
                (
                    "successor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ninghai.unit",
                        verbose_name="承接单位",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ninghai.unit",
                        verbose_name="撤销单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "机构改革",
                "verbose_name_plural": "机构改革",
                "ordering": ["-done_at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("unit",), name="a_unit_ends_once", violation_error_message="这个单位已经办理过撤销。"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("unit", models.F("successor")), _negated=True),
                        name="no_unit_succeeds_itself",
                        violation_error_message="承接单位不能是撤销单位本身。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="UnitScore",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("total", models.DecimalField(decimal_places=2, max_digits=6, verbose_name="总分")),
                ("is_vetoed", models.BooleanField(default=False, verbose_name="单项否决")),
                ("rank", models.PositiveIntegerField(verbose_name="名次")),
                (
                    "scoring",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="unit_scores",
                        to="tasks.scoring",
                        verbose_name="考核得分",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="scores",
                        to="ninghai.unit",
                        verbose_name="单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "单位得分",
                "verbose_name_plural": "单位得分",
                "ordering": ["scoring", "rank", "unit__position", "pk"],
                "constraints": [models.UniqueConstraint(fields=("scoring", "unit"), name="unit_once_in_a_scoring")],
            },
        ),
        migrations.CreateModel(
            name="ScoreLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(verbose_name="顺序")),
                ("amount", models.DecimalField(decimal_places=2, max_digits=7, verbose_name="分数")),
                ("words", models.CharField(max_length=300, verbose_name="说明")),
                ("cases", models.JSONField(default=list, encoder=tasks.models.score.PlainJSON, verbose_name="事项")),
                (
                    "rule",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tasks.scorerule",
                        verbose_name="考核项目",
                    ),
                ),
                (
                    "unit_score",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="tasks.unitscore",
                        verbose_name="单位得分",
                    ),
                ),
            ],
            options={
                "verbose_name": "得分明细",
                "verbose_name_plural": "得分明细",
                "ordering": ["unit_score", "position", "pk"],
            },
        ),
        migrations.CreateModel(
            name="WorkPoint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveIntegerField(verbose_name="顺序")),
                ("key", models.CharField(max_length=40, verbose_name="编号")),
                ("part_number", models.CharField(blank=True, max_length=10, verbose_name="部分序号")),
                ("part_title", models.CharField(blank=True, max_length=200, verbose_name="部分标题")),
                ("section_number", models.CharField(blank=True, max_length=10, verbose_name="节序号")),
                ("section_title", models.CharField(blank=True, max_length=200, verbose_name="节标题")),
                ("number", models.CharField(blank=True, max_length=10, verbose_name="条序号")),
                ("text", models.TextField(verbose_name="内容")),
                ("responsibility_texts", models.JSONField(blank=True, default=list, verbose_name="责任分工原文")),
                (
                    "limits",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text="识别出的截止日期、办理时限、周期要求和长期要求。",
                        verbose_name="时间要求",
                    ),
                ),
                ("due_date", models.DateField(verbose_name="完成时限")),
                (
                    "due_date_is_default",
                    models.BooleanField(
                        default=False, help_text="原文没有写明日期的，默认为当年12月31日。", verbose_name="时限为默认"
                    ),
                ),
                (
                    "added_on",
                    models.DateField(
                        editable=False, help_text="原通知就有的为空。", null=True, verbose_name="修订新增日期"
                    ),
                ),
                (
                    "removed_on",
                    models.DateField(
                        editable=False, help_text="仍在通知中的为空。", null=True, verbose_name="修订删除日期"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="版本")),
                (
                    "carried_from",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="carried_to",
                        to="tasks.workpoint",
                        verbose_name="结转自",
                    ),
                ),
            ],
            options={
                "verbose_name": "工作要点",
                "verbose_name_plural": "工作要点",
                "ordering": ["notice", "position"],
            },
        ),
        migrations.AddField(
            model_name="task",
            name="point",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="task",
                to="tasks.workpoint",
                verbose_name="工作要点",
            ),
        ),
        migrations.CreateModel(
            name="Responsibility",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveIntegerField(verbose_name="顺序")),
                ("name", models.CharField(max_length=60, verbose_name="原文名称")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("lead", "牵头"),
                            ("responsible", "责任"),
                            ("supporting", "配合"),
                            ("guiding", "指导"),
                        ],
                        max_length=12,
                        verbose_name="角色",
                    ),
                ),
                ("is_group", models.BooleanField(default=False, verbose_name="单位组")),
                ("is_resolved", models.BooleanField(default=False, verbose_name="已确定单位")),
                (
                    "group",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ninghai.unitgroup",
                        verbose_name="对应单位组",
                    ),
                ),
                (
                    "units",
                    models.ManyToManyField(
                        blank=True, related_name="responsibilities", to="ninghai.unit", verbose_name="对应单位"
                    ),
                ),
                (
                    "point",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="responsibilities",
                        to="tasks.workpoint",
                        verbose_name="工作要点",
                    ),
                ),
            ],
            options={
                "verbose_name": "责任分工",
                "verbose_name_plural": "责任分工",
                "ordering": ["point", "position"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("point", "name", "role"),
                        name="name_and_role_once_in_a_point",
                        violation_error_message="同一要点中该名称已有相同角色。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="WorkPointEdition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("until", models.DateField(help_text="从这一天起按修订后的内容。", verbose_name="修订日期")),
                ("position", models.PositiveIntegerField(verbose_name="顺序")),
                ("key", models.CharField(max_length=40, verbose_name="编号")),
                ("part_number", models.CharField(blank=True, max_length=10, verbose_name="部分序号")),
                ("part_title", models.CharField(blank=True, max_length=200, verbose_name="部分标题")),
                ("section_number", models.CharField(blank=True, max_length=10, verbose_name="节序号")),
                ("section_title", models.CharField(blank=True, max_length=200, verbose_name="节标题")),
                ("number", models.CharField(blank=True, max_length=10, verbose_name="条序号")),
                ("text", models.TextField(verbose_name="内容")),
                ("responsibility_texts", models.JSONField(blank=True, default=list, verbose_name="责任分工原文")),
                ("due_date", models.DateField(verbose_name="完成时限")),
                ("due_date_is_default", models.BooleanField(default=False, verbose_name="时限为默认")),
                (
                    "point",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="editions",
                        to="tasks.workpoint",
                        verbose_name="工作要点",
                    ),
                ),
            ],
            options={
                "verbose_name": "修订前的要点",
                "verbose_name_plural": "修订前的要点",
                "ordering": ["point", "until", "pk"],
                "indexes": [models.Index(fields=["point", "until"], name="editions_of_a_point")],
            },
        ),
        migrations.CreateModel(
            name="WorkPointNotice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("form_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="版本")),
                ("title", models.CharField(max_length=200, verbose_name="标题")),
                ("document_number", models.CharField(blank=True, max_length=50, verbose_name="发文字号")),
                ("issuing_office", models.CharField(blank=True, max_length=100, verbose_name="发文机关")),
                ("issued_on", models.DateField(blank=True, null=True, verbose_name="成文日期")),
                ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                (
                    "openness",
                    models.CharField(
                        blank=True,
                        help_text="通知自身标明的公开方式，如“主动公开”。",
                        max_length=20,
                        verbose_name="公开属性",
                    ),
                ),
                (
                    "rhythm",
                    models.CharField(
                        choices=[
                            ("month", "每月"),
                            ("quarter", "每季度"),
                            ("half_year", "每半年"),
                            ("none", "不定期报送"),
                        ],
                        default="quarter",
                        max_length=10,
                        verbose_name="报送频次",
                    ),
                ),
                ("source_text", models.TextField(editable=False, verbose_name="原文")),
                ("other", models.JSONField(default=list, editable=False, verbose_name="要点以外的文字")),
                ("warnings", models.JSONField(default=list, editable=False, verbose_name="识别提示")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "待下达"),
                            ("issued", "已下达"),
                            ("merged", "已并入"),
                            ("discarded", "已作废"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("imported_at", models.DateTimeField(verbose_name="导入时间")),
                ("issued_at", models.DateTimeField(editable=False, null=True, verbose_name="下达时间")),
                (
                    "amends",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="amendments",
                        to="tasks.workpointnotice",
                        verbose_name="修订的通知",
                    ),
                ),
                (
                    "imported_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="导入人",
                    ),
                ),
                (
                    "issued_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="下达人",
                    ),
                ),
                (
                    "source_file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ninghai.storedfile",
                        verbose_name="原文件",
                    ),
                ),
            ],
            options={
                "verbose_name": "工作要点通知",
                "verbose_name_plural": "工作要点通知",
                "ordering": ["-year", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "issued")),
                        fields=("year",),
                        name="one_issued_notice_a_year",
                        violation_error_message="这一年度已有下达的工作要点通知。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "issued"), _negated=True), ("issued_at__isnull", False), _connector="OR"
                        ),
                        name="issued_notice_has_its_moment",
                        violation_error_message="已下达的通知必须有下达时间。",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="workpoint",
            name="notice",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="points",
                to="tasks.workpointnotice",
                verbose_name="通知",
            ),
        ),
        migrations.AddField(
            model_name="spotcheck",
            name="notice",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="spot_checks",
                to="tasks.workpointnotice",
                verbose_name="通知",
            ),
        ),
        migrations.AddField(
            model_name="scorescheme",
            name="notice",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="score_schemes",
                to="tasks.workpointnotice",
                verbose_name="通知",
            ),
        ),
        migrations.AddField(
            model_name="reportingperiod",
            name="notice",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="periods",
                to="tasks.workpointnotice",
                verbose_name="通知",
            ),
        ),
        migrations.CreateModel(
            name="BreakdownUpload",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("form_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("uploaded_at", models.DateTimeField(verbose_name="上传时间")),
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
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="上传人",
                    ),
                ),
                (
                    "notice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="breakdown_uploads",
                        to="tasks.workpointnotice",
                        verbose_name="工作要点通知",
                    ),
                ),
                (
                    "result",
                    models.ForeignKey(
                        help_text="导入到的通知，已下达的通知为新建的修订稿；尚未导入的为空。",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tasks.workpointnotice",
                        verbose_name="导入结果",
                    ),
                ),
            ],
            options={
                "verbose_name": "待导入的分解表",
                "verbose_name_plural": "待导入的分解表",
                "ordering": ["pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="criterion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "veto"), ("points", 0)),
                    models.Q(models.Q(("kind", "veto"), _negated=True), ("points__gt", 0), ("points__lte", 100)),
                    _connector="OR",
                ),
                name="a_veto_has_no_points_others_have",
                violation_error_message="单项否决不填分值；扣分和加分的分值应大于0、不超过100。",
            ),
        ),
        migrations.AddConstraint(
            model_name="scorerule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("full_marks", 0), ("source", "veto")),
                    models.Q(models.Q(("source", "veto"), _negated=True), ("full_marks__gt", 0)),
                    _connector="OR",
                ),
                name="only_a_veto_is_worth_nothing",
                violation_error_message="单项否决的分值填0，其他项目的分值应大于0。",
            ),
        ),
        migrations.AddConstraint(
            model_name="drawn",
            constraint=models.UniqueConstraint(fields=("spot_check", "assignment"), name="drawn_once_in_a_spot_check"),
        ),
        migrations.AddConstraint(
            model_name="workpoint",
            constraint=models.UniqueConstraint(
                condition=models.Q(("removed_on", None)),
                fields=("notice", "key"),
                name="point_key_once_in_a_notice",
                violation_error_message="编号重复。",
            ),
        ),
        migrations.AddConstraint(
            model_name="scorescheme",
            constraint=models.UniqueConstraint(
                fields=("notice", "name"),
                name="scheme_name_once_for_a_notice",
                violation_error_message="方案名称重复。",
            ),
        ),
        migrations.AddConstraint(
            model_name="scorescheme",
            constraint=models.CheckConstraint(
                condition=models.Q(("veto_score__gte", 0), ("veto_score__lte", models.F("cap"))),
                name="veto_score_below_the_cap",
                violation_error_message="否决后最高分应在0和总分上限之间。",
            ),
        ),
        migrations.AddConstraint(
            model_name="reportingperiod",
            constraint=models.UniqueConstraint(fields=("notice", "start"), name="period_once_in_a_notice"),
        ),
        migrations.AddConstraint(
            model_name="reportingperiod",
            constraint=models.CheckConstraint(
                condition=models.Q(("end__gte", models.F("start")), ("due_date__gte", models.F("end"))),
                name="period_runs_forward",
                violation_error_message="报送截止不能早于周期结束，周期结束不能早于开始。",
            ),
        ),
        migrations.AddConstraint(
            model_name="reportingperiod",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    (
                        models.Func(models.F("notice"), models.F("notice"), models.Value("[]"), function="int8range"),
                        "&&",
                    ),
                    (models.Func(models.F("start"), models.F("end"), models.Value("[]"), function="daterange"), "&&"),
                ],
                name="periods_of_a_notice_do_not_overlap",
                violation_error_message="同一天不能属于两个报送周期，请调整开始或结束日期。",
            ),
        ),
    ]
