import django.db.models.deletion
from django.db import migrations, models

import ninghai.models.sealed


def drop_files_of_opinions(apps, schema_editor):
    """They go with the questions to which they belong; of two to one application only one had its place before."""
    apps.get_model("disclosure", "RequestFile").objects.filter(kind="opinion").delete()


class Migration(migrations.Migration):
    """Whom a unit asks about an application, and what they say; who hears complaints against a unit's answers, by date."""

    dependencies = [
        ("disclosure", "0032_guides_are_made_of_facts"),
        ("ninghai", "0024_files_of_papers_are_kept_sealed"),
    ]

    operations = [
        migrations.CreateModel(
            name="RemedyAuthority",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "valid_from",
                    models.DateField(
                        help_text="这一天以后签发的答复书写这里的机关；以前签发的不变。", verbose_name="自何日起"
                    ),
                ),
                (
                    "review",
                    models.CharField(
                        help_text="写全称；有两个的用“、”隔开，如 宁海县人民政府、宁波市财政局。",
                        max_length=200,
                        verbose_name="行政复议机关",
                    ),
                ),
                (
                    "court",
                    models.CharField(
                        help_text="写全称，如 宁海县人民法院。", max_length=100, verbose_name="管辖的人民法院"
                    ),
                ),
            ],
            options={
                "verbose_name": "复议机关和法院",
                "verbose_name_plural": "复议机关和法院",
                "ordering": ["unit", "-valid_from"],
            },
        ),
        migrations.CreateModel(
            name="RequestInquiry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(verbose_name="序号")),
                (
                    "kind",
                    models.CharField(
                        choices=[("third_party", "第三方"), ("co_maker", "共同制作机关"), ("agency", "其他机关")],
                        max_length=12,
                        verbose_name="征求对象",
                    ),
                ),
                ("asked", ninghai.models.sealed.SealedJSONField(editable=False, verbose_name="征求的内容")),
                ("days", models.PositiveSmallIntegerField(null=True, verbose_name="文书写明的期限（工作日）")),
                (
                    "opinion",
                    models.CharField(
                        blank=True,
                        choices=[("agrees", "同意公开"), ("refuses", "不同意公开"), ("silent", "逾期没有答复")],
                        max_length=10,
                        verbose_name="意见",
                    ),
                ),
                ("said_on", models.DateField(null=True, verbose_name="收到意见的日期")),
                ("said_online_at", models.DateTimeField(null=True, verbose_name="网上答复的时间")),
                (
                    "reason",
                    ninghai.models.sealed.SealedTextField(default=None, editable=False, null=True, verbose_name="理由"),
                ),
            ],
            options={
                "verbose_name": "征求意见",
                "verbose_name_plural": "征求意见",
                "ordering": ["request", "number"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="requestfile",
            name="request_file_once",
        ),
        migrations.AlterField(
            model_name="requestfile",
            name="kind",
            field=models.CharField(
                choices=[
                    ("identity", "身份证明"),
                    ("agent", "授权委托书和代理人证件"),
                    ("paper", "申请书原件（扫描件）"),
                    ("opinion", "随意见提交的材料"),
                ],
                max_length=10,
                verbose_name="材料",
            ),
        ),
        migrations.AddField(
            model_name="remedyauthority",
            name="unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="remedy_authorities",
                to="ninghai.unit",
                verbose_name="单位",
            ),
        ),
        migrations.AddField(
            model_name="requestinquiry",
            name="data_key",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="ninghai.datakey",
                verbose_name="数据密钥",
            ),
        ),
        migrations.AddField(
            model_name="requestinquiry",
            name="paper",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="inquiry",
                to="ninghai.casepaper",
                verbose_name="文书",
            ),
        ),
        migrations.AddField(
            model_name="requestinquiry",
            name="request",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="inquiries",
                to="disclosure.informationrequest",
                verbose_name="申请",
            ),
        ),
        migrations.AddField(
            model_name="requestfile",
            name="inquiry",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="file",
                to="disclosure.requestinquiry",
                verbose_name="征求意见",
            ),
        ),
        migrations.AddConstraint(
            model_name="requestfile",
            constraint=models.UniqueConstraint(
                condition=models.Q(("inquiry", None)), fields=("request", "kind"), name="request_file_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="requestfile",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("inquiry__isnull", False), ("kind", "opinion")),
                    models.Q(("kind", "opinion"), _negated=True),
                    _connector="OR",
                ),
                name="opinion_file_has_its_inquiry",
                violation_error_message="材料应当说明是随哪一份意见提交的。",
            ),
        ),
        migrations.AddConstraint(
            model_name="remedyauthority",
            constraint=models.UniqueConstraint(
                fields=("unit", "valid_from"),
                name="remedy_authority_once_a_day",
                violation_error_message="这个单位已经有从这一天起的登记，请修改那一条。",
            ),
        ),
        migrations.AddConstraint(
            model_name="requestinquiry",
            constraint=models.UniqueConstraint(fields=("request", "number"), name="inquiry_numbers_once"),
        ),
        migrations.AddConstraint(
            model_name="requestinquiry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("opinion", ""), ("said_on", None)),
                    models.Q(models.Q(("opinion", ""), _negated=True), ("said_on__isnull", False)),
                    _connector="OR",
                ),
                name="an_opinion_has_its_day",
                violation_error_message="意见和收到的日期应当一起登记。",
            ),
        ),
        migrations.RunPython(migrations.RunPython.noop, drop_files_of_opinions),
    ]
