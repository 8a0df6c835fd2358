import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

REFUSE = """
CREATE TRIGGER audit_seals_stay BEFORE UPDATE OR DELETE ON ninghai_auditseal
    FOR EACH ROW EXECUTE FUNCTION audit_trail_only_grows();
CREATE TRIGGER audit_seal_table_stays BEFORE TRUNCATE ON ninghai_auditseal
    FOR EACH STATEMENT EXECUTE FUNCTION audit_trail_only_grows();
CREATE FUNCTION stored_files_stay_as_they_are() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a stored file stays as it is' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER stored_files_stay BEFORE UPDATE ON ninghai_storedfile
    FOR EACH ROW EXECUTE FUNCTION stored_files_stay_as_they_are();
"""
ALLOW = """
DROP TRIGGER stored_files_stay ON ninghai_storedfile;
DROP FUNCTION stored_files_stay_as_they_are();
DROP TRIGGER audit_seal_table_stays ON ninghai_auditseal;
DROP TRIGGER audit_seals_stay ON ninghai_auditseal;
"""


def leave_reading_and_adding(apps, schema_editor):
    role = schema_editor.quote_name(settings.DATABASES["default"]["USER"])
    schema_editor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON ninghai_auditseal FROM {role}")


class Migration(migrations.Migration):
    """Seals over the audit trail, which only grow like it; files that stay as they were stored; results of checks."""

    dependencies = [
        ("ninghai", "0012_doors"),
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
        migrations.AlterField(
            model_name="message",
            name="kind",
            field=models.CharField(
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
        migrations.RunSQL(REFUSE, ALLOW),
        migrations.RunPython(leave_reading_and_adding, migrations.RunPython.noop),
    ]
