"""Who it is that a session belongs to, as Django's own backend says, but for its SQL: every request asks for it."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.db.models import QuerySet

from ninghai.models import User
from ninghai.operations.database.queries import CompiledOnce


def _with_number(pk: int) -> QuerySet[User]:
    return User.objects.filter(pk=pk).order_by()


_account = CompiledOnce(_with_number, pk=-1)


class Accounts(ModelBackend):
    def get_user(self, user_id: Any) -> User | None:
        """Nobody once the account is deactivated."""
        return next((user for user in _account(pk=user_id) if self.user_can_authenticate(user)), None)
