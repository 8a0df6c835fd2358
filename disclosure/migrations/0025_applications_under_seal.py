import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import ninghai.models.sealed


class Migration(migrations.Migration):
    """What people ask for and what they are answered, under a key of each application."""

    dependencies = [
        ("disclosure", "0024_senders_are_sealed"),
        ("ninghai", "0023_cases_only_grow"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="InformationRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("content", ninghai.models.sealed.SealedTextField(default="", editable=False, verbose_name="所需信息")),
                ("applicant", ninghai.models.sealed.SealedJSONField(editable=False, verbose_name="申请人")),
                ("applicant_digest", models.CharField(blank=True, db_index=True, editable=False, max_length=64)),
                ("content_digest", models.CharField(blank=True, db_index=True, editable=False, max_length=64)),
                ("form", models.CharField(max_length=10, verbose_name="信息形式")),
                ("way", models.CharField(max_length=10, verbose_name="获取方式")),
                ("accepts_other", models.BooleanField(default=False, verbose_name="接受其他形式")),
                ("answer_code", models.CharField(blank=True, max_length=20, verbose_name="答复种类")),
                (
                    "answer",
                    ninghai.models.sealed.SealedJSONField(default=dict, editable=False, verbose_name="答复内容"),
                ),
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="information_request",
                        to="ninghai.case",
                        verbose_name="办件",
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
                    "drafted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="拟稿人",
                    ),
                ),
            ],
            options={
                "verbose_name": "依申请公开",
                "verbose_name_plural": "依申请公开",
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="LetterMaking",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("letter", ninghai.models.sealed.SealedJSONField(editable=False, verbose_name="文书内容")),
                ("sha256", models.CharField(blank=True, editable=False, max_length=64, verbose_name="PDF 的 SHA-256")),
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
                    "file",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ninghai.storedfile",
                        verbose_name="PDF 文件",
                    ),
                ),
                (
                    "job",
                    models.OneToOneField(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letter",
                        to="ninghai.job",
                        verbose_name="后台任务",
                    ),
                ),
                (
                    "paper",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="making",
                        to="ninghai.casepaper",
                        verbose_name="文书",
                    ),
                ),
            ],
            options={
                "verbose_name": "文书排印",
                "verbose_name_plural": "文书排印",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="RequestFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("identity", "身份证明"), ("agent", "授权委托书和代理人证件")],
                        max_length=10,
                        verbose_name="材料",
                    ),
                ),
                ("name", ninghai.models.sealed.SealedTextField(default="", editable=False, verbose_name="文件名")),
                ("media_type", models.CharField(max_length=100, verbose_name="格式")),
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
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ninghai.storedfile",
                        verbose_name="文件",
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files",
                        to="disclosure.informationrequest",
                        verbose_name="申请",
                    ),
                ),
            ],
            options={
                "verbose_name": "申请材料",
                "verbose_name_plural": "申请材料",
                "ordering": ["pk"],
                "constraints": [models.UniqueConstraint(fields=("request", "kind"), name="request_file_once")],
            },
        ),
    ]
