"""The triggers that move the revision of the public pages. Migrations hold these statements: they are not changed, only added to."""

FUNCTION = """
CREATE FUNCTION public_pages_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO ninghai_publicchange DEFAULT VALUES;
    RETURN NULL;
END
$$;
"""
DROP_FUNCTION = "DROP FUNCTION public_pages_changed();"


def watch(table: str, *, columns: tuple[str, ...] = ()) -> tuple[str, str]:
    """The statements for a migration that let changes of the table (of these columns, if any are named) move the revision."""
    of_columns = f" OF {', '.join(columns)}" if columns else ""
    create = (
        f"CREATE TRIGGER public_pages_changed AFTER INSERT OR DELETE OR UPDATE{of_columns} ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION public_pages_changed();"
    )
    return create, f"DROP TRIGGER public_pages_changed ON {table};"
