"""makemigrations, which compares models with files and here asks no database, so that none is started for it."""

from typing import Any

from django.core.management.commands import makemigrations
from django.db import connection


class Command(makemigrations.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        connection.settings_dict["ENGINE"] = "django.db.backends.dummy"
        super().handle(*args, **options)
