"""Files of papers are sealed and kept by the room of the matter; a paper itself keeps none."""

from django.db import migrations

STAY = """
CREATE OR REPLACE FUNCTION case_papers_stay_as_issued() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'
        AND (to_jsonb(OLD) - ARRAY['delivery', 'handed_over_on', 'delivered_on'])
          = (to_jsonb(NEW) - ARRAY['delivery', 'handed_over_on', 'delivered_on']) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a paper stays as it was issued' USING ERRCODE = 'insufficient_privilege';
END
$$;
"""

WITH_FILES = """
CREATE OR REPLACE FUNCTION case_papers_stay_as_issued() RETURNS trigger LANGUAGE plpgsql AS $$
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
"""


class Migration(migrations.Migration):
    dependencies = [("ninghai", "0023_cases_only_grow")]

    operations = [
        migrations.RunSQL(STAY, WITH_FILES),
        migrations.RemoveField(model_name="casepaper", name="file"),
        migrations.RemoveField(model_name="casepaper", name="proof"),
    ]
