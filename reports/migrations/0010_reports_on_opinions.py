from django.db import migrations, models


class Migration(migrations.Migration):
    """A kind of report about public opinion (政务舆情回应情况)."""

    dependencies = [("reports", "0009_reports_on_applications")]

    operations = [
        migrations.AlterField(
            model_name="report",
            name="kind",
            field=models.CharField(
                choices=[
                    ("progress", "全县进展情况"),
                    ("unit-progress", "单位进展情况"),
                    ("spot-check", "抽查通报"),
                    ("score", "考核通报"),
                    ("overdue", "督办单"),
                    ("applications", "依申请公开情况"),
                    ("opinions", "政务舆情回应情况"),
                ],
                max_length=20,
                verbose_name="种类",
            ),
        ),
    ]
