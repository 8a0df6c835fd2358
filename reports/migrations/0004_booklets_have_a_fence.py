"""A number that tells the workers of a booklet apart, which no retry sets back; it begins with the tries so far."""

from django.db import migrations, models
from django.db.models import F


def begin_with_the_tries(apps, schema_editor):
    apps.get_model("reports", "BookletMaking").objects.update(attempt=F("tries"))


class Migration(migrations.Migration):
    dependencies = [("reports", "0003_no_report_is_an_edition")]

    operations = [
        migrations.AddField(
            model_name="bookletmaking",
            name="attempt",
            field=models.PositiveIntegerField(default=0, editable=False, verbose_name="第几次制作"),
        ),
        migrations.RunPython(begin_with_the_tries, migrations.RunPython.noop),
    ]
