from django.db import migrations, models

from ninghai.operations.database.text_lengths import bound, cut

BOUNDS = [
    cut("reports_report", "error", 2000),
    bound("reports_report", "return_reason", 1000, "退回理由"),
    cut("reports_bookletmaking", "error", 2000),
]


class Migration(migrations.Migration):
    """No text is endless, whoever writes it; rows that are longer already stay until their text is changed."""

    dependencies = [
        ("ninghai", "0009_texts_have_a_longest_length"),
        ("reports", "0004_booklets_have_a_fence"),
    ]

    operations = [
        migrations.AlterField(
            model_name="bookletmaking",
            name="error",
            field=models.TextField(blank=True, editable=False, max_length=2000, verbose_name="失败原因"),
        ),
        migrations.AlterField(
            model_name="report",
            name="error",
            field=models.TextField(blank=True, editable=False, max_length=2000, verbose_name="失败原因"),
        ),
        migrations.AlterField(
            model_name="report",
            name="return_reason",
            field=models.TextField(blank=True, editable=False, max_length=1000, verbose_name="退回理由"),
        ),
        *(migrations.RunSQL(create, drop) for create, drop in BOUNDS),
    ]
