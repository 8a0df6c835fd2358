from importlib import import_module

from django.db import migrations

from ninghai.web.public_pages.triggers import watch

SHOWN_OF_AN_ITEM = import_module("disclosure.migrations.0002_what_public_pages_show").SHOWN_OF_AN_ITEM

# Whatever one statement does to however many rows is one change: a million rows that are loaded at once note it once.
NOTE = """
CREATE FUNCTION note_public_change() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    here CONSTANT text := txid_current()::text || ' ' || statement_timestamp()::text;
BEGIN
    IF current_setting('ninghai.public_change', true) IS DISTINCT FROM here THEN
        PERFORM set_config('ninghai.public_change', here, true);
        INSERT INTO ninghai_publicchange DEFAULT VALUES;
    END IF;
END
$$;
"""
OF_ITEMS = """
CREATE FUNCTION public_item_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        IF OLD.status IN ('published', 'withdrawn') THEN
            PERFORM note_public_change();
            RETURN NULL;
        END IF;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        IF NEW.status IN ('published', 'withdrawn') THEN
            PERFORM note_public_change();
        END IF;
    END IF;
    RETURN NULL;
END
$$;
"""
OF_ATTACHMENTS = """
CREATE FUNCTION public_attachment_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    items bigint[] := ARRAY[]::bigint[];
BEGIN
    IF TG_OP <> 'INSERT' THEN
        items := items || OLD.item_id;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        items := items || NEW.item_id;
    END IF;
    IF EXISTS (SELECT FROM disclosure_item WHERE id = ANY (items) AND status IN ('published', 'withdrawn')) THEN
        PERFORM note_public_change();
    END IF;
    RETURN NULL;
END
$$;
"""
DROP = "DROP FUNCTION {}();"


def watch_rows(table: str, function: str, *, columns: tuple[str, ...] = ()) -> str:
    of_columns = f" OF {', '.join(columns)}" if columns else ""
    return (
        f"CREATE TRIGGER public_pages_changed AFTER INSERT OR DELETE OR UPDATE{of_columns} ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {function}();"
    )


def instead(table: str, function: str, *, columns: tuple[str, ...] = ()) -> migrations.RunSQL:
    """Look at the rows from now on, and not at the statement alone."""
    every, drop = watch(table, columns=columns)
    return migrations.RunSQL([drop, watch_rows(table, function, columns=columns)], [drop, every])


class Migration(migrations.Migration):
    """Only what is or was public moves the revision of the public pages: nobody outside learns when a draft is saved."""

    dependencies = [("disclosure", "0005_taken_over_with_its_day")]

    operations = [
        migrations.RunSQL(NOTE, DROP.format("note_public_change")),
        migrations.RunSQL(OF_ITEMS, DROP.format("public_item_changed")),
        migrations.RunSQL(OF_ATTACHMENTS, DROP.format("public_attachment_changed")),
        instead("disclosure_item", "public_item_changed", columns=SHOWN_OF_AN_ITEM),
        instead("disclosure_attachment", "public_attachment_changed"),
    ]
