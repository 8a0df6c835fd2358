"""migrate, as the owner of the schema."""

from typing import Any

from django.core.management.commands import migrate

from ninghai.operations.database.connections import as_owner


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        with as_owner():
            super().handle(*args, **options)
