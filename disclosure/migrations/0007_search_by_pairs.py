from django.db import migrations, models

# Long columns lie beside the table, so that a page of it holds more items: what is counted and sorted is short.
SHORT_ROWS = """
ALTER TABLE disclosure_item SET (toast_tuple_target = 1024);
ALTER TABLE disclosure_item ALTER COLUMN title_vector SET STORAGE MAIN;
"""
AS_BEFORE = """
ALTER TABLE disclosure_item RESET (toast_tuple_target);
ALTER TABLE disclosure_item ALTER COLUMN title_vector SET STORAGE EXTENDED;
"""


class Migration(migrations.Migration):
    """The folded text, for comparing with a quoted string. `manage.py renew_search` fills it for older items."""

    dependencies = [("disclosure", "0006_an_items_life")]

    operations = [
        migrations.AddField(
            model_name="item",
            name="search_text",
            field=models.TextField(blank=True, db_default="", default="", editable=False),
        ),
        migrations.RunSQL(SHORT_ROWS, AS_BEFORE),
    ]
