"""How often the private address of a person's calendar was renewed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ninghai", "0017_jobs_say_how_copies_fare"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="calendar_number",
            field=models.IntegerField(db_default=0, default=0, editable=False, verbose_name="日历地址序号"),
        ),
    ]
