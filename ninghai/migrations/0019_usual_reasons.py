"""The usual reasons for which something is sent back, kept by the office."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ninghai", "0018_people_have_calendar_addresses"),
    ]

    operations = [
        migrations.CreateModel(
            name="UsualReason",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "matter",
                    models.CharField(
                        choices=[("report", "进展填报"), ("item", "公开信息"), ("remedy", "异议和整改")],
                        max_length=10,
                        verbose_name="用于",
                    ),
                ),
                ("words", models.CharField(max_length=200, verbose_name="理由")),
                ("position", models.PositiveIntegerField(default=0, verbose_name="排序")),
                ("is_active", models.BooleanField(default=True, verbose_name="启用")),
            ],
            options={
                "verbose_name": "常见退回理由",
                "verbose_name_plural": "常见退回理由",
                "ordering": ["matter", "position", "pk"],
            },
        ),
    ]
