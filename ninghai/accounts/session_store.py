"""Sessions in the database, as Django's own, but for their SQL: every request of a signed-in person asks for one."""

from datetime import UTC, datetime
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as InTheDatabase
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from ninghai.database import CompiledOnce


def _live(key: str, now: datetime) -> QuerySet[Session]:
    return Session.objects.filter(session_key=key, expire_date__gt=now)


_live_session = CompiledOnce(_live, key="the session's key", now=datetime(1, 1, 1, tzinfo=UTC))


class SessionStore(InTheDatabase):
    def _get_session_from_db(self) -> Any:
        for session in _live_session(key=self.session_key, now=timezone.now()):
            return session
        self._session_key = None
        return None
