from django.db import migrations, models

KINDS = [("trail", "审计记录核对"), ("content", "防篡改核对"), ("restore", "数据恢复"), ("strays", "游离文件")]


class Migration(migrations.Migration):
    """Files without a row are set aside, and what speaks against it is told."""

    dependencies = [("ninghai", "0004_virus_scans")]

    operations = [
        migrations.AlterField(
            model_name="safetycheck",
            name="kind",
            field=models.CharField(choices=KINDS, max_length=10, verbose_name="检查"),
        ),
    ]
