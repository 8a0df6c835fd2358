"""What a database holds, in a form that two databases can be compared by: rows, sequences, schema, triggers, grants."""

import re
from typing import Any

from psycopg import Connection, sql

Fingerprint = dict[str, Any]

SAME_WAY = (
    "SET timezone TO 'UTC'",
    "SET datestyle TO 'ISO'",
    "SET intervalstyle TO 'postgres'",
    "SET extra_float_digits TO 1",
    "SET bytea_output TO 'hex'",
    "SET search_path TO public",
)
TABLES = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1"
SEQUENCES = "SELECT relname FROM pg_class WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace ORDER BY 1"
# The sum does not depend on the order of the rows, and two equal rows do not cancel out.
DIGEST = """
    SELECT count(*), coalesce(sum(('x' || left(md5, 15))::bit(60)::bigint), 0)::text || '-' ||
           coalesce(sum(('x' || right(md5, 15))::bit(60)::bigint), 0)::text
    FROM (SELECT md5(t::text) AS md5 FROM ONLY {table} t) AS rows
"""
PARTS = {
    "列": """
        SELECT concat_ws(' ', a.attrelid::regclass, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
                         a.attidentity, pg_get_expr(d.adbin, d.adrelid))
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND a.attnum > 0 AND NOT a.attisdropped
    """,
    "约束": """
        SELECT concat_ws(' ', conrelid::regclass, conname, convalidated, pg_get_constraintdef(oid))
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    """,
    "索引": """
        SELECT concat_ws(' ', pg_get_indexdef(indexrelid), indisvalid)
        FROM pg_index JOIN pg_class c ON c.oid = indrelid WHERE c.relnamespace = 'public'::regnamespace
    """,
    "触发器": """
        SELECT concat_ws(' ', pg_get_triggerdef(t.oid), t.tgenabled)
        FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
        WHERE NOT t.tgisinternal AND c.relnamespace = 'public'::regnamespace
    """,
    "函数": "SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prokind = 'f'",
    "权限": """
        SELECT concat_ws(' ', c.relkind, c.relname, c.relowner::regrole, a.grantee::regrole, a.privilege_type)
        FROM pg_class c
        LEFT JOIN LATERAL aclexplode(coalesce(
            c.relacl, acldefault((CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END)::"char", c.relowner)
        )) a ON true
        WHERE c.relkind IN ('r', 'S') AND c.relnamespace = 'public'::regnamespace
        UNION ALL
        SELECT concat_ws(' ', 'schema', n.nspowner::regrole, a.grantee::regrole, a.privilege_type)
        FROM pg_namespace n, LATERAL aclexplode(n.nspacl) a WHERE n.nspname = 'public'
        UNION ALL
        SELECT concat_ws(' ', 'default', d.defaclrole::regrole, d.defaclobjtype, a.grantee::regrole, a.privilege_type)
        FROM pg_default_acl d, LATERAL aclexplode(d.defaclacl) a WHERE d.defaclnamespace = 'public'::regnamespace
    """,
}
# A restored condition is the same, and is printed with its casts and brackets in other places.
CASTS = re.compile(r"::(?:character varying|text|bpchar)(?:\(\d+\))?(?:\[\])?|[()\s]")


def fingerprint(direct: "Connection[Any]") -> Fingerprint:
    """Everything that a restore must bring back; inside a transaction, as of its snapshot."""
    shape = schema(direct)
    names = [row[0] for row in direct.execute(TABLES)]
    return {"tables": {name: _rows_and_digest(direct, name) for name in names}, "schema": shape}


def schema(direct: "Connection[Any]") -> dict[str, list[str]]:
    """Columns, constraints, indexes, triggers, functions and rights, each in a line."""
    for statement in SAME_WAY:
        direct.execute(statement)
    return {part: sorted(CASTS.sub("", row[0]) for row in direct.execute(query)) for part, query in PARTS.items()}


def sequences(direct: "Connection[Any]") -> dict[str, int]:
    """The next number of each; sequences know no snapshot and may be ahead of the rows."""
    names = [row[0] for row in direct.execute(SEQUENCES)]
    return {name: _next_number(direct, name) for name in names}


def _rows_and_digest(direct: "Connection[Any]", table: str) -> list[Any]:
    row = direct.execute(sql.SQL(DIGEST).format(table=sql.Identifier("public", table))).fetchone()
    return list(row or ())


def _next_number(direct: "Connection[Any]", name: str) -> int:
    asked = sql.SQL("SELECT last_value + is_called::int FROM {}").format(sql.Identifier("public", name))
    row = direct.execute(asked).fetchone()
    return int(row[0]) if row else 0
