from django.db import migrations, models

STATES = [
    ("draft", "草稿"),
    ("with_head", "待审核"),
    ("in_review", "审核中"),
    ("approved", "待公开"),
    ("published", "已公开"),
    ("withdrawn", "已撤回"),
    ("discarded", "已放弃"),
    ("merged", "已并入"),
]


class Migration(migrations.Migration):
    """A unit may give up a draft."""

    dependencies = [("disclosure", "0006_drafts_change_no_public_page")]

    operations = [
        migrations.AlterField(
            model_name="item",
            name="status",
            field=models.CharField(choices=STATES, default="draft", max_length=20, verbose_name="状态"),
        ),
    ]
