from django.db import migrations, models


class Migration(migrations.Migration):
    """A report and a booklet name the job that makes them; the next step fills it, and takes away what it says."""

    dependencies = [("ninghai", "0011_jobs"), ("reports", "0005_texts_have_a_longest_length")]

    operations = [
        migrations.AddField(
            model_name=name,
            name="job",
            field=models.OneToOneField(
                editable=False,
                null=True,
                on_delete=models.deletion.PROTECT,
                related_name=related_name,
                to="ninghai.job",
                verbose_name="后台任务",
            ),
        )
        for name, related_name in (("report", "report"), ("bookletmaking", "booklet"))
    ]
