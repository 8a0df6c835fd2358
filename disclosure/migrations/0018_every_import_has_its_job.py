from django.db import migrations, models

IMPORTS = """
LOCK TABLE disclosure_itemimport IN ACCESS EXCLUSIVE MODE;
INSERT INTO ninghai_job (kind, subject, status, queue, attempt, tries, steps_done, steps_total, error)
SELECT 'import', form_id::text, CASE WHEN status IN ('checking', 'running') THEN 'queued' ELSE 'done' END,
       'bulk', 0, 0, 0, 0, ''
  FROM disclosure_itemimport;
UPDATE disclosure_itemimport i SET job_id = j.id FROM ninghai_job j
 WHERE j.kind = 'import' AND j.subject = i.form_id::text;
SET CONSTRAINTS ALL IMMEDIATE;
"""
IMPORTS_BACK = """
UPDATE disclosure_itemimport SET job_id = NULL;
DELETE FROM ninghai_job WHERE kind = 'import';
"""


class Migration(migrations.Migration):
    """An import that is under way goes on."""

    dependencies = [("disclosure", "0016_imports_have_jobs")]

    operations = [
        migrations.RunSQL(IMPORTS, IMPORTS_BACK),
        migrations.AlterField(
            model_name="itemimport",
            name="job",
            field=models.OneToOneField(
                on_delete=models.deletion.PROTECT,
                related_name="item_import",
                to="ninghai.job",
                verbose_name="后台任务",
            ),
        ),
    ]
