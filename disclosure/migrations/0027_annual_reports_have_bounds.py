from django.db import migrations

from ninghai.operations.database.text_lengths import bound


class Migration(migrations.Migration):
    """The texts of a yearly report are bounded as every other is."""

    dependencies = [("disclosure", "0026_lists_are_followed_by_mail")]

    operations = [
        migrations.RunSQL(*bound("disclosure_annualreport", "explanation", 1000, "数据不一致的说明")),
        migrations.RunSQL(*bound("disclosure_annualreport", "return_reason", 1000, "退回理由")),
    ]
