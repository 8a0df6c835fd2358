from django.db import migrations

DELIVERIES = """
INSERT INTO ninghai_job (kind, subject, status, queue, attempt, tries, lease_until, next_try_at, steps_done, steps_total, error)
SELECT channel, id::text,
       CASE status WHEN 'waiting' THEN 'queued' WHEN 'sending' THEN 'running' WHEN 'failed' THEN 'failed' ELSE 'done' END,
       'outbox', attempt, attempt, lease_until, next_try_at, 0, 0, error
  FROM ninghai_delivery;
UPDATE ninghai_delivery d SET job_id = j.id, status = CASE d.status WHEN 'sending' THEN 'waiting' ELSE d.status END
  FROM ninghai_job j WHERE j.kind = d.channel AND j.subject = d.id::text;
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
    """What waits is sent, and what was being sent is taken back as before."""

    dependencies = [("ninghai", "0012_deliveries_have_jobs")]

    operations = [migrations.RunSQL(DELIVERIES, DELIVERIES_BACK)]
