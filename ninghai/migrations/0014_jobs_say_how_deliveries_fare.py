from django.db import migrations, models


class Migration(migrations.Migration):
    """The job alone says how a sending fares until it has ended."""

    dependencies = [("ninghai", "0013_jobs_of_deliveries")]

    operations = [
        migrations.AlterModelOptions(
            name="delivery",
            options={"ordering": ["-job_id"], "verbose_name": "消息发送", "verbose_name_plural": "消息发送"},
        ),
        migrations.RemoveIndex(model_name="delivery", name="deliveries_waiting"),
        migrations.RemoveField(model_name="delivery", name="attempt"),
        migrations.RemoveField(model_name="delivery", name="lease_until"),
        migrations.RemoveField(model_name="delivery", name="next_try_at"),
        migrations.AlterField(
            model_name="delivery",
            name="job",
            field=models.OneToOneField(
                on_delete=models.deletion.PROTECT,
                related_name="delivery",
                to="ninghai.job",
                verbose_name="后台任务",
            ),
        ),
        migrations.AlterField(
            model_name="delivery",
            name="status",
            field=models.CharField(
                choices=[
                    ("waiting", "待发送"),
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
    ]
