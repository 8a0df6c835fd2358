from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """A duty may not be due yet; older items without their day and what owes an interpretation are found fast."""

    dependencies = [
        ("disclosure", "0010_the_newest_of_a_kind"),
        ("ninghai", "0008_acts_on_items"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="coveragecell",
            name="state",
            field=models.CharField(
                choices=[
                    ("current", "已公开"),
                    ("soon", "即将到期"),
                    ("late", "逾期公开"),
                    ("stale", "逾期未更新"),
                    ("empty", "空白"),
                    ("pending", "尚未到期"),
                ],
                max_length=10,
                verbose_name="状态",
            ),
        ),
        migrations.AddIndex(
            model_name="item",
            index=models.Index(
                condition=models.Q(("is_imported", True), ("original_published_on", None)),
                fields=["published_at"],
                name="items_without_their_day",
            ),
        ),
        migrations.AddIndex(
            model_name="item",
            index=models.Index(
                condition=models.Q(("owes_interpretation", True)), fields=["published_at"], name="items_to_interpret"
            ),
        ),
    ]
