from django.db import migrations, models


class Migration(migrations.Migration):
    """What is counted over many cases, such as lawsuits, is found without reading all that ever happened."""

    dependencies = [("ninghai", "0024_files_of_papers_are_kept_sealed")]

    operations = [
        migrations.AddIndex(
            model_name="caseevent", index=models.Index(fields=["kind", "case"], name="case_events_by_kind")
        ),
    ]
