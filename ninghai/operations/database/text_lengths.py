"""Every text has a longest length: in its form (`max_length` of the field), and in the database, whoever writes it.

Migrations put a trigger on each such column. What people write and send past every form is refused with a sentence; what
the portal writes itself (`cut`) is cut. A row that is longer already stays as it is, and may still be published or
withdrawn, until its text is changed: a constraint would keep it from any change at all.
"""

from django.db import IntegrityError

NAME = "longest_text"  # of the constraint that an IntegrityError tells
FUNCTION = """
CREATE FUNCTION longest_text() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    name text := TG_ARGV[0];
    longest int := TG_ARGV[1];
    is_same boolean := false;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        EXECUTE format('SELECT ($1).%I IS NOT DISTINCT FROM ($2).%I', name, name) INTO is_same USING OLD, NEW;
    END IF;
    IF is_same THEN
        RETURN NEW;
    ELSIF TG_ARGV[2] = 'cut' THEN
        RETURN jsonb_populate_record(NEW, jsonb_build_object(name, left(to_jsonb(NEW) ->> name, longest)));
    END IF;
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'longest_text', TABLE = TG_TABLE_NAME, COLUMN = name,
        MESSAGE = format('“%s”超过了%s字，没有保存。请写短一些再试。', TG_ARGV[2], longest);
END
$$;
"""
DROP_FUNCTION = "DROP FUNCTION longest_text();"


def bound(table: str, column: str, longest: int, label: str) -> tuple[str, str]:
    """The statements for a migration that refuse what is longer; `label` is what people call the text."""
    create = (
        f"CREATE TRIGGER longest_{column} BEFORE INSERT OR UPDATE OF {column} ON {table} FOR EACH ROW "
        f"WHEN (char_length(NEW.{column}) > {longest}) EXECUTE FUNCTION longest_text('{column}', {longest}, '{label}');"
    )
    return create, f"DROP TRIGGER longest_{column} ON {table};"


def cut(table: str, column: str, longest: int) -> tuple[str, str]:
    """The same for what the portal writes itself."""
    return bound(table, column, longest, "cut")


def too_long(error: BaseException | None) -> str:
    """The sentence, where this was why nothing was stored; else nothing."""
    diagnosis = getattr(getattr(error, "__cause__", None), "diag", None)
    if isinstance(error, IntegrityError) and diagnosis is not None and diagnosis.constraint_name == NAME:
        return str(diagnosis.message_primary)
    return ""
