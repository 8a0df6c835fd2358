import uuid

import django.contrib.auth.models
import django.contrib.auth.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import ninghai.models.files


class Migration(migrations.Migration):
    """People and units, their messages, files, time limits, doors and the audit trail."""

    replaces = [
        ("ninghai", "0001_initial"),
        ("ninghai", "0003_clocks_for_duties"),
        ("ninghai", "0005_messages"),
        ("ninghai", "0006_a_year_of_work"),
        ("ninghai", "0008_acts_on_items"),
        ("ninghai", "0009_messages_about_errors"),
        ("ninghai", "0010_messages_about_items"),
        ("ninghai", "0011_acts_on_reports"),
        ("ninghai", "0012_doors"),
    ]

    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="PublicChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="时间")),
            ],
            options={
                "verbose_name": "公开内容变动",
                "verbose_name_plural": "公开内容变动",
            },
        ),
        migrations.CreateModel(
            name="ReminderDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("date", models.DateField(unique=True, verbose_name="日期")),
                ("finished_at", models.DateTimeField(null=True, verbose_name="完成时间")),
            ],
            options={
                "verbose_name": "提醒日",
                "verbose_name_plural": "提醒日",
                "ordering": ["date"],
            },
        ),
        migrations.CreateModel(
            name="Workday",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("date", models.DateField(unique=True, verbose_name="日期")),
                (
                    "kind",
                    models.CharField(
                        choices=[("holiday", "放假"), ("working", "调休上班")], max_length=10, verbose_name="类别"
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=50, verbose_name="说明")),
                ("source", models.CharField(max_length=100, verbose_name="依据")),
            ],
            options={
                "verbose_name": "工作日历",
                "verbose_name_plural": "工作日历",
                "ordering": ["date"],
            },
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                (
                    "username",
                    models.CharField(
                        error_messages={"unique": "A user with that username already exists."},
                        help_text="Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.",
                        max_length=150,
                        unique=True,
                        validators=[django.contrib.auth.validators.UnicodeUsernameValidator()],
                        verbose_name="username",
                    ),
                ),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="email address")),
                (
                    "is_staff",
                    models.BooleanField(
                        default=False,
                        help_text="Designates whether the user can log into this admin site.",
                        verbose_name="staff status",
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Designates whether this user should be treated as active. Unselect this instead of deleting accounts.",
                        verbose_name="active",
                    ),
                ),
                ("date_joined", models.DateTimeField(default=django.utils.timezone.now, verbose_name="date joined")),
                ("name", models.CharField(max_length=50, verbose_name="姓名")),
                (
                    "wants_email",
                    models.BooleanField(
                        default=True,
                        help_text="每个工作日最多一封，汇总新的提醒。需要登记电子邮箱。",
                        verbose_name="接收邮件提醒",
                    ),
                ),
                (
                    "must_change_password",
                    models.BooleanField(default=False, editable=False, verbose_name="登录后须改密码"),
                ),
                ("password_changed_at", models.DateTimeField(editable=False, null=True, verbose_name="密码修改时间")),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "verbose_name": "账号",
                "verbose_name_plural": "账号",
                "ordering": ["username"],
            },
            managers=[
                ("objects", django.contrib.auth.models.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(verbose_name="时间")),
                (
                    "acting_role",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("office", "县府办经办"),
                            ("signer", "签发人"),
                            ("inspector", "抽查人员"),
                            ("editor", "经办人"),
                            ("reviewer", "审核人"),
                            ("system", "系统管理员"),
                            ("security", "安全管理员"),
                            ("auditor", "审计管理员"),
                        ],
                        max_length=20,
                        verbose_name="角色",
                    ),
                ),
                (
                    "action",
                    models.CharField(
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
                            ("remind", "催办"),
                            ("split_point", "拆分要点"),
                            ("merge_points", "合并要点"),
                            ("move_point", "移动要点"),
                            ("import_breakdown", "导入分解表"),
                            ("amend", "并入修订"),
                            ("carry_over", "结转"),
                            ("hand_over", "移交"),
                            ("set_periods", "设定报送周期"),
                            ("close_period", "报送周期封账"),
                            ("draw_inspectors", "随机分派抽查人员"),
                            ("record_score", "登记考核记录"),
                            ("cancel_score", "作废考核记录"),
                            ("compute_scores", "计算考核得分"),
                            ("export", "导出列表"),
                            ("export_units", "导出单位"),
                            ("create_account", "开通账号"),
                            ("start_clock", "时限起算"),
                            ("pause_clock", "时限暂停"),
                            ("resume_clock", "时限恢复"),
                            ("extend_clock", "时限延长"),
                            ("close_clock", "时限办结"),
                            ("restate_clock", "重算时限"),
                            ("edit_calendar", "修改日历"),
                            ("revise", "起草修订稿"),
                            ("merge_revision", "更新为修订后的内容"),
                            ("change_validity", "变更时效"),
                            ("schedule", "定时公开"),
                            ("emergency", "紧急公开"),
                            ("review_after", "补充审查"),
                            ("rule_on_hit", "核对个人信息"),
                            ("mask", "制作脱敏副本"),
                            ("publish_edition", "发布目录版本"),
                            ("import_catalogue", "导入目录"),
                            ("import_items", "导入历史信息"),
                            ("link_interpretation", "关联解读"),
                            ("edit_page", "修改页面"),
                            ("answer_correction", "答复纠错"),
                            ("circulate", "印发"),
                            ("confirm_receipt", "签收"),
                            ("sign_in", "登录"),
                            ("sign_in_failed", "登录失败"),
                            ("block_sign_in", "暂停登录"),
                            ("unblock_sign_in", "解除登录限制"),
                            ("change_password", "修改密码"),
                            ("reset_password", "重置密码"),
                            ("set_up_codes", "启用动态口令"),
                            ("renew_recovery", "更换备用码"),
                            ("reset_codes", "重置动态口令"),
                            ("end_sessions", "结束登录会话"),
                            ("deactivate", "停用账号"),
                            ("reactivate", "恢复账号"),
                            ("grant_role", "授予角色"),
                            ("revoke_role", "收回角色"),
                            ("answer", "签署审查意见"),
                            ("download", "下载文件"),
                            ("read_personal", "查看个人信息"),
                            ("refused", "越权被拒"),
                            ("restore", "恢复数据"),
                        ],
                        max_length=40,
                        verbose_name="操作",
                    ),
                ),
                ("target_type", models.CharField(max_length=60, verbose_name="对象类型")),
                ("target_id", models.CharField(max_length=40, verbose_name="对象编号")),
                ("target_label", models.CharField(max_length=200, verbose_name="对象")),
                ("from_status", models.CharField(blank=True, max_length=20, verbose_name="原状态")),
                ("to_status", models.CharField(blank=True, max_length=20, verbose_name="新状态")),
                ("reason", models.TextField(blank=True, verbose_name="理由")),
                ("detail", models.JSONField(default=dict, verbose_name="详情")),
                ("address", models.GenericIPAddressField(null=True, verbose_name="来源地址")),
                ("request_id", models.CharField(blank=True, max_length=32, verbose_name="请求编号")),
                (
                    "actor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="操作人",
                    ),
                ),
            ],
            options={
                "verbose_name": "审计记录",
                "verbose_name_plural": "审计记录",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="AuditSeal",
            fields=[
                ("position", models.BigIntegerField(primary_key=True, serialize=False, verbose_name="序号")),
                (
                    "form",
                    models.PositiveSmallIntegerField(help_text="按哪一种写法计算内容散列值。", verbose_name="格式"),
                ),
                ("content", models.BinaryField(verbose_name="内容散列值")),
                ("sealed_at", models.DateTimeField(verbose_name="封存时间")),
                ("previous", models.BinaryField(verbose_name="上一条的散列值")),
                ("digest", models.BinaryField(verbose_name="散列值")),
                (
                    "entry",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="seal",
                        to="ninghai.auditentry",
                        verbose_name="审计记录",
                    ),
                ),
            ],
            options={
                "verbose_name": "审计封存",
                "verbose_name_plural": "审计封存",
                "ordering": ["position"],
            },
        ),
        migrations.CreateModel(
            name="Authenticator",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sealed_secret", models.TextField(verbose_name="密钥（已加密）")),
                ("last_step", models.BigIntegerField(default=0, verbose_name="最近用过的时段")),
                ("confirmed_at", models.DateTimeField(null=True, verbose_name="启用时间")),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="authenticator",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="账号",
                    ),
                ),
            ],
            options={
                "verbose_name": "动态口令",
                "verbose_name_plural": "动态口令",
            },
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
            name="PastPassword",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("hash", models.CharField(max_length=128, verbose_name="密码散列")),
                ("set_at", models.DateTimeField(verbose_name="设定时间")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="past_passwords",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="账号",
                    ),
                ),
            ],
            options={
                "verbose_name": "用过的密码",
                "verbose_name_plural": "用过的密码",
                "ordering": ["-set_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="SafetyCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("trail", "审计记录核对"), ("content", "防篡改核对"), ("restore", "数据恢复")],
                        max_length=10,
                        verbose_name="检查",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="时间")),
                ("is_good", models.BooleanField(verbose_name="正常")),
                ("looked_at", models.PositiveBigIntegerField(verbose_name="核对数量")),
                ("words", models.TextField(verbose_name="结果")),
            ],
            options={
                "verbose_name": "安全检查",
                "verbose_name_plural": "安全检查",
                "ordering": ["-at", "-pk"],
                "indexes": [models.Index(fields=["kind", "-at"], name="last_check_of_a_kind")],
            },
        ),
        migrations.CreateModel(
            name="SignedIn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("session_key", models.CharField(max_length=40, unique=True, verbose_name="会话")),
                ("device", models.CharField(max_length=100, verbose_name="设备")),
                ("address", models.GenericIPAddressField(null=True, verbose_name="来源地址")),
                ("began_at", models.DateTimeField(verbose_name="登录时间")),
                ("seen_at", models.DateTimeField(verbose_name="最近使用")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sign_ins",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="账号",
                    ),
                ),
            ],
            options={
                "verbose_name": "登录会话",
                "verbose_name_plural": "登录会话",
                "ordering": ["-seen_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="StoredFile",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "file",
                    models.FileField(
                        storage=ninghai.models.files.private_storage,
                        upload_to=ninghai.models.files.random_name,
                        verbose_name="文件",
                    ),
                ),
                ("original_name", models.CharField(max_length=150, verbose_name="文件名")),
                ("media_type", models.CharField(max_length=100, verbose_name="类型")),
                ("size", models.PositiveBigIntegerField(verbose_name="大小（字节）")),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
                ("stored_at", models.DateTimeField(verbose_name="上传时间")),
                (
                    "stored_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="上传人",
                    ),
                ),
            ],
            options={
                "verbose_name": "文件",
                "verbose_name_plural": "文件",
                "ordering": ["stored_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Tries",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("account", "账号"), ("code", "动态口令"), ("address", "来源地址")],
                        max_length=10,
                        verbose_name="类别",
                    ),
                ),
                ("key", models.CharField(max_length=64, verbose_name="对象")),
                ("count", models.PositiveIntegerField(default=0, verbose_name="失败次数")),
                ("since", models.DateTimeField(verbose_name="首次失败")),
                ("last_at", models.DateTimeField(db_index=True, verbose_name="最近一次失败")),
                ("blocked_until", models.DateTimeField(null=True, verbose_name="暂停登录至")),
            ],
            options={
                "verbose_name": "登录限制",
                "verbose_name_plural": "登录限制",
                "ordering": ["-last_at", "pk"],
                "constraints": [models.UniqueConstraint(fields=("kind", "key"), name="tries_once")],
            },
        ),
        migrations.CreateModel(
            name="Unit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "code",
                    models.CharField(
                        help_text="平台内部编码，全县唯一，启用后不再更改。",
                        max_length=18,
                        unique=True,
                        verbose_name="单位编码",
                    ),
                ),
                ("name", models.CharField(max_length=100, verbose_name="单位全称")),
                (
                    "short_name",
                    models.CharField(
                        help_text="通知中使用的名称，如“县财政局”。", max_length=30, verbose_name="单位简称"
                    ),
                ),
                (
                    "aliases",
                    models.JSONField(
                        blank=True, default=list, help_text="通知中可能出现的其他写法。", verbose_name="其他叫法"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("office", "县政府办公室"),
                            ("department", "县级部门"),
                            ("street", "街道"),
                            ("town", "镇"),
                            ("township", "乡"),
                        ],
                        max_length=20,
                        verbose_name="单位类型",
                    ),
                ),
                (
                    "credit_code",
                    models.CharField(
                        blank=True,
                        help_text="用于索引号，未填写时使用地区代码加单位编码。",
                        max_length=18,
                        verbose_name="统一社会信用代码",
                    ),
                ),
                (
                    "valid_from",
                    models.DateField(blank=True, help_text="不清楚的留空。", null=True, verbose_name="设立日期"),
                ),
                (
                    "valid_until",
                    models.DateField(
                        blank=True, help_text="最后存续的一天，现存单位留空。", null=True, verbose_name="撤销日期"
                    ),
                ),
                (
                    "is_verified",
                    models.BooleanField(default=True, help_text="演示补充的单位未经核实。", verbose_name="已核实"),
                ),
                ("position", models.PositiveIntegerField(default=0, verbose_name="排序")),
                (
                    "successor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="predecessors",
                        to="ninghai.unit",
                        verbose_name="职责承接单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "单位",
                "verbose_name_plural": "单位",
                "ordering": ["position", "code"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until", None),
                            ("valid_from", None),
                            ("valid_until__gte", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="unit_ends_after_it_begins",
                        violation_error_message="撤销日期不能早于设立日期。",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("valid_until", None)),
                        fields=("short_name",),
                        name="unit_short_name_once",
                        violation_error_message="已有同名的现存单位。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("office", "县府办经办"),
                            ("signer", "签发人"),
                            ("inspector", "抽查人员"),
                            ("editor", "经办人"),
                            ("reviewer", "审核人"),
                            ("system", "系统管理员"),
                            ("security", "安全管理员"),
                            ("auditor", "审计管理员"),
                        ],
                        max_length=20,
                        verbose_name="角色",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("due", "到期提醒"),
                            ("report", "报送提醒"),
                            ("rectify", "整改提醒"),
                            ("returned", "退回"),
                            ("drawn", "抽查"),
                            ("urged", "催办"),
                            ("changed", "任务变更"),
                            ("petition", "延期与不适用"),
                            ("finding", "抽查结论"),
                            ("score", "考核"),
                            ("correction", "纠错留言"),
                            ("item", "信息公开"),
                            ("circulated", "印发"),
                            ("nobody", "无人接收"),
                            ("account", "账号"),
                            ("safety", "安全告警"),
                        ],
                        max_length=12,
                        verbose_name="类别",
                    ),
                ),
                ("event", models.CharField(max_length=150, verbose_name="事由编号")),
                ("subject", models.CharField(max_length=200, verbose_name="标题")),
                ("text", models.TextField(blank=True, verbose_name="内容")),
                ("url", models.CharField(max_length=300, verbose_name="办理地址")),
                ("created_at", models.DateTimeField(verbose_name="时间")),
                ("read_at", models.DateTimeField(null=True, verbose_name="阅读时间")),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="inbox",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="收件人",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ninghai.unit",
                        verbose_name="单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "消息",
                "verbose_name_plural": "消息",
                "ordering": ["-created_at", "-pk"],
                "indexes": [
                    models.Index(fields=["recipient", "-created_at"], name="inbox_of_a_person"),
                    models.Index(
                        condition=models.Q(("read_at", None)), fields=["recipient"], name="unread_of_a_person"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("recipient", "unit", "event"),
                        name="told_once_of_an_event",
                        violation_error_message="同一件事已经通知过此人。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("office", "县府办经办"),
                            ("signer", "签发人"),
                            ("inspector", "抽查人员"),
                            ("editor", "经办人"),
                            ("reviewer", "审核人"),
                            ("system", "系统管理员"),
                            ("security", "安全管理员"),
                            ("auditor", "审计管理员"),
                        ],
                        max_length=20,
                        verbose_name="角色",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="账号",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to="ninghai.unit",
                        verbose_name="单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "任职",
                "verbose_name_plural": "任职",
                "ordering": ["unit__position", "role", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "unit", "role"),
                        name="membership_once",
                        violation_error_message="此人在该单位已有这一角色。",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("role__in", ["system", "security", "auditor"])),
                        fields=("user",),
                        name="membership_one_administrator_role",
                        violation_error_message="系统、安全、审计管理员应由不同的人担任，一个人只能有其中一种角色。",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="auditentry",
            name="acting_unit",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="ninghai.unit",
                verbose_name="代表单位",
            ),
        ),
        migrations.CreateModel(
            name="UnitGroup",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=50, unique=True, verbose_name="名称")),
                ("aliases", models.JSONField(blank=True, default=list, verbose_name="其他叫法")),
                (
                    "is_open",
                    models.BooleanField(
                        default=True,
                        help_text="“有关部门”一类，每条要点由县政府办公室确定具体单位。",
                        verbose_name="需逐条确定",
                    ),
                ),
                (
                    "members",
                    models.ManyToManyField(
                        blank=True, related_name="groups", to="ninghai.unit", verbose_name="包含单位"
                    ),
                ),
            ],
            options={
                "verbose_name": "单位组",
                "verbose_name_plural": "单位组",
                "ordering": ["name"],
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
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False, verbose_name="编号"
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[("email", "邮件"), ("webhook", "短信或政务钉钉")], max_length=10, verbose_name="渠道"
                    ),
                ),
                ("event", models.CharField(max_length=150, verbose_name="事由编号")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("waiting", "待发送"),
                            ("sending", "发送中"),
                            ("sent", "已发送"),
                            ("dropped", "无需发送"),
                            ("failed", "发送失败"),
                            ("uncertain", "是否送达不明"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("attempt", models.PositiveSmallIntegerField(default=0, verbose_name="发送次数")),
                ("lease_until", models.DateTimeField(null=True, verbose_name="占用至")),
                (
                    "next_try_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="下次发送"),
                ),
                ("ended_at", models.DateTimeField(null=True, verbose_name="完成时间")),
                ("error", models.CharField(blank=True, max_length=300, verbose_name="原因")),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="收件人",
                    ),
                ),
                (
                    "messages",
                    models.ManyToManyField(related_name="deliveries", to="ninghai.message", verbose_name="消息"),
                ),
            ],
            options={
                "verbose_name": "消息发送",
                "verbose_name_plural": "消息发送",
                "ordering": ["-next_try_at", "pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("status", "waiting")),
                        fields=["channel", "next_try_at"],
                        name="deliveries_waiting",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("channel", "recipient", "event"),
                        name="sent_once_over_a_channel",
                        violation_error_message="同一内容已经通过这一渠道发送。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RecoveryCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("hash", models.CharField(max_length=64, verbose_name="备用码散列")),
                ("used_at", models.DateTimeField(null=True, verbose_name="使用时间")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="recovery_codes",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="账号",
                    ),
                ),
            ],
            options={
                "verbose_name": "备用码",
                "verbose_name_plural": "备用码",
                "constraints": [models.UniqueConstraint(fields=("user", "hash"), name="recovery_code_once")],
            },
        ),
        migrations.CreateModel(
            name="SavedFilter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "page",
                    models.CharField(
                        help_text="列表页面的名称，如 tasks_assignment。", max_length=100, verbose_name="列表"
                    ),
                ),
                ("title", models.CharField(max_length=30, verbose_name="名称")),
                ("query", models.CharField(max_length=1000, verbose_name="筛选条件")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="saved_filters",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="账号",
                    ),
                ),
            ],
            options={
                "verbose_name": "常用筛选",
                "verbose_name_plural": "常用筛选",
                "ordering": ["page", "title"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "page", "title"),
                        name="filter_title_once_for_a_list",
                        violation_error_message="这个列表已有同名的常用筛选。",
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(fields=["target_type", "target_id"], name="audit_about_a_record"),
        ),
    ]
