from django.db import migrations, models


class Migration(migrations.Migration):
    """A spot check says by when it is inspected (核查期限), and for one inspector another day may hold."""

    dependencies = [("tasks", "0008_points_that_are_there_get_titles")]

    operations = [
        migrations.AddField(
            model_name="spotcheck",
            name="inspect_by",
            field=models.DateField(
                blank=True,
                help_text="抽查人员在这一天以前核查完；可以为个别人员另定。",
                null=True,
                verbose_name="核查期限",
            ),
        ),
        migrations.AddField(
            model_name="drawn",
            name="inspect_by",
            field=models.DateField(
                blank=True,
                help_text="没有另定的，以抽查的核查期限为准。",
                null=True,
                verbose_name="另定的核查期限",
            ),
        ),
    ]
