from django.db import migrations, models


class Migration(migrations.Migration):
    """By how many months the limit of a reply may be extended is the office's to set, as the limits are."""

    dependencies = [("disclosure", "0042_appeals")]

    operations = [
        migrations.AlterField(
            model_name="proposallimit",
            name="stage",
            field=models.CharField(
                choices=[
                    ("ordinary", "一般"),
                    ("hard", "难度较大"),
                    ("again", "不满意后重新办理"),
                    ("extended", "可以延长"),
                ],
                max_length=8,
                verbose_name="适用",
            ),
        ),
    ]
