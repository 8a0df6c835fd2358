import uuid

import django.db.models.deletion
from django.db import migrations, models

import ninghai.models.sealed


class Migration(migrations.Migration):
    """Other platforms (对接平台) with their keys, what they sent, and each message."""

    dependencies = [
        ("disclosure", "0048_knowledge_base"),
        ("ninghai", "0030_calls_of_platforms_are_noted"),
    ]

    operations = [
        migrations.CreateModel(
            name="ExchangePartner",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=40, unique=True, verbose_name="平台名称")),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("phone", "电话"),
                            ("web", "网站"),
                            ("wechat", "微信"),
                            ("app", "手机应用"),
                            ("letter", "信件"),
                            ("province", "省、市平台"),
                        ],
                        default="province",
                        max_length=10,
                        verbose_name="来件登记的来源",
                    ),
                ),
                ("adapter", models.CharField(default="json", max_length=20, verbose_name="消息格式")),
                (
                    "url",
                    models.CharField(
                        blank=True,
                        help_text="办理进展和移交的工单送到这里，填加密的网址；不填的不推送。",
                        max_length=300,
                        verbose_name="推送地址",
                    ),
                ),
                ("key_digest", models.CharField(blank=True, editable=False, max_length=64)),
                ("key_hint", models.CharField(blank=True, editable=False, max_length=8, verbose_name="密钥前几位")),
                ("issued_at", models.DateTimeField(editable=False, null=True, verbose_name="密钥发放时间")),
                ("withdrawn_at", models.DateTimeField(editable=False, null=True, verbose_name="停用时间")),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        help_text="基层治理平台等由一个单位使用的选择：转给它主办的工单自动移交过去；举报和反映单位的除外。",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ninghai.unit",
                        verbose_name="使用单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "对接平台",
                "verbose_name_plural": "对接平台",
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="ExchangeMessage",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False, verbose_name="编号"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("status", "推送办理进展"), ("handover", "移交工单"), ("result", "收到办理情况")],
                        max_length=10,
                        verbose_name="类别",
                    ),
                ),
                ("event", models.CharField(max_length=150, verbose_name="事由编号")),
                ("body", ninghai.models.sealed.SealedTextField(default="", editable=False, verbose_name="内容")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("waiting", "待发送"),
                            ("sent", "已送达"),
                            ("failed", "发送失败"),
                            ("taken", "已接收"),
                            ("refused", "未能登记"),
                        ],
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("made_at", models.DateTimeField(verbose_name="时间")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="送达或者登记时间")),
                ("error", models.CharField(blank=True, max_length=300, verbose_name="原因")),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exchanged",
                        to="disclosure.hotlinecase",
                        verbose_name="热线工单",
                    ),
                ),
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
                (
                    "job",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exchange_message",
                        to="ninghai.job",
                        verbose_name="后台任务",
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="disclosure.exchangepartner",
                        verbose_name="对接平台",
                    ),
                ),
            ],
            options={
                "verbose_name": "对接消息",
                "verbose_name_plural": "对接消息",
                "ordering": ["-made_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="ExchangeRequest",
            fields=[
                (
                    "call",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="exchange_request",
                        serialize=False,
                        to="disclosure.hotlinecase",
                        verbose_name="热线工单",
                    ),
                ),
                ("reference", models.CharField(max_length=100, verbose_name="对方编号")),
                ("content_digest", models.CharField(editable=False, max_length=64)),
                ("told_version", models.PositiveIntegerField(default=0, editable=False)),
                ("told", models.CharField(blank=True, editable=False, max_length=64)),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requests",
                        to="disclosure.exchangepartner",
                        verbose_name="对接平台",
                    ),
                ),
            ],
            options={
                "verbose_name": "外部来件",
                "verbose_name_plural": "外部来件",
                "ordering": ["-pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="exchangepartner",
            constraint=models.UniqueConstraint(
                condition=models.Q(("key_digest", ""), _negated=True),
                fields=("key_digest",),
                name="exchange_keys_once",
                violation_error_message="这个密钥已经发给别的平台。",
            ),
        ),
        migrations.AddIndex(
            model_name="exchangemessage",
            index=models.Index(fields=["-made_at", "-id"], name="exchanged_last"),
        ),
        migrations.AddConstraint(
            model_name="exchangemessage",
            constraint=models.UniqueConstraint(
                fields=("partner", "event"), name="exchanged_once", violation_error_message="同一内容已经有一条消息。"
            ),
        ),
        migrations.AddConstraint(
            model_name="exchangerequest",
            constraint=models.UniqueConstraint(
                fields=("partner", "reference"),
                name="exchange_references_once",
                violation_error_message="这个平台已经用这个编号交来过一件。",
            ),
        ),
    ]
