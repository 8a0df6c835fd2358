from django.db import migrations, models


class Migration(migrations.Migration):
    """Answers to applications, proposals and calls go back for usual reasons, too."""

    dependencies = [("ninghai", "0028_cases_are_listed_by_day")]

    operations = [
        migrations.AlterField(
            model_name="usualreason",
            name="matter",
            field=models.CharField(
                choices=[
                    ("report", "进展填报"),
                    ("item", "公开信息"),
                    ("remedy", "异议和整改"),
                    ("request", "依申请公开答复"),
                    ("proposal", "建议提案答复"),
                    ("hotline", "热线答复"),
                ],
                max_length=10,
                verbose_name="用于",
            ),
        ),
    ]
