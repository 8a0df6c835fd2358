from django.db import migrations

SHORT_ROWS = """
ALTER TABLE disclosure_item SET (toast_tuple_target = 1024);
ALTER TABLE disclosure_item ALTER COLUMN title_vector SET STORAGE MAIN;
"""
AS_BEFORE = """
ALTER TABLE disclosure_item RESET (toast_tuple_target);
ALTER TABLE disclosure_item ALTER COLUMN title_vector SET STORAGE EXTENDED;
"""


class Migration(migrations.Migration):
    """Long columns lie beside the table, so that a page of it holds more items: what is counted and sorted is short."""

    replaces = [("disclosure", "0007_search_by_pairs")]

    dependencies = [("disclosure", "0002_what_public_pages_show")]

    operations = [migrations.RunSQL(SHORT_ROWS, AS_BEFORE)]
