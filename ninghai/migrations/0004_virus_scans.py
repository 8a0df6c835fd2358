import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ninghai", "0003_public_pages_are_watched")]

    operations = [
        migrations.CreateModel(
            name="VirusScan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sha256", models.CharField(max_length=64, unique=True, verbose_name="SHA-256")),
                (
                    "found_clean_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="扫描时间"),
                ),
            ],
            options={
                "verbose_name": "病毒扫描",
                "verbose_name_plural": "病毒扫描",
                "ordering": ["-found_clean_at", "pk"],
            },
        ),
    ]
