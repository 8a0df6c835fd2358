from django.db import migrations, models


class Migration(migrations.Migration):
    """A register of ten years opens at what was closed, or entered, last."""

    dependencies = [("ninghai", "0027_extensions_without_approver")]

    operations = [
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", False)),
                fields=["kind", "-closed_at", "-id"],
                name="closed_cases",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["kind", "-entered_at", "-id"], name="cases_by_entry"),
        ),
    ]
