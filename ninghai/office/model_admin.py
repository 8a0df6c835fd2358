"""The base of the office's admin pages: who sees and who changes is said by role, nothing is deleted."""

from typing import Any, ClassVar, TypeVar

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.models import LogEntry
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse

from ninghai import clock
from ninghai.models import AuditEntry, Role, User
from ninghai.office.list_tools import ListTools
from ninghai.office.site import OFFICE_ROLES
from ninghai.roles import acts_as

M = TypeVar("M", bound=Model)

LONGEST_SEARCH = 100  # characters; each word of a search costs the database a condition for every field


class OfficeChangeList(ChangeList):
    """A list whose address cannot break it: what names no day of the calendar shows the whole list, as other nonsense does."""

    def get_filters(self, request: HttpRequest) -> Any:
        try:
            return super().get_filters(request)
        except (OverflowError, ValueError) as impossible_day:
            raise IncorrectLookupParameters(impossible_day) from impossible_day


class OfficeModelAdmin(ListTools[M]):
    """An admin page for some roles. Records move through their services; the admin never deletes."""

    viewers: ClassVar[frozenset[Role]] = OFFICE_ROLES
    editors: ClassVar[frozenset[Role]] = frozenset()
    list_per_page = 50
    show_full_result_count = False
    view_on_site = False  # pages link to the public's page themselves

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return OfficeChangeList

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[M], search_term: str
    ) -> tuple[QuerySet[M], bool]:
        """Search for the words that a person types; thousands of words would keep the database busy for a minute."""
        return super().get_search_results(request, queryset, search_term[:LONGEST_SEARCH])

    def response_action(
        self, request: HttpRequest, queryset: QuerySet[M], *args: Any, **kwargs: Any
    ) -> HttpResponse | None:
        """Do what was chosen for the ticked rows; a row that is no number was never on the page."""
        if all(row.isdecimal() for row in request.POST.getlist(ACTION_CHECKBOX_NAME)):
            return super().response_action(request, queryset, *args, **kwargs)
        messages.warning(request, "没有识别出所选的行，什么都没有改变。请刷新页面后重新勾选。")
        return None

    def log_addition(self, request: HttpRequest, obj: M, message: Any) -> LogEntry:
        self._record(AuditEntry.Action.CREATE, request, obj, message)
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: M, message: Any) -> LogEntry:
        self._record(AuditEntry.Action.EDIT, request, obj, message)
        return super().log_change(request, obj, message)

    @staticmethod
    def _record(action: AuditEntry.Action, request: HttpRequest, obj: M, message: Any) -> None:
        """What a form of the admin changed enters the audit trail: the names of fields and of records below, no values."""
        if isinstance(request.user, User):
            AuditEntry.objects.record(
                action=action, target=obj, by=request.user, at=clock.now(), detail={"changes": message}
            )

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
