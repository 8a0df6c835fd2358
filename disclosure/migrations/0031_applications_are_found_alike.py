import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """What several people ask for is seen as the same, and made public for all."""

    dependencies = [("disclosure", "0030_applications_on_paper")]

    operations = [
        migrations.AddField(
            model_name="informationrequest",
            name="content_sketch",
            field=models.CharField(blank=True, db_default="", editable=False, max_length=320),
        ),
        migrations.AddField(
            model_name="informationrequest",
            name="published_as",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="requests",
                to="disclosure.item",
                verbose_name="转为主动公开的信息",
            ),
        ),
    ]
