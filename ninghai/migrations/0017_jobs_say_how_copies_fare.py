from django.db import migrations

COPIES = """
LOCK TABLE ninghai_publiccopy IN ACCESS EXCLUSIVE MODE;
INSERT INTO ninghai_job (kind, subject, status, queue, attempt, tries, steps_done, steps_total, error)
SELECT 'copy', id::text, 'queued', 'bulk', attempts, least(attempts, 4), 0, 0, ''
  FROM ninghai_publiccopy WHERE copy_id IS NULL AND refusal = '' AND started_at IS NOT NULL;
UPDATE ninghai_publiccopy c SET job_id = j.id FROM ninghai_job j WHERE j.kind = 'copy' AND j.subject = c.id::text;
SET CONSTRAINTS ALL IMMEDIATE;
"""
COPIES_BACK = """
UPDATE ninghai_publiccopy c SET attempts = j.tries, started_at = statement_timestamp(), job_id = NULL
  FROM ninghai_job j WHERE j.id = c.job_id;
DELETE FROM ninghai_job WHERE kind = 'copy';
"""


class Migration(migrations.Migration):
    """The job alone says how often a copy was tried; what never was gets its job from the scheduler."""

    dependencies = [("ninghai", "0015_copies_have_jobs")]

    operations = [
        migrations.RunSQL(COPIES, COPIES_BACK),
        migrations.RemoveField(model_name="publiccopy", name="attempts"),
        migrations.RemoveField(model_name="publiccopy", name="started_at"),
    ]
