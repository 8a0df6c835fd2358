from django.db import migrations, models

from ninghai.operations.database.text_lengths import cut

BOUNDS = [cut("reports_report", "error", 2000), cut("reports_bookletmaking", "error", 2000)]


class Migration(migrations.Migration):
    """The job alone says how a rendering fares."""

    dependencies = [("reports", "0007_jobs_of_reports")]

    operations = [
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
