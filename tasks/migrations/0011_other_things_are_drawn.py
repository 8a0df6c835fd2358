import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Not only assignments are drawn: what is drawn says its unit and its key itself, and what its sheet asks."""

    dependencies = [("tasks", "0010_answers_to_applications_are_scored")]

    operations = [
        migrations.AddField(
            model_name="spotcheck",
            name="subject",
            field=models.CharField(
                choices=[("assignments", "任务"), ("guides", "办事指南")],
                default="assignments",
                max_length=20,
                verbose_name="抽查对象",
            ),
        ),
        migrations.AddField(
            model_name="spotcheck",
            name="scope",
            field=models.CharField(blank=True, default="", max_length=1000, verbose_name="范围"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="spotcheck",
            name="quota",
            field=models.CharField(blank=True, default="", max_length=100, verbose_name="各层名额"),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="drawn",
            name="assignment",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="drawn",
                to="tasks.assignment",
                verbose_name="任务分工",
            ),
        ),
        migrations.AddField(
            model_name="drawn",
            name="unit",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="drawn",
                to="ninghai.unit",
                verbose_name="单位",
            ),
        ),
        migrations.AddField(
            model_name="drawn",
            name="key",
            field=models.CharField(default="", max_length=80, verbose_name="公开编号"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="drawn",
            name="name",
            field=models.CharField(blank=True, default="", max_length=200, verbose_name="名称"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="drawn",
            name="frozen",
            field=models.JSONField(default=dict, editable=False, verbose_name="抽取时固定的内容"),
        ),
        migrations.AddField(
            model_name="inspectionsheet",
            name="answers",
            field=models.JSONField(default=dict, verbose_name="对所问的回答"),
        ),
        migrations.AddField(
            model_name="finding",
            name="answers",
            field=models.JSONField(default=dict, editable=False, verbose_name="对所问的回答"),
        ),
        migrations.AlterField(
            model_name="finding",
            name="outcome",
            field=models.CharField(
                choices=[
                    ("true", "属实"),
                    ("partly_true", "部分属实"),
                    ("not_true", "不属实"),
                    ("to_rectify", "需整改"),
                    ("faultless", "没有问题"),
                ],
                max_length=12,
                verbose_name="结论",
            ),
        ),
    ]
