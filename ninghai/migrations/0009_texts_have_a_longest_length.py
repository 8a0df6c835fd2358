from django.db import migrations, models

from ninghai.operations.database.text_lengths import DROP_FUNCTION, FUNCTION, bound, cut

BOUNDS = [
    cut("ninghai_publiccopy", "refusal", 2000),
    cut("ninghai_auditentry", "reason", 2000),
    bound("ninghai_authenticator", "sealed_secret", 1000, "密钥（已加密）"),
    cut("ninghai_dutyclock", "derivation", 50_000),
    cut("ninghai_message", "text", 50_000),
    cut("ninghai_safetycheck", "words", 50_000),
]


class Migration(migrations.Migration):
    """No text is endless, whoever writes it; rows that are longer already stay until their text is changed."""

    dependencies = [
        ("ninghai", "0008_public_copies"),
    ]

    operations = [
        migrations.AlterField(
            model_name="auditentry",
            name="reason",
            field=models.TextField(blank=True, max_length=2000, verbose_name="理由"),
        ),
        migrations.AlterField(
            model_name="authenticator",
            name="sealed_secret",
            field=models.TextField(max_length=1000, verbose_name="密钥（已加密）"),
        ),
        migrations.AlterField(
            model_name="dutyclock",
            name="derivation",
            field=models.TextField(blank=True, max_length=50000, verbose_name="计算过程"),
        ),
        migrations.AlterField(
            model_name="message",
            name="text",
            field=models.TextField(blank=True, max_length=50000, verbose_name="内容"),
        ),
        migrations.AlterField(
            model_name="safetycheck",
            name="words",
            field=models.TextField(max_length=50000, verbose_name="结果"),
        ),
        migrations.AlterField(
            model_name="publiccopy",
            name="refusal",
            field=models.TextField(blank=True, max_length=2000, verbose_name="不能生成的原因"),
        ),
        migrations.RunSQL(FUNCTION, DROP_FUNCTION),
        *(migrations.RunSQL(create, drop) for create, drop in BOUNDS),
    ]
