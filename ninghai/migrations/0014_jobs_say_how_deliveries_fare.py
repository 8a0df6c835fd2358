from django.db import migrations, models

DELIVERIES = """
LOCK TABLE ninghai_delivery IN ACCESS EXCLUSIVE MODE;
INSERT INTO ninghai_job (kind, subject, status, queue, attempt, tries, lease_until, next_try_at, steps_done, steps_total, error)
SELECT channel, id::text,
       CASE status WHEN 'waiting' THEN 'queued' WHEN 'sending' THEN 'running' WHEN 'failed' THEN 'failed' ELSE 'done' END,
       'outbox', attempt, attempt, lease_until, next_try_at, 0, 0, error
  FROM ninghai_delivery;
UPDATE ninghai_delivery d SET job_id = j.id, status = CASE d.status WHEN 'sending' THEN 'waiting' ELSE d.status END
  FROM ninghai_job j WHERE j.kind = d.channel AND j.subject = d.id::text;
SET CONSTRAINTS ALL IMMEDIATE;
"""
DELIVERIES_BACK = """
UPDATE ninghai_delivery d
   SET status = CASE j.status WHEN 'running' THEN 'sending' ELSE d.status END, attempt = j.tries,
       lease_until = j.lease_until, next_try_at = j.next_try_at,
       error = CASE d.error WHEN '' THEN left(j.error, 300) ELSE d.error END, job_id = NULL
  FROM ninghai_job j WHERE j.id = d.job_id;
DELETE FROM ninghai_job WHERE kind IN ('email', 'webhook');
"""


class Migration(migrations.Migration):
    """The job alone says how a sending fares until it has ended; what waits is sent, what was being sent is taken back."""

    dependencies = [("ninghai", "0012_deliveries_have_jobs")]

    operations = [
        migrations.RunSQL(DELIVERIES, DELIVERIES_BACK),
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
