from django.db import migrations, models


def name_no_check(apps, schema_editor):
    """Going back, the checks themselves go after this; their papers stay."""
    papers = apps.get_model("reports", "Report")._base_manager.filter(kind="special-check")
    papers.update(spot_check=None)


class Migration(migrations.Migration):
    """A kind of report about a special check of guides (办事指南专项检查)."""

    dependencies = [
        ("reports", "0010_reports_on_opinions"),
        ("tasks", "0013_what_is_drawn_has_unit_and_key"),
    ]

    operations = [
        migrations.RunPython(migrations.RunPython.noop, name_no_check),
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
                ],
                max_length=20,
                verbose_name="种类",
            ),
        ),
    ]
