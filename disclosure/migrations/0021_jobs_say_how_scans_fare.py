from django.db import migrations

SCANS = """
LOCK TABLE disclosure_contentscan IN ACCESS EXCLUSIVE MODE;
INSERT INTO ninghai_job (kind, subject, status, queue, attempt, tries, next_try_at, steps_done, steps_total, error)
SELECT 'scan', content_hash, CASE WHEN scanned_at IS NULL THEN 'queued' ELSE 'failed' END,
       'bulk', attempts, least(attempts, 4), CASE WHEN scanned_at IS NULL THEN statement_timestamp() ELSE started_at END, 0, 0, ''
  FROM disclosure_contentscan
 WHERE file_id IS NOT NULL AND started_at IS NOT NULL
   AND (scanned_at IS NULL OR unreadable = '["检查多次没有做完，系统还会再试。着急的话，请用办公软件打开后另存一份，重新上传。"]');
UPDATE disclosure_contentscan s SET job_id = j.id FROM ninghai_job j WHERE j.kind = 'scan' AND j.subject = s.content_hash;
SET CONSTRAINTS ALL IMMEDIATE;
"""
SCANS_BACK = """
UPDATE disclosure_contentscan s SET attempts = j.tries, started_at = j.next_try_at, job_id = NULL
  FROM ninghai_job j WHERE j.id = s.job_id;
DELETE FROM ninghai_job WHERE kind = 'scan';
"""


class Migration(migrations.Migration):
    """The job alone says how often a file was tried; what never was gets its job from the scheduler."""

    dependencies = [("disclosure", "0019_scans_have_jobs")]

    operations = [
        migrations.RunSQL(SCANS, SCANS_BACK),
        migrations.RemoveField(model_name="contentscan", name="attempts"),
        migrations.RemoveField(model_name="contentscan", name="started_at"),
    ]
