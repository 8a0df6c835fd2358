from django.db import migrations, models


class Migration(migrations.Migration):
    """A kind of report about the hotline (12345热线办理情况)."""

    dependencies = [("reports", "0011_reports_on_special_checks")]

    operations = [
        migrations.AlterField(
            model_name="report",
            name="kind",
            field=models.CharField(
                choices=[
                    ("progress", "全县进展情况"),
                    ("unit-progress", "单位进展情况"),
                    ("spot-check", "抽查通报"),
                    ("special-check", "专项检查通报"),
                    ("score", "考核通报"),
                    ("overdue", "督办单"),
                    ("applications", "依申请公开情况"),
                    ("opinions", "政务舆情回应情况"),
                    ("hotline", "12345热线办理情况"),
                ],
                max_length=20,
                verbose_name="种类",
            ),
        ),
    ]
