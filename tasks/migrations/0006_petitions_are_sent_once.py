"""A petition's form carries an id of its own; nothing could make petitions before, so that the table is empty."""

import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tasks", "0005_spot_checks_to_the_end")]

    operations = [
        migrations.AddField(
            model_name="petition",
            name="form_id",
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
        ),
        migrations.AlterField(
            model_name="petition",
            name="status",
            field=models.CharField(
                choices=[
                    ("asked", "待批准"),
                    ("granted", "已批准"),
                    ("refused", "未批准"),
                    ("withdrawn", "已撤回"),
                    ("lapsed", "不再办理"),
                ],
                default="asked",
                max_length=10,
                verbose_name="状态",
            ),
        ),
    ]
