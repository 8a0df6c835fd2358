"""A case may have come from another unit (转自)."""

from django.db import migrations, models

OF_OTHERS = [("split", "拆分自"), ("merged", "并入"), ("duplicate", "重复于"), ("moved", "转自")]


class Migration(migrations.Migration):
    dependencies = [("ninghai", "0025_case_events_are_found_by_kind")]

    operations = [
        migrations.AlterField(
            model_name="case",
            name="relation",
            field=models.CharField(blank=True, choices=OF_OTHERS, max_length=10, verbose_name="关系"),
        ),
    ]
