from django.db import migrations, models


class Migration(migrations.Migration):
    """A file that waits to be looked into names the job that looks."""

    dependencies = [("disclosure", "0018_every_import_has_its_job")]

    operations = [
        migrations.AddField(
            model_name="contentscan",
            name="job",
            field=models.OneToOneField(
                null=True,
                on_delete=models.deletion.SET_NULL,
                related_name="scan",
                to="ninghai.job",
                verbose_name="后台任务",
            ),
        ),
    ]
