import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """The private original of a file stays as long as the version to which its copy belonged."""

    dependencies = [("disclosure", "0007_drafts_are_given_up"), ("ninghai", "0005_strays_are_looked_at")]

    operations = [
        migrations.AddField(
            model_name="versionfile",
            name="original",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="ninghai.storedfile",
                verbose_name="原文件",
            ),
        ),
    ]
