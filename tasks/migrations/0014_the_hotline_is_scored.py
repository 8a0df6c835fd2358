from django.db import migrations, models


class Migration(migrations.Migration):
    """A rule of a scheme may rest on whether the matters of the hotline were closed in time (热线按期办结)."""

    dependencies = [("tasks", "0013_what_is_drawn_has_unit_and_key")]

    operations = [
        migrations.AlterField(
            model_name="scorerule",
            name="source",
            field=models.CharField(
                choices=[
                    ("reporting", "按时报送进展"),
                    ("completion", "按时办结任务"),
                    ("quality", "抽查质量"),
                    ("coverage", "公开覆盖"),
                    ("requests", "依申请公开按时答复"),
                    ("hotline", "热线按期办结"),
                    ("response", "整改与回应"),
                    ("third_party", "第三方评估"),
                    ("deduction", "专项扣分"),
                    ("bonus", "加分"),
                    ("veto", "单项否决"),
                ],
                max_length=20,
                verbose_name="数据来源",
            ),
        ),
    ]
