from django.db import migrations, models


class Migration(migrations.Migration):
    """A scan notes each attempt before it is made, and keeps the file's words."""

    dependencies = [("disclosure", "0008_versions_keep_originals")]

    operations = [
        migrations.AddField(
            model_name="contentscan",
            name="text",
            field=models.TextField(blank=True, default="", verbose_name="文字"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="contentscan",
            name="attempts",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="检查次数"),
        ),
        migrations.AddField(
            model_name="contentscan",
            name="started_at",
            field=models.DateTimeField(null=True, verbose_name="上次检查开始"),
        ),
    ]
