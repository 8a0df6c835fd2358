from django.db import migrations, models

from ninghai.operations.database.text_lengths import bound, cut

BOUNDS = [
    bound("disclosure_basiccatalogue", "explanation", 20_000, "编制说明"),
    bound("disclosure_basiccatalogue", "office_note", 20_000, "内部提示"),
    bound("disclosure_catalogueentry", "content_elements", 32_000, "公开内容（要素）"),
    bound("disclosure_catalogueentry", "legal_basis", 32_000, "公开依据"),
    bound("disclosure_catalogueedition", "explanation", 20_000, "编制说明"),
    bound("disclosure_catalogueedition", "note", 2000, "变更说明"),
    bound("disclosure_item", "summary", 300, "内容概述"),
    bound("disclosure_item", "body", 100_000, "正文"),
    bound("disclosure_item", "method_explanation", 300, "理由说明"),
    bound("disclosure_item", "emergency_reason", 1000, "紧急公开的理由"),
    bound("disclosure_item", "return_reason", 1000, "退回理由"),
    cut("disclosure_item", "search_text", 4_000_000),
    cut("disclosure_attachment", "text", 4_000_000),
    bound("disclosure_correction", "words", 500, "问题"),
    bound("disclosure_correction", "answer", 500, "答复"),
    cut("disclosure_contentscan", "text", 4_000_000),
    cut("disclosure_ruling", "text", 5000),
    bound("disclosure_answer", "comment", 2000, "意见"),
    bound("disclosure_sitepage", "body", 20_000, "正文"),
]


class Migration(migrations.Migration):
    """No text is endless, whoever writes it; rows that are longer already stay until their text is changed."""

    dependencies = [
        ("ninghai", "0009_texts_have_a_longest_length"),
        ("disclosure", "0014_names_as_the_last_edition_has_them"),
    ]

    operations = [
        migrations.AlterField(
            model_name="answer",
            name="comment",
            field=models.TextField(blank=True, max_length=2000, verbose_name="意见"),
        ),
        migrations.AlterField(
            model_name="attachment",
            name="text",
            field=models.TextField(
                blank=True, db_default="", editable=False, max_length=4000000, verbose_name="附件中的文字"
            ),
        ),
        migrations.AlterField(
            model_name="basiccatalogue",
            name="explanation",
            field=models.TextField(blank=True, help_text="每行一段。", max_length=20000, verbose_name="编制说明"),
        ),
        migrations.AlterField(
            model_name="basiccatalogue",
            name="office_note",
            field=models.TextField(
                blank=True,
                db_default="",
                help_text="待核实、待填写的事项，只有县政府办公室看到，公众看不到。",
                max_length=20000,
                verbose_name="内部提示",
            ),
        ),
        migrations.AlterField(
            model_name="catalogueedition",
            name="explanation",
            field=models.TextField(blank=True, max_length=20000, verbose_name="编制说明"),
        ),
        migrations.AlterField(
            model_name="catalogueedition",
            name="note",
            field=models.TextField(blank=True, max_length=2000, verbose_name="变更说明"),
        ),
        migrations.AlterField(
            model_name="catalogueentry",
            name="content_elements",
            field=models.TextField(blank=True, max_length=32000, verbose_name="公开内容（要素）"),
        ),
        migrations.AlterField(
            model_name="catalogueentry",
            name="legal_basis",
            field=models.TextField(blank=True, max_length=32000, verbose_name="公开依据"),
        ),
        migrations.AlterField(
            model_name="contentscan",
            name="text",
            field=models.TextField(blank=True, max_length=4000000, verbose_name="文字"),
        ),
        migrations.AlterField(
            model_name="correction",
            name="answer",
            field=models.TextField(blank=True, max_length=500, verbose_name="答复"),
        ),
        migrations.AlterField(
            model_name="item",
            name="body",
            field=models.TextField(blank=True, help_text="每行一段。", max_length=100000, verbose_name="正文"),
        ),
        migrations.AlterField(
            model_name="item",
            name="emergency_reason",
            field=models.TextField(
                blank=True, db_default="", editable=False, max_length=1000, verbose_name="紧急公开的理由"
            ),
        ),
        migrations.AlterField(
            model_name="item",
            name="return_reason",
            field=models.TextField(blank=True, editable=False, max_length=1000, verbose_name="退回理由"),
        ),
        migrations.AlterField(
            model_name="item",
            name="search_text",
            field=models.TextField(blank=True, db_default="", default="", editable=False, max_length=4000000),
        ),
        migrations.AlterField(
            model_name="ruling",
            name="text",
            field=models.TextField(max_length=5000, verbose_name="文字"),
        ),
        migrations.AlterField(
            model_name="sitepage",
            name="body",
            field=models.TextField(blank=True, help_text="每行一段。", max_length=20000, verbose_name="正文"),
        ),
        *(migrations.RunSQL(create, drop) for create, drop in BOUNDS),
    ]
