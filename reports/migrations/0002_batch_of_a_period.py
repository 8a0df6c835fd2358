"""A batch may be asked for a period (时段起始日)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_tables")]

    operations = [
        migrations.AddField(
            model_name="reportbatch",
            name="since",
            field=models.DateField(blank=True, null=True, verbose_name="时段起始日"),
        ),
    ]
