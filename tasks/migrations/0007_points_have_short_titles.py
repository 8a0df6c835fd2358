from django.db import migrations, models


class Migration(migrations.Migration):
    """A point has a short title (短标题), by which it is called beside its number."""

    dependencies = [("tasks", "0006_texts_have_a_longest_length")]

    operations = [
        migrations.AddField(
            model_name="workpoint",
            name="title",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="与编号并列显示，最多18个字。留空的按内容自动生成。",
                max_length=18,
                verbose_name="短标题",
            ),
        ),
        migrations.AddField(
            model_name="workpointedition",
            name="title",
            field=models.CharField(blank=True, db_default="", default="", max_length=18, verbose_name="短标题"),
        ),
    ]
