from django.db import migrations, models


class Migration(migrations.Migration):
    """A public copy that waits names the job that makes it."""

    dependencies = [("ninghai", "0014_jobs_say_how_deliveries_fare")]

    operations = [
        migrations.AddField(
            model_name="publiccopy",
            name="job",
            field=models.OneToOneField(
                null=True,
                on_delete=models.deletion.SET_NULL,
                related_name="public_copy",
                to="ninghai.job",
                verbose_name="后台任务",
            ),
        ),
    ]
