"""The databases of a run: templates that are filled once, and a fresh copy of one for each worker, as often as it wants."""

from collections.abc import Callable

import psycopg
from django.core.management import call_command
from django.db import connection, connections
from psycopg import sql

from ninghai.operations.devservices.postgresql import OWNER, RUNTIME, SUPERUSER
from ninghai.operations.devservices.services import PrivateServices
from tests.services import start_test_services

PRISTINE = "pristine"  # migrated, and nothing more


def make_pristine(services: PrivateServices) -> None:
    """Migrate once for all workers."""

    def migrate() -> None:
        services.postgresql.make_database(name=connection.settings_dict["NAME"])
        call_command("migrate", interactive=False, verbosity=0)

    make_template(PRISTINE, migrate)


def make_template(name: str, fill: Callable[[], None]) -> None:
    """Let `fill` fill this process's database and set it aside under this name, unless another worker was faster."""
    with _superuser() as server:
        server.execute("SELECT pg_advisory_lock(hashtext(%s))", [name])
        if server.execute("SELECT FROM pg_database WHERE datname = %s", [name]).rowcount:
            return
        fill()
        hang_up()
        own = sql.Identifier(connection.settings_dict["NAME"])
        server.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(own, sql.Identifier(name)))


def renew_database(template: str = PRISTINE) -> None:
    """Put a fresh copy of the template in place of this process's database, whoever is still connected to it."""
    names = {
        "database": sql.Identifier(connection.settings_dict["NAME"]),
        "template": sql.Identifier(template),
        "owner": sql.Identifier(OWNER),
        "runtime": sql.Identifier(RUNTIME),
    }
    hang_up()
    with _superuser() as server:
        for statement in (
            "DROP DATABASE IF EXISTS {database} WITH (FORCE)",
            "CREATE DATABASE {database} TEMPLATE {template} OWNER {owner}",
            "REVOKE ALL ON DATABASE {database} FROM PUBLIC",
            "GRANT CONNECT ON DATABASE {database} TO {runtime}",
        ):
            server.execute(sql.SQL(statement).format(**names))


def hang_up() -> None:
    connections.close_all()
    connection.close_pool()


def _superuser() -> psycopg.Connection:
    return psycopg.connect(start_test_services().postgresql.url(role=SUPERUSER, database="postgres"), autocommit=True)
