"""The scan of an application that came on paper is kept with its proofs."""

from django.db import migrations, models

KINDS = [("identity", "身份证明"), ("agent", "授权委托书和代理人证件"), ("paper", "申请书原件（扫描件）")]


class Migration(migrations.Migration):
    dependencies = [("disclosure", "0029_units_with_their_applications")]

    operations = [
        migrations.AlterField(
            model_name="requestfile",
            name="kind",
            field=models.CharField(choices=KINDS, max_length=10, verbose_name="材料"),
        ),
    ]
