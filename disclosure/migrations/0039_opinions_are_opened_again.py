import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """A response may be withdrawn, what was closed is opened again and evaluated once more; the kept page has its hash beside it."""

    dependencies = [("disclosure", "0038_opinions_are_cases")]

    operations = [
        migrations.RemoveField(model_name="opinionevent", name="was_raised"),
        migrations.AddField(
            model_name="opinionevent",
            name="copy_type",
            field=models.CharField(blank=True, default="", max_length=100, verbose_name="网页留存的格式"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="opinionevent",
            name="copy_sha256",
            field=models.CharField(blank=True, default="", max_length=64, verbose_name="网页留存的SHA-256"),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="opinionevent",
            name="copy",
            field=models.ForeignKey(
                help_text="网页的内容加密保存，与原文一起销毁。",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="ninghai.storedfile",
                verbose_name="网页留存",
            ),
        ),
        migrations.AddField(
            model_name="opinionresponse",
            name="withdrawn_at",
            field=models.DateTimeField(null=True, verbose_name="撤销登记的时间"),
        ),
        migrations.AlterField(
            model_name="opinionsuggestion",
            name="item",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="opinion_suggestions",
                to="disclosure.item",
                verbose_name="公布采纳情况的信息",
            ),
        ),
        migrations.AlterModelOptions(
            name="opinionevaluation",
            options={"ordering": ["at", "pk"], "verbose_name": "舆情评估", "verbose_name_plural": "舆情评估"},
        ),
        # The way back makes the constraint anew; it gets the name that its table was made with.
        migrations.RunSQL(
            migrations.RunSQL.noop,
            "ALTER TABLE disclosure_opinionevaluation RENAME CONSTRAINT"
            " disclosure_opinionevaluation_event_id_f7681ed7_uniq TO disclosure_opinionevaluation_event_id_key",
        ),
        migrations.AlterField(
            model_name="opinionevaluation",
            name="event",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="evaluations",
                to="disclosure.opinionevent",
                verbose_name="舆情",
            ),
        ),
    ]
