"""The base of the office's admin pages: who sees and who changes is said by role, nothing is deleted."""

from typing import ClassVar, TypeVar

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from ninghai.models import Role, User
from ninghai.office.site import OFFICE_ROLES
from ninghai.roles import acts_as

M = TypeVar("M", bound=Model)


class OfficeModelAdmin(admin.ModelAdmin[M]):
    """An admin page for some roles. Records move through their services; the admin never deletes."""

    viewers: ClassVar[frozenset[Role]] = OFFICE_ROLES
    editors: ClassVar[frozenset[Role]] = frozenset()
    list_per_page = 50
    show_full_result_count = False

    def _acts_as(self, request: HttpRequest, roles: frozenset[Role]) -> bool:
        user = request.user
        return isinstance(user, User) and acts_as(user, *roles)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return self._acts_as(request, self.viewers | self.editors)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._acts_as(request, self.editors)

    def has_change_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return self._acts_as(request, self.editors)

    def has_delete_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False


class ReadOnlyAdmin(OfficeModelAdmin[M]):
    """Records that the admin shows and never changes."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False
