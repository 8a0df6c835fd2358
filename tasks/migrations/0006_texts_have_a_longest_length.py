from django.db import migrations, models

from ninghai.operations.database.text_lengths import bound

BOUNDS = [
    bound("tasks_workpointnotice", "source_text", 1_000_000, "原文"),
    bound("tasks_workpoint", "text", 20_000, "内容"),
    bound("tasks_workpointedition", "text", 20_000, "内容"),
    bound("tasks_task", "requirement", 20_000, "工作要求"),
    bound("tasks_assignment", "ended_reason", 500, "不再办理原因"),
    bound("tasks_inspectionsheet", "note", 2000, "核查情况"),
    bound("tasks_finding", "note", 2000, "核查情况"),
    bound("tasks_objection", "text", 2000, "异议内容"),
    bound("tasks_objection", "decision", 2000, "处理意见"),
    bound("tasks_objection", "return_reason", 1000, "退回理由"),
    bound("tasks_rectification", "return_reason", 1000, "退回理由"),
    bound("tasks_petition", "reason", 500, "理由"),
    bound("tasks_petition", "decision_reason", 500, "批准意见"),
    bound("tasks_progressreport", "text", 5000, "进展情况"),
    bound("tasks_progressreport", "next_step", 5000, "下一步打算"),
    bound("tasks_progressreport", "public_summary", 300, "公开表述"),
    bound("tasks_progressreport", "return_reason", 1000, "退回理由"),
    bound("tasks_rectification", "text", 2000, "整改情况"),
    bound("tasks_rectification", "check_note", 2000, "复查意见"),
]


class Migration(migrations.Migration):
    """No text is endless, whoever writes it; rows that are longer already stay until their text is changed."""

    dependencies = [
        ("ninghai", "0009_texts_have_a_longest_length"),
        ("tasks", "0005_kept_sheets_tell_what_was_not_asked"),
    ]

    operations = [
        migrations.AlterField(
            model_name="assignment",
            name="ended_reason",
            field=models.TextField(blank=True, editable=False, max_length=500, verbose_name="不再办理原因"),
        ),
        migrations.AlterField(
            model_name="finding",
            name="note",
            field=models.TextField(blank=True, max_length=2000, verbose_name="核查情况"),
        ),
        migrations.AlterField(
            model_name="inspectionsheet",
            name="note",
            field=models.TextField(blank=True, max_length=2000, verbose_name="核查情况"),
        ),
        migrations.AlterField(
            model_name="objection",
            name="decision",
            field=models.TextField(blank=True, editable=False, max_length=2000, verbose_name="处理意见"),
        ),
        migrations.AlterField(
            model_name="petition",
            name="decision_reason",
            field=models.TextField(blank=True, editable=False, max_length=500, verbose_name="批准意见"),
        ),
        migrations.AlterField(
            model_name="progressreport",
            name="next_step",
            field=models.TextField(blank=True, max_length=5000, verbose_name="下一步打算"),
        ),
        migrations.AlterField(
            model_name="progressreport",
            name="return_reason",
            field=models.TextField(blank=True, editable=False, max_length=1000, verbose_name="退回理由"),
        ),
        migrations.AlterField(
            model_name="progressreport",
            name="text",
            field=models.TextField(blank=True, max_length=5000, verbose_name="进展情况"),
        ),
        migrations.AlterField(
            model_name="rectification",
            name="check_note",
            field=models.TextField(blank=True, editable=False, max_length=2000, verbose_name="复查意见"),
        ),
        migrations.AlterField(
            model_name="task",
            name="requirement",
            field=models.TextField(max_length=20000, verbose_name="工作要求"),
        ),
        migrations.AlterField(
            model_name="workpoint",
            name="text",
            field=models.TextField(max_length=20000, verbose_name="内容"),
        ),
        migrations.AlterField(
            model_name="workpointedition",
            name="text",
            field=models.TextField(max_length=20000, verbose_name="内容"),
        ),
        migrations.AlterField(
            model_name="workpointnotice",
            name="source_text",
            field=models.TextField(editable=False, max_length=1000000, verbose_name="原文"),
        ),
        migrations.AlterField(
            model_name="objection",
            name="return_reason",
            field=models.TextField(
                blank=True, db_default="", default="", editable=False, max_length=1000, verbose_name="退回理由"
            ),
        ),
        migrations.AlterField(
            model_name="rectification",
            name="return_reason",
            field=models.TextField(
                blank=True, db_default="", default="", editable=False, max_length=1000, verbose_name="退回理由"
            ),
        ),
        *(migrations.RunSQL(create, drop) for create, drop in BOUNDS),
    ]
