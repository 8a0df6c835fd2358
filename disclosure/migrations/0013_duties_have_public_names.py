from django.db import migrations, models


class Migration(migrations.Migration):
    """The public reads the name of a duty as the last edition has it, not what the office is writing."""

    dependencies = [("disclosure", "0012_stamps_of_all_that_is_shown")]

    operations = [
        migrations.AddField(
            model_name="catalogueentry",
            name="public_name",
            field=models.CharField(
                blank=True, db_default="", editable=False, max_length=100, verbose_name="公开的名称"
            ),
        ),
    ]
