from django.conf import settings
from django.db import migrations

TABLES = ("ninghai_auditentry", "ninghai_auditseal", "ninghai_clockevent")

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

CREATE TRIGGER audit_seals_stay BEFORE UPDATE OR DELETE ON ninghai_auditseal
    FOR EACH ROW EXECUTE FUNCTION audit_trail_only_grows();
CREATE TRIGGER audit_seal_table_stays BEFORE TRUNCATE ON ninghai_auditseal
    FOR EACH STATEMENT EXECUTE FUNCTION audit_trail_only_grows();

CREATE FUNCTION clock_events_only_grow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the events of a clock only grow' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER clock_events_stay BEFORE UPDATE OR DELETE ON ninghai_clockevent
    FOR EACH ROW EXECUTE FUNCTION clock_events_only_grow();
CREATE TRIGGER clock_event_table_stays BEFORE TRUNCATE ON ninghai_clockevent
    FOR EACH STATEMENT EXECUTE FUNCTION clock_events_only_grow();

CREATE FUNCTION stored_files_stay_as_they_are() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a stored file stays as it is' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER stored_files_stay BEFORE UPDATE ON ninghai_storedfile
    FOR EACH ROW EXECUTE FUNCTION stored_files_stay_as_they_are();
"""

ALLOW = """
DROP TRIGGER stored_files_stay ON ninghai_storedfile;
DROP FUNCTION stored_files_stay_as_they_are();

DROP TRIGGER clock_event_table_stays ON ninghai_clockevent;
DROP TRIGGER clock_events_stay ON ninghai_clockevent;
DROP FUNCTION clock_events_only_grow();

DROP TRIGGER audit_seal_table_stays ON ninghai_auditseal;
DROP TRIGGER audit_seals_stay ON ninghai_auditseal;
DROP TRIGGER audit_table_stays ON ninghai_auditentry;
DROP TRIGGER audit_rows_stay ON ninghai_auditentry;
DROP FUNCTION audit_trail_only_grows();
"""


def leave_reading_and_adding(apps, schema_editor):
    role = schema_editor.quote_name(settings.DATABASES["default"]["USER"])
    for table in TABLES:
        schema_editor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {role}")


def give_back_changing(apps, schema_editor):
    """What every new table gives the run-time role (roles.sql)."""
    role = schema_editor.quote_name(settings.DATABASES["default"]["USER"])
    for table in TABLES:
        schema_editor.execute(f"GRANT UPDATE, DELETE ON {table} TO {role}")


class Migration(migrations.Migration):
    """The trail, its seals and the events of clocks only grow, whoever asks, and a stored file stays as it is."""

    replaces = [
        ("ninghai", "0002_audit_trail_only_grows"),
        ("ninghai", "0004_clock_events_only_grow"),
        ("ninghai", "0013_what_is_kept_is_watched"),
    ]

    dependencies = [("ninghai", "0001_tables")]

    operations = [
        migrations.RunSQL(REFUSE, ALLOW),
        migrations.RunPython(leave_reading_and_adding, give_back_changing),
    ]
