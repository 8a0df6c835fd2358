import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):
    """Who gave no identity number is found again by their name with a way to reach them."""

    dependencies = [("disclosure", "0046_hotline_figures")]

    operations = [
        migrations.AddField(
            model_name="informationrequest",
            name="contact_digests",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=64), db_default=[], default=list, editable=False, size=None
            ),
        ),
        migrations.AddIndex(
            model_name="informationrequest",
            index=django.contrib.postgres.indexes.GinIndex(fields=["contact_digests"], name="applications_by_contact"),
        ),
    ]
