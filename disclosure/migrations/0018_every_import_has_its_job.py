from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("disclosure", "0017_jobs_of_imports")]

    operations = [
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
