from django.db import migrations


class Migration(migrations.Migration):
    """The job alone says how often a copy was tried."""

    dependencies = [("ninghai", "0016_jobs_of_copies")]

    operations = [
        migrations.RemoveField(model_name="publiccopy", name="attempts"),
        migrations.RemoveField(model_name="publiccopy", name="started_at"),
    ]
