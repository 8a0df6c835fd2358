from django.db import migrations

NAMES = """
UPDATE disclosure_catalogueentry AS entry
SET public_name = shown.name
FROM (
    SELECT DISTINCT ON (row->>'code') row->>'code' AS code, row->>'name' AS name
    FROM disclosure_catalogueedition AS edition, jsonb_array_elements(edition.rows) AS row
    ORDER BY row->>'code', edition.published_at DESC, edition.id DESC
) AS shown
WHERE entry.code = shown.code
"""


class Migration(migrations.Migration):
    """What was published before names were kept apart."""

    dependencies = [("disclosure", "0013_duties_have_public_names")]

    operations = [migrations.RunSQL(NAMES, migrations.RunSQL.noop)]
