from django.db import migrations, models


class Migration(migrations.Migration):
    """An import names the job that works on it."""

    dependencies = [
        ("ninghai", "0014_jobs_say_how_deliveries_fare"),
        ("disclosure", "0015_texts_have_a_longest_length"),
    ]

    operations = [
        migrations.AddField(
            model_name="itemimport",
            name="job",
            field=models.OneToOneField(
                null=True,
                on_delete=models.deletion.PROTECT,
                related_name="item_import",
                to="ninghai.job",
                verbose_name="后台任务",
            ),
        ),
    ]
