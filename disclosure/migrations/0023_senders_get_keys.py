"""A key for whoever has sent an error report, and room for the sealed contact beside the plain one."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("disclosure", "0022_annual_reports"),
        ("ninghai", "0021_people_are_sealed"),
    ]

    operations = [
        migrations.AddField(
            model_name="correction",
            name="data_key",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=models.deletion.PROTECT,
                related_name="+",
                to="ninghai.datakey",
                verbose_name="数据密钥",
            ),
        ),
        migrations.AddField(
            model_name="correction",
            name="sealed_contact",
            field=models.BinaryField(null=True),
        ),
    ]
