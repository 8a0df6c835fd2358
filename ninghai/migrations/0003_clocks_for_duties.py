import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ninghai", "0002_audit_trail_only_grows"),
    ]

    operations = [
        migrations.AlterField(
            model_name="auditentry",
            name="action",
            field=models.CharField(
                choices=[
                    ("create", "新建"),
                    ("draft", "起草"),
                    ("edit", "修改"),
                    ("move", "流转"),
                    ("import", "导入"),
                    ("resolve", "确定单位"),
                    ("learn_name", "记住别称"),
                    ("correct_point", "修改要点"),
                    ("add_point", "添加要点"),
                    ("remove_point", "删除要点"),
                    ("correct_responsibility", "修改责任单位"),
                    ("add_responsibility", "添加责任单位"),
                    ("remove_responsibility", "删除责任单位"),
                    ("add_evidence", "添加材料"),
                    ("remove_evidence", "移除材料"),
                    ("draw", "抽取"),
                    ("assign_inspector", "指定抽查人员"),
                    ("record_finding", "记录抽查结论"),
                    ("request", "制作报告"),
                    ("render", "生成报告"),
                    ("export_units", "导出单位"),
                    ("create_account", "开通账号"),
                    ("start_clock", "时限起算"),
                    ("pause_clock", "时限暂停"),
                    ("resume_clock", "时限恢复"),
                    ("extend_clock", "时限延长"),
                    ("close_clock", "时限办结"),
                    ("restate_clock", "重算时限"),
                    ("edit_calendar", "修改日历"),
                ],
                max_length=40,
                verbose_name="操作",
            ),
        ),
        migrations.CreateModel(
            name="DutyClock",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("duty", models.CharField(max_length=40, verbose_name="事项编码")),
                ("target_type", models.CharField(max_length=60, verbose_name="对象类型")),
                ("target_id", models.CharField(max_length=40, verbose_name="对象编号")),
                ("target_label", models.CharField(max_length=200, verbose_name="对象")),
                ("words", models.CharField(max_length=200, verbose_name="时限规定")),
                ("basis", models.CharField(blank=True, max_length=200, verbose_name="依据")),
                (
                    "limit_unit",
                    models.CharField(
                        choices=[
                            ("hour", "小时"),
                            ("working_day", "个工作日"),
                            ("day", "日"),
                            ("month", "个月"),
                            ("by_date", "指定日期"),
                        ],
                        max_length=12,
                        verbose_name="时限单位",
                    ),
                ),
                ("limit_amount", models.PositiveIntegerField(default=0, verbose_name="时限数量")),
                ("limit_date", models.DateField(blank=True, null=True, verbose_name="指定日期")),
                ("started_at", models.DateTimeField(verbose_name="起算时间")),
                (
                    "state",
                    models.CharField(
                        choices=[("running", "计时中"), ("paused", "已暂停"), ("closed", "已办结")],
                        default="running",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("closed_at", models.DateTimeField(null=True, verbose_name="办结时间")),
                (
                    "due_at",
                    models.DateTimeField(
                        help_text="时限届满前的最后时刻；暂停期间没有，恢复后重新算出。",
                        null=True,
                        verbose_name="到期时间",
                    ),
                ),
                ("derivation", models.TextField(blank=True, verbose_name="计算过程")),
                ("calendar_version", models.CharField(blank=True, max_length=16, verbose_name="日历版本")),
            ],
            options={
                "verbose_name": "办理时限",
                "verbose_name_plural": "办理时限",
                "ordering": ["-started_at", "-pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "closed"), _negated=True),
                        fields=["due_at"],
                        name="open_clocks_by_due",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "closed"), _negated=True),
                        fields=("target_type", "target_id", "duty"),
                        name="one_open_clock_per_duty_of_a_record",
                        violation_error_message="该事项已有正在计时的时限。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at__isnull", False), ("state", "closed")),
                            models.Q(models.Q(("state", "closed"), _negated=True), ("closed_at", None)),
                            _connector="OR",
                        ),
                        name="closed_clock_has_its_moment",
                        violation_error_message="已办结的时限必须有办结时间。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "running"), _negated=True), ("due_at__isnull", False), _connector="OR"
                        ),
                        name="running_clock_is_due_sometime",
                        violation_error_message="正在计时的时限必须有到期时间。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ClockEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(verbose_name="序号")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("start", "起算"),
                            ("pause", "暂停"),
                            ("resume", "恢复"),
                            ("extend", "延长"),
                            ("close", "办结"),
                        ],
                        max_length=10,
                        verbose_name="事件",
                    ),
                ),
                ("happened_at", models.DateTimeField(verbose_name="发生时间")),
                ("recorded_at", models.DateTimeField(verbose_name="记录时间")),
                ("reason", models.CharField(blank=True, max_length=500, verbose_name="理由")),
                ("amount", models.PositiveIntegerField(null=True, verbose_name="延长数量")),
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
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="记录人",
                    ),
                ),
                (
                    "clock",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="ninghai.dutyclock",
                        verbose_name="办理时限",
                    ),
                ),
            ],
            options={
                "verbose_name": "时限事件",
                "verbose_name_plural": "时限事件",
                "ordering": ["clock", "number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("clock", "number"),
                        name="clock_event_numbers_are_unique",
                        violation_error_message="这个时限刚刚被别人操作过。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind", "start"), ("recorded_at__gte", models.F("happened_at")), _connector="OR"
                        ),
                        name="only_a_start_is_recorded_ahead",
                        violation_error_message="发生时间不能晚于记录时间。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("amount__gte", 1),
                                ("approved_by__isnull", False),
                                ("kind", "extend"),
                                models.Q(("reason", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("kind", "extend"), _negated=True), ("amount", None), ("approved_by", None)
                            ),
                            _connector="OR",
                        ),
                        name="extension_has_amount_reason_and_approver",
                        violation_error_message="延长必须写明数量、理由和批准人。",
                    ),
                ],
            },
        ),
    ]
