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
