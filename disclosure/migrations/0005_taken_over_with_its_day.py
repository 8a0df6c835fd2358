from django.conf import settings
from django.db import migrations

MONTH = "quote_literal('@' || to_char({} AT TIME ZONE %(zone)s, 'YYYY-MM'))::tsvector"
OLD = "'@' || to_char(published_at AT TIME ZONE %(zone)s, 'YYYY-MM')"
DAY = "(original_published_on::timestamp AT TIME ZONE %(zone)s)"
MOVE = f"""
UPDATE disclosure_item
SET published_at = {DAY},
    title_vector = ts_delete(title_vector, {OLD}) || {MONTH.format(DAY)},
    text_vector = ts_delete(text_vector, {OLD}) || {MONTH.format(DAY)}
WHERE is_imported AND original_published_on IS NOT NULL AND published_at > {DAY}
"""  # noqa: S608 - no word of it comes from outside


def move(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(MOVE, {"zone": settings.TIME_ZONE})


class Migration(migrations.Migration):
    """What was taken over is public since its own day, in lists, years and search; `drafted_at` keeps the moment of the import."""

    dependencies = [("disclosure", "0004_stamps_only_grow")]

    operations = [migrations.RunPython(move, migrations.RunPython.noop)]
