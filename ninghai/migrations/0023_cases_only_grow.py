from django.conf import settings
from django.db import migrations

REFUSE = """
CREATE FUNCTION case_events_only_grow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the events of a case only grow' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER case_events_stay BEFORE UPDATE OR DELETE ON ninghai_caseevent
    FOR EACH ROW EXECUTE FUNCTION case_events_only_grow();
CREATE TRIGGER case_event_table_stays BEFORE TRUNCATE ON ninghai_caseevent
    FOR EACH STATEMENT EXECUTE FUNCTION case_events_only_grow();

CREATE FUNCTION registered_cases_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (OLD.serial IS NULL OR (OLD.unit_id, OLD.kind, OLD.year, OLD.serial, OLD.part, OLD.number)
        = (NEW.unit_id, NEW.kind, NEW.year, NEW.serial, NEW.part, NEW.number)) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a case keeps its number' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER cases_stay BEFORE UPDATE OR DELETE ON ninghai_case
    FOR EACH ROW EXECUTE FUNCTION registered_cases_stay();

CREATE FUNCTION case_series_only_rise() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.last >= OLD.last
        AND (OLD.unit_id, OLD.series, OLD.year) = (NEW.unit_id, NEW.series, NEW.year) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a series of numbers only rises' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER case_series_stay BEFORE UPDATE OR DELETE ON ninghai_caseseries
    FOR EACH ROW EXECUTE FUNCTION case_series_only_rise();

CREATE FUNCTION case_papers_stay_as_issued() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'
        AND (OLD.file_id IS NULL OR OLD.file_id IS NOT DISTINCT FROM NEW.file_id)
        AND (to_jsonb(OLD) - ARRAY['file_id', 'delivery', 'handed_over_on', 'delivered_on', 'proof_id'])
          = (to_jsonb(NEW) - ARRAY['file_id', 'delivery', 'handed_over_on', 'delivered_on', 'proof_id']) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a paper stays as it was issued' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER case_papers_stay BEFORE UPDATE OR DELETE ON ninghai_casepaper
    FOR EACH ROW EXECUTE FUNCTION case_papers_stay_as_issued();
"""

ALLOW = """
DROP TRIGGER case_papers_stay ON ninghai_casepaper;
DROP FUNCTION case_papers_stay_as_issued();
DROP TRIGGER case_series_stay ON ninghai_caseseries;
DROP FUNCTION case_series_only_rise();
DROP TRIGGER cases_stay ON ninghai_case;
DROP FUNCTION registered_cases_stay();
DROP TRIGGER case_event_table_stays ON ninghai_caseevent;
DROP TRIGGER case_events_stay ON ninghai_caseevent;
DROP FUNCTION case_events_only_grow();
"""


def leave_reading_and_adding(apps, schema_editor):
    role = schema_editor.quote_name(settings.DATABASES["default"]["USER"])
    schema_editor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON ninghai_caseevent FROM {role}")


def give_back_changing(apps, schema_editor):
    """What every new table gives the run-time role (roles.sql)."""
    role = schema_editor.quote_name(settings.DATABASES["default"]["USER"])
    schema_editor.execute(f"GRANT UPDATE, DELETE ON ninghai_caseevent TO {role}")


class Migration(migrations.Migration):
    """The events of cases only grow, numbers are never taken back, and a paper stays as it was issued, whoever asks."""

    dependencies = [("ninghai", "0022_cases")]

    operations = [
        migrations.RunSQL(REFUSE, ALLOW),
        migrations.RunPython(leave_reading_and_adding, give_back_changing),
    ]
