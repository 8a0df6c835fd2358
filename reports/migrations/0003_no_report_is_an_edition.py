"""The booklet of an edition is kept with the edition, never as a report."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reports", "0002_batch_of_a_period")]

    operations = [
        migrations.RemoveField(model_name="report", name="edition"),
        migrations.AlterField(
            model_name="report",
            name="kind",
            field=models.CharField(
                choices=[
                    ("progress", "全县进展情况"),
                    ("unit-progress", "单位进展情况"),
                    ("spot-check", "抽查通报"),
                    ("score", "考核通报"),
                    ("overdue", "督办单"),
                ],
                max_length=20,
                verbose_name="种类",
            ),
        ),
    ]
