from django.db import migrations, models


class Migration(migrations.Migration):
    """A sending names the job that sends it; the next steps fill it, and take away what it says."""

    dependencies = [("ninghai", "0011_jobs")]

    operations = [
        migrations.AddField(
            model_name="delivery",
            name="job",
            field=models.OneToOneField(
                null=True,
                on_delete=models.deletion.PROTECT,
                related_name="delivery",
                to="ninghai.job",
                verbose_name="后台任务",
            ),
        ),
    ]
