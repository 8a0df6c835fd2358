from django.conf import settings
from django.db import migrations

REFUSE = """
CREATE FUNCTION clock_events_only_grow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the events of a clock only grow' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER clock_events_stay BEFORE UPDATE OR DELETE ON ninghai_clockevent
    FOR EACH ROW EXECUTE FUNCTION clock_events_only_grow();
CREATE TRIGGER clock_event_table_stays BEFORE TRUNCATE ON ninghai_clockevent
    FOR EACH STATEMENT EXECUTE FUNCTION clock_events_only_grow();
"""
ALLOW = """
DROP TRIGGER clock_event_table_stays ON ninghai_clockevent;
DROP TRIGGER clock_events_stay ON ninghai_clockevent;
DROP FUNCTION clock_events_only_grow();
"""


def leave_reading_and_adding(apps, schema_editor):
    role = schema_editor.quote_name(settings.DATABASES["default"]["USER"])
    schema_editor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON ninghai_clockevent FROM {role}")


class Migration(migrations.Migration):
    """What happened to a clock stays as it is: the run-time role may only read and add, the database refuses the rest."""

    dependencies = [("ninghai", "0003_clocks_for_duties")]

    operations = [
        migrations.RunSQL(REFUSE, ALLOW),
        migrations.RunPython(leave_reading_and_adding, migrations.RunPython.noop),
    ]
