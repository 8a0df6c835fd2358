"""Django's PostgreSQL backend, which starts the private servers before its first connection."""

from functools import cache
from typing import Any

from django.conf import settings

from ninghai.operations.database.backend import base
from ninghai.operations.devservices.place import prepare_private_place
from ninghai.operations.devservices.services import PrivateServices


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        start_private_services()
        return super().get_new_connection(conn_params)


@cache
def start_private_services() -> None:
    """Once in a process; commands that never ask the database never get here. `make stop` ends what was started."""
    PrivateServices(place=prepare_private_place(var=settings.VAR_DIR)).start()
