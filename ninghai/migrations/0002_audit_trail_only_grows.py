from django.conf import settings
from django.db import migrations

REFUSE = """
CREATE FUNCTION audit_trail_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail only grows' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER audit_rows_stay BEFORE UPDATE OR DELETE ON ninghai_auditentry
    FOR EACH ROW EXECUTE FUNCTION audit_trail_only_grows();
CREATE TRIGGER audit_table_stays BEFORE TRUNCATE ON ninghai_auditentry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_trail_only_grows();
"""
ALLOW = """
DROP TRIGGER audit_table_stays ON ninghai_auditentry;
DROP TRIGGER audit_rows_stay ON ninghai_auditentry;
DROP FUNCTION audit_trail_only_grows();
"""


def leave_reading_and_adding(apps, schema_editor):
    role = schema_editor.quote_name(settings.DATABASES["default"]["USER"])
    schema_editor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON ninghai_auditentry FROM {role}")


class Migration(migrations.Migration):
    """The run-time role may only read and add rows, and the database refuses to change or delete one, whoever asks."""

    dependencies = [("ninghai", "0001_initial")]

    operations = [
        migrations.RunSQL(REFUSE, ALLOW),
        migrations.RunPython(leave_reading_and_adding, migrations.RunPython.noop),
    ]
