from django.db import migrations, models

from ninghai.operations.database.text_lengths import cut

BOUNDS = [cut("reports_report", "error", 2000), cut("reports_bookletmaking", "error", 2000)]

REPORTS = """
LOCK TABLE reports_report, reports_bookletmaking IN ACCESS EXCLUSIVE MODE;
INSERT INTO ninghai_job (kind, subject, status, queue, attempt, tries, queued_at, lease_until, next_try_at, handed_out_at,
                         steps_done, steps_total, error)
SELECT 'report', request_key,
       CASE rendering WHEN 'rendering' THEN 'running' WHEN 'ready' THEN 'done' ELSE rendering END,
       CASE queue WHEN 'reports' THEN 'prompt' ELSE 'bulk' END,
       attempt, tries, requested_at, lease_until, next_try_at, NULL, steps_done, steps_total, error
  FROM reports_report;
UPDATE reports_report r SET job_id = j.id FROM ninghai_job j WHERE j.kind = 'report' AND j.subject = r.request_key;
"""
REPORTS_BACK = """
UPDATE reports_report r
   SET rendering = CASE j.status WHEN 'running' THEN 'rendering' WHEN 'done' THEN 'ready' ELSE j.status END,
       queue = CASE j.queue WHEN 'prompt' THEN 'reports' ELSE 'report-batches' END,
       attempt = j.attempt, tries = j.tries, lease_until = j.lease_until, next_try_at = j.next_try_at,
       steps_done = j.steps_done, steps_total = j.steps_total, error = j.error, job_id = NULL
  FROM ninghai_job j WHERE j.id = r.job_id;
DELETE FROM ninghai_job WHERE kind = 'report';
"""
BOOKLETS = """
INSERT INTO ninghai_job (kind, subject, status, queue, attempt, tries, next_try_at, steps_done, steps_total, error)
SELECT 'booklet', b.edition_id,
       CASE WHEN e.booklet_id IS NOT NULL THEN 'done' WHEN b.has_failed THEN 'failed' ELSE 'queued' END,
       'bulk', b.attempt, b.tries, b.next_try_at, 0, 0, b.error
  FROM reports_bookletmaking b JOIN disclosure_catalogueedition e ON e.id = b.edition_id;
UPDATE reports_bookletmaking b SET job_id = j.id FROM ninghai_job j
 WHERE j.kind = 'booklet' AND j.subject = b.edition_id::text;
UPDATE ninghai_savedfilter SET query = replace(query, 'has_failed__exact=1', 'job__status__exact=failed')
 WHERE page = 'reports_bookletmaking';
SET CONSTRAINTS ALL IMMEDIATE;
"""
BOOKLETS_BACK = """
UPDATE reports_bookletmaking b
   SET has_failed = j.status = 'failed', attempt = j.attempt, tries = j.tries, error = j.error,
       next_try_at = coalesce(j.lease_until, j.next_try_at), job_id = NULL
  FROM ninghai_job j WHERE j.id = b.job_id;
DELETE FROM ninghai_job WHERE kind = 'booklet';
UPDATE ninghai_savedfilter SET query = replace(query, 'job__status__exact=failed', 'has_failed__exact=1')
 WHERE page = 'reports_bookletmaking';
"""


class Migration(migrations.Migration):
    """The job alone says how a rendering fares; each stands as its report or booklet stood."""

    dependencies = [("reports", "0006_reports_have_jobs")]

    operations = [
        migrations.RunSQL(REPORTS, REPORTS_BACK),
        migrations.RunSQL(BOOKLETS, BOOKLETS_BACK),
        *(migrations.RunSQL(drop, create) for create, drop in BOUNDS),
        migrations.RemoveConstraint(
            model_name="report",
            name="ready_report_has_a_file",
        ),
        migrations.RemoveConstraint(
            model_name="report",
            name="report_being_rendered_has_a_lease",
        ),
        migrations.RemoveIndex(
            model_name="report",
            name="reports_to_render",
        ),
        migrations.RemoveField(
            model_name="bookletmaking",
            name="attempt",
        ),
        migrations.RemoveField(
            model_name="bookletmaking",
            name="error",
        ),
        migrations.RemoveField(
            model_name="bookletmaking",
            name="has_failed",
        ),
        migrations.RemoveField(
            model_name="bookletmaking",
            name="next_try_at",
        ),
        migrations.RemoveField(
            model_name="bookletmaking",
            name="tries",
        ),
        migrations.RemoveField(
            model_name="report",
            name="attempt",
        ),
        migrations.RemoveField(
            model_name="report",
            name="error",
        ),
        migrations.RemoveField(
            model_name="report",
            name="handed_out_at",
        ),
        migrations.RemoveField(
            model_name="report",
            name="lease_until",
        ),
        migrations.RemoveField(
            model_name="report",
            name="next_try_at",
        ),
        migrations.RemoveField(
            model_name="report",
            name="queue",
        ),
        migrations.RemoveField(
            model_name="report",
            name="rendering",
        ),
        migrations.RemoveField(
            model_name="report",
            name="steps_done",
        ),
        migrations.RemoveField(
            model_name="report",
            name="steps_total",
        ),
        migrations.RemoveField(
            model_name="report",
            name="tries",
        ),
        *(
            migrations.AlterField(
                model_name=name,
                name="job",
                field=models.OneToOneField(
                    editable=False,
                    on_delete=models.deletion.PROTECT,
                    related_name=related_name,
                    to="ninghai.job",
                    verbose_name="后台任务",
                ),
            )
            for name, related_name in (("report", "report"), ("bookletmaking", "booklet"))
        ),
    ]
