from django.db import migrations, models
from django.db.models.functions import Now

from ninghai.operations.database.text_lengths import cut


class Migration(migrations.Migration):
    """One table of background work, whatever its kind."""

    dependencies = [
        ("ninghai", "0010_refusals_are_counted"),
    ]

    operations = [
        migrations.CreateModel(
            name="Job",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=20, verbose_name="种类")),
                ("subject", models.CharField(max_length=64, verbose_name="对象")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("queued", "排队中"),
                            ("running", "进行中"),
                            ("done", "已完成"),
                            ("failed", "失败"),
                            ("cancelled", "已取消"),
                        ],
                        default="queued",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                (
                    "queue",
                    models.CharField(
                        choices=[("prompt", "有人等待"), ("outbox", "对外发送"), ("bulk", "批量")],
                        default="bulk",
                        max_length=10,
                        verbose_name="队列",
                    ),
                ),
                ("attempt", models.PositiveIntegerField(default=0, verbose_name="序次")),
                ("tries", models.PositiveIntegerField(default=0, verbose_name="已尝试次数")),
                ("queued_at", models.DateTimeField(db_default=Now(), verbose_name="提出时间")),
                ("lease_until", models.DateTimeField(null=True, verbose_name="租约到期")),
                ("next_try_at", models.DateTimeField(db_default=Now(), verbose_name="下次尝试")),
                ("handed_out_at", models.DateTimeField(null=True, verbose_name="交付队列时间")),
                ("steps_done", models.PositiveIntegerField(default=0, verbose_name="已完成步骤")),
                ("steps_total", models.PositiveIntegerField(default=0, verbose_name="总步骤")),
                ("error", models.TextField(blank=True, max_length=2000, verbose_name="失败原因")),
            ],
            options={
                "verbose_name": "后台任务",
                "verbose_name_plural": "后台任务",
                "ordering": ["pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("status__in", ["queued", "running"])),
                        fields=["next_try_at"],
                        name="jobs_alive",
                    ),
                    models.Index(condition=models.Q(("status", "failed")), fields=["kind"], name="jobs_failed"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "subject"), name="one_job_of_a_kind_for_a_thing"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "running"), _negated=True),
                            ("lease_until__isnull", False),
                            _connector="OR",
                        ),
                        name="running_job_has_a_lease",
                        violation_error_message="进行中的任务必须有租约。",
                    ),
                ],
            },
        ),
        migrations.RunSQL(*cut("ninghai_job", "error", 2000)),
    ]
