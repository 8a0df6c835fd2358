"""Who is told by e-mail what has changed in a list of the catalogue."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import ninghai.models.sealed


class Migration(migrations.Migration):
    dependencies = [
        ("disclosure", "0025_applications_under_seal"),
        ("ninghai", "0021_people_are_sealed"),
    ]

    operations = [
        migrations.CreateModel(
            name="Subscription",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("address", ninghai.models.sealed.SealedTextField(default="", editable=False, verbose_name="电子邮箱")),
                ("address_digest", models.CharField(editable=False, max_length=64, verbose_name="电子邮箱的散列值")),
                ("conditions", models.CharField(blank=True, max_length=2000, verbose_name="检索条件")),
                ("asked_at", models.DateTimeField(verbose_name="提出时间")),
                ("written_at", models.DateTimeField(null=True, verbose_name="确认邮件时间")),
                ("confirmed_at", models.DateTimeField(null=True, verbose_name="确认时间")),
                ("told_until", models.DateTimeField(null=True, verbose_name="已告知到")),
                (
                    "data_key",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ninghai.datakey",
                        verbose_name="数据密钥",
                    ),
                ),
            ],
            options={
                "verbose_name": "邮件订阅",
                "verbose_name_plural": "邮件订阅",
                "ordering": ["asked_at", "pk"],
                "indexes": [models.Index(fields=["told_until"], name="subscriptions_to_tell")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("address_digest", "conditions"),
                        name="one_subscription_to_a_list",
                        violation_error_message="这个邮箱已经订阅了这个列表。",
                    )
                ],
            },
        ),
    ]
