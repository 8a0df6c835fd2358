from django.db import migrations, models


class Migration(migrations.Migration):
    """A row may stand for several changes that are long past: their count never falls."""

    dependencies = [("ninghai", "0005_strays_are_looked_at")]

    operations = [
        migrations.AddField(
            model_name="publicchange",
            name="amount",
            field=models.PositiveBigIntegerField(db_default=1, verbose_name="次数"),
        ),
    ]
