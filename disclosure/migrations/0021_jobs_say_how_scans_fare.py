from django.db import migrations


class Migration(migrations.Migration):
    """The job alone says how often a file was tried."""

    dependencies = [("disclosure", "0020_jobs_of_scans")]

    operations = [
        migrations.RemoveField(model_name="contentscan", name="attempts"),
        migrations.RemoveField(model_name="contentscan", name="started_at"),
    ]
