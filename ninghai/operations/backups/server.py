"""The database as the owner of its schema reaches it, and PostgreSQL's own programs for dump and restore."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db import OperationalError, connection
from psycopg import Connection, sql

from ninghai.operations.backups.manifest import BackupError

PROGRAMS = Path("/usr/lib/postgresql")
LINES_OF_ERROR = 3


@contextmanager
def owner_connection() -> Iterator["psycopg.Connection[Any]"]:
    """A connection of the owner, without the time limits of web and workers."""
    try:
        connection.ensure_connection()  # starts the private server of a trial
        connection.close()
        direct = psycopg.connect(**_address(), autocommit=True)
    except (OperationalError, psycopg.OperationalError) as refused:
        raise BackupError(
            f"连不上数据库，请用 ninghai-owner 的身份执行，并核对 DATABASE_OWNER_URL：{str(refused).strip()}"
        ) from None
    with direct:
        yield direct


def run_program(name: str, *arguments: str, options: str = "") -> None:
    """pg_dump or pg_restore, as the owner, with these options of the server; what it complains of is told."""
    done = subprocess.run(  # noqa: S603 - PostgreSQL's own programs with our own arguments
        [_program(name), *arguments], check=False, env=_environment(options), text=True, capture_output=True
    )
    if done.returncode:
        output = " ".join(done.stderr.strip().splitlines()[:LINES_OF_ERROR])
        raise BackupError(f"{name} 没有成功：{output}")


def _address() -> dict[str, Any]:
    owner = settings.DATABASE_OWNER
    named = {
        "host": owner["HOST"],
        "port": owner["PORT"],
        "user": owner["USER"],
        "password": owner["PASSWORD"],
        "dbname": connection.settings_dict["NAME"],
    }
    return {**{name: value for name, value in named.items() if value}, **owner["OPTIONS"]}


def _environment(options: str) -> dict[str, str]:
    """The same address in libpq's own variables: no password stands among a program's arguments."""
    address = _address()
    address["database"] = address.pop("dbname")
    address["options"] = f"{address.get('options', '')} {options}".strip()
    return {**os.environ, **{f"PG{name.upper()}": str(value) for name, value in address.items()}, "PGTZ": "UTC"}


def _program(name: str) -> str:
    """The newest of this machine: a dump may be made by a newer program than the server, never by an older one."""
    versions = [folder for folder in PROGRAMS.glob("*") if re.fullmatch(r"\d+", folder.name)]
    for folder in sorted(versions, key=lambda folder: -int(folder.name)):
        if (folder / "bin" / name).exists():
            return str(folder / "bin" / name)
    if found := shutil.which(name):
        return found
    raise BackupError(f"缺少 {name}，请安装软件包 postgresql-client。")


# What a database holds, in a form that two databases can be compared by: rows, sequences, schema, triggers, grants.

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
