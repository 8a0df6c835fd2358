"""Sessions in the database, as Django's own, but a request writes only what it has changed itself.

Django writes the whole session back: a slow request would undo what a quick one did meanwhile, and the next act would be
done for another unit than the person has chosen.
"""

from copy import deepcopy
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as InTheDatabase
from django.db import router, transaction

GONE = object()


class SessionStore(InTheDatabase):
    """`_read` is the session as this request found it."""

    _read: dict[str, Any] | None = None

    def load(self) -> dict[str, Any]:
        data: dict[str, Any] = super().load()
        self._read = deepcopy(data)
        return data

    def save(self, must_create: bool = False) -> None:
        if must_create or self._read is None or self.session_key is None:
            super().save(must_create)
        else:
            with transaction.atomic(using=router.db_for_write(self.model)):
                self._merge(self._read)
                super().save()
        self._read = deepcopy(self._get_session(no_load=must_create))  # type: ignore[attr-defined]

    def _merge(self, read: dict[str, Any]) -> None:
        """What is stored by now, with what this request has changed."""
        mine: dict[str, Any] = self._get_session()  # type: ignore[attr-defined]
        row = self.model.objects.select_for_update().filter(session_key=self.session_key).first()
        if row is None:
            return  # ended meanwhile: Django says so when it saves
        stored = row.get_decoded()
        for name in read.keys() | mine.keys():
            value = mine.get(name, GONE)
            if value is GONE:
                stored.pop(name, None)
            elif value != read.get(name, GONE):
                stored[name] = value
        self._session_cache = stored
