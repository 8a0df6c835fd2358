"""The base of the office's admin pages: the permission matrix says who sees and who changes, nothing is deleted."""

from typing import Any, ClassVar, TypeVar, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.models import LogEntry
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import EmptyResultSet, ValidationError
from django.db import transaction
from django.db.models import Model, QuerySet, UUIDField
from django.forms import BaseForm, Media
from django.http import Http404, HttpRequest, HttpResponse

from ninghai.accounts.permission_table import GET, POST, is_named
from ninghai.calendar import clock
from ninghai.models import AuditEntry, User
from ninghai.models.state_machine import TransitionError, require
from ninghai.staff_site.groups import DeskGroup
from ninghai.staff_site.inbox import WaitingFilter
from ninghai.staff_site.list_tools import ListTools
from ninghai.staff_site.result_list import ShowsStates
from ninghai.web.http import AuthenticatedRequest
from ninghai.web.versions import require_seen, version_of

M = TypeVar("M", bound=Model)

FORM_SCRIPTS = Media(  # for the windows in which a form's related records are looked up and added
    js=[
        f"admin/js/vendor/jquery/jquery{'' if settings.DEBUG else '.min'}.js",  # under the name that fields ask for it too
        "admin/js/jquery.init.js",
        "admin/js/admin/RelatedObjectLookups.js",
    ]
)

CHANGED = "ninghai.changed_values"
LONGEST_VALUE = 500  # characters of a value that the audit trail keeps
LONGEST_SEARCH = 100  # characters; each word of a search costs the database a condition for every field


def before_and_after(form: BaseForm) -> dict[str, list[str]]:
    """Each changed field with its value before and now, as text."""
    changed = [name for name in form.changed_data if name in form.fields]
    return {
        name: [_as_text(form.get_initial_for_field(form.fields[name], name)), _as_text(form.cleaned_data.get(name))]
        for name in changed
    }


def _as_text(value: Any) -> str:
    """A record by its number, several in a row; what is long is cut."""
    if isinstance(value, Model):
        return str(value.pk)
    if isinstance(value, list | tuple | set | QuerySet):
        return "、".join(_as_text(each) for each in value)[:LONGEST_VALUE]
    return "" if value is None else str(value)[:LONGEST_VALUE]


class OfficeChangeList(ChangeList):
    """A list whose address cannot break it: what names no day of the calendar shows the whole list, as other nonsense does."""

    def get_filters(self, request: HttpRequest) -> Any:
        try:
            specs, *rest, _ = super().get_filters(request)
        except (OverflowError, ValueError) as impossible_day:
            raise IncorrectLookupParameters(impossible_day) from impossible_day
        narrows = any(spec.used_parameters for spec in specs if not getattr(spec, "is_switch", False))
        return specs, *rest, narrows

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Any]:
        """The rows; a year that no calendar has shows only when the query is written, so it is written here once."""
        found = super().get_queryset(request, exclude_parameters)
        try:
            found.query.sql_with_params()
        except EmptyResultSet:
            pass
        except (OverflowError, ValueError) as impossible_day:
            raise IncorrectLookupParameters(impossible_day) from impossible_day
        return found


class OfficeModelAdmin(ShowsStates[M], ListTools[M]):
    """An admin page for the roles that the permission matrix names. Records move through their services."""

    group: ClassVar[DeskGroup]
    rank: ClassVar[int] = 9  # among the lists behind the same door: the first is looked at most
    list_per_page = 20  # a phone shows each as a card
    show_full_result_count = False
    view_on_site = False  # pages link to the public's page themselves
    waiting_filter: ClassVar[type[WaitingFilter]] = WaitingFilter
    untold: ClassVar[frozenset[str]] = frozenset()  # fields that no list shows, and that no address may be asked about

    @property
    def media(self) -> Media:
        """A list needs none of the scripts that Django gives every page of the admin; a form takes its own (`FORM_SCRIPTS`)."""
        return Media()

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """Django's form; 422 where it comes back with what is wrong."""
        context["media"] = FORM_SCRIPTS + context["media"]
        page = super().render_change_form(request, context, *args, **kwargs)
        page.status_code = 422 if context["errors"] else page.status_code
        return page

    def get_list_filter(self, request: HttpRequest) -> Any:
        """First of all what waits for this person, in whatever list."""
        return [self.waiting_filter, *super().get_list_filter(request)]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return OfficeChangeList

    def lookup_allowed(self, lookup: str, value: Any, request: Any = None) -> bool:
        """Whether an address may narrow the list by it: “?password__startswith=…” would tell what nobody may read."""
        return lookup.partition("__")[0] not in self.untold and super().lookup_allowed(lookup, value, request)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[M], search_term: str
    ) -> tuple[QuerySet[M], bool]:
        """Search for the words that a person types; thousands of words would keep the database busy for a minute."""
        return super().get_search_results(request, queryset, search_term[:LONGEST_SEARCH])

    @transaction.atomic
    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """A form of the admin says what it showed, or it is refused as stale (409); nobody changes that meanwhile."""
        shown = self.get_object(request, unquote(object_id)) if object_id else None
        if request.method == "POST":
            self._require_open(request, object_id, shown)
        if shown is None or not self.has_change_permission(request, shown):
            return super().changeform_view(request, object_id, form_url, extra_context)
        if request.method == "POST":
            self.model._default_manager.select_for_update().filter(pk=shown.pk).values_list("pk").first()
            require_seen(request, *self._written_in(request, shown))
        seen = {"seen_version": version_of(*self._written_in(request, shown))}
        return super().changeform_view(request, object_id, form_url, {**(extra_context or {}), **seen})

    def record_page(self, request: AuthenticatedRequest, pk: int) -> HttpResponse:
        """The page that stands in the place of Django's form where a class has one, open to whoever sees its list."""
        raise NotImplementedError

    def new_page(self, request: AuthenticatedRequest) -> HttpResponse:
        """The page on which a record begins, in the place of Django's form where a class has one."""
        raise NotImplementedError

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        if type(self).record_page is OfficeModelAdmin.record_page:
            return super().change_view(request, object_id, *args, **kwargs)
        require(self.has_view_permission(request))
        if not object_id.isdecimal():
            raise Http404
        return self.record_page(cast(AuthenticatedRequest, request), int(object_id))

    def add_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if type(self).new_page is OfficeModelAdmin.new_page:
            return super().add_view(request, *args, **kwargs)
        return self.new_page(cast(AuthenticatedRequest, request))

    def why_closed(self, obj: M) -> str:
        """A sentence, where the record's state keeps everybody from changing it: that is a conflict, not a matter of roles."""
        return ""

    def _require_open(self, request: HttpRequest, object_id: str | None, shown: M | None) -> None:
        if object_id and shown is None:
            raise Http404
        if shown is not None and self.has_change_permission(request) and (words := self.why_closed(shown)):
            raise TransitionError(words)

    def _written_in(self, request: HttpRequest, obj: M) -> list[Model]:
        """The record with the rows that its form has below it, and those by which it names others."""
        below = [
            inline.get_formset(request, obj)(instance=obj).get_queryset().order_by("pk")
            for inline in self.get_inline_instances(request, obj)
        ]
        named = [
            through._default_manager.filter(**{many.m2m_field_name(): obj}).order_by("pk")
            for many in obj._meta.many_to_many
            if (through := getattr(type(obj), many.name).through)
        ]
        return [type(obj)._default_manager.get(pk=obj.pk), *(row for rows in [*below, *named] for row in rows)]

    def response_action(
        self, request: HttpRequest, queryset: QuerySet[M], *args: Any, **kwargs: Any
    ) -> HttpResponse | None:
        """Do what was chosen for the ticked rows; a row that no record can have was never on the page."""
        if all(self._may_be_a_row(row) for row in request.POST.getlist(ACTION_CHECKBOX_NAME)):
            return super().response_action(request, queryset, *args, **kwargs)
        messages.warning(request, "没有识别出所选的行，什么都没有改变。请刷新页面后重新勾选。")
        return None

    def _may_be_a_row(self, key: str) -> bool:
        if not isinstance(self.opts.pk, UUIDField):
            return key.isdecimal()
        try:
            return bool(self.opts.pk.to_python(key))
        except ValidationError:
            return False

    def log_addition(self, request: HttpRequest, obj: M, message: Any) -> LogEntry:
        self._record(AuditEntry.Action.CREATE, request, obj, message)
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: M, message: Any) -> LogEntry:
        self._record(AuditEntry.Action.EDIT, request, obj, message)
        return super().log_change(request, obj, message)

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:
        """Remember what the form has changed, for the audit trail."""
        request.META[CHANGED] = {} if self.model is User else before_and_after(form)
        return super().construct_change_message(request, form, formsets, add)

    @staticmethod
    def _record(action: AuditEntry.Action, request: HttpRequest, obj: M, message: Any) -> None:
        """What a form of the admin changed enters the audit trail: the fields with what stood there before and what stands
        there now, the records below by name; of a person's account the names of the fields alone."""
        if isinstance(request.user, User):
            detail = {"changes": message, **({"values": values} if (values := request.META.get(CHANGED)) else {})}
            AuditEntry.objects.record(action=action, target=obj, by=request.user, at=clock.now(), detail=detail)

    def _is_named(self, request: HttpRequest, page: str, method: str) -> bool:
        """Whether a row of the permission matrix names the person at this page of the list's."""
        address = f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}"
        return isinstance(request.user, User) and is_named(request.user, address, method)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return self._is_named(request, "changelist", GET)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._is_named(request, "add", POST)

    def has_change_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        """Whoever adds records also works on them, be it on pages of their own."""
        return self._is_named(request, "change", POST) or self.has_add_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False


class ReadOnlyAdmin(OfficeModelAdmin[M]):
    """Records that the admin shows and never changes."""

    def has_change_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False
