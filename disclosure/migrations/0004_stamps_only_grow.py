from django.conf import settings
from django.db import migrations

REFUSE = """
CREATE FUNCTION content_stamps_only_grow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the stamps of public content only grow' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER content_stamps_stay BEFORE UPDATE OR DELETE ON disclosure_contentstamp
    FOR EACH ROW EXECUTE FUNCTION content_stamps_only_grow();
CREATE TRIGGER content_stamp_table_stays BEFORE TRUNCATE ON disclosure_contentstamp
    FOR EACH STATEMENT EXECUTE FUNCTION content_stamps_only_grow();
"""
ALLOW = """
DROP TRIGGER content_stamp_table_stays ON disclosure_contentstamp;
DROP TRIGGER content_stamps_stay ON disclosure_contentstamp;
DROP FUNCTION content_stamps_only_grow();
"""


def leave_reading_and_adding(apps, schema_editor):
    role = schema_editor.quote_name(settings.DATABASES["default"]["USER"])
    schema_editor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON disclosure_contentstamp FROM {role}")


def give_back_changing(apps, schema_editor):
    """What every new table gives the run-time role (roles.sql)."""
    role = schema_editor.quote_name(settings.DATABASES["default"]["USER"])
    schema_editor.execute(f"GRANT UPDATE, DELETE ON disclosure_contentstamp TO {role}")


class Migration(migrations.Migration):
    """The fingerprint of what the public reads only grows."""

    replaces = [("disclosure", "0012_public_content_is_stamped")]

    dependencies = [("disclosure", "0003_long_columns_beside_the_table")]

    operations = [
        migrations.RunSQL(REFUSE, ALLOW),
        migrations.RunPython(leave_reading_and_adding, give_back_changing),
    ]
