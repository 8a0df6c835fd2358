"""What is looked at first and then confirmed (先预览、后确认): the person sees what would be done, and nothing else is done."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.forms import BaseForm, Form
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from ninghai.calendar import clock
from ninghai.models import User
from ninghai.models.state_machine import TOO_LATE, Allowed, StaleError, StatefulModel, TransitionError, require
from ninghai.staff_site.pages import Trail, along, began_at, first_of, office_page, was_done
from ninghai.web.http import AuthenticatedRequest
from ninghai.web.template_filters import undo_tag
from ninghai.web.versions import seen_version

R = TypeVar("R", bound=StatefulModel)
Done = TypeVar("Done")
REFUSALS = (PermissionDenied, StaleError, TransitionError, ValidationError)  # what a service says no with
GOOD_FOR = 3600  # seconds in which what was shown may be confirmed
MOST_UNDONE, LONGEST_NUMBER = 200, 9  # records whose numbers an address holds, and digits of each


def preview_page(
    request: AuthenticatedRequest,
    form: BaseForm,
    template: str,
    *,
    title: str,
    trail: Trail,
    preview: Callable[[], object],
    act: Callable[[], Done],
    done: Callable[[Done], HttpResponse],
    **context: Any,
) -> HttpResponse:
    """The form; filled in, what it would do (`shown`) with the button that confirms it; confirmed, it is done, and `done` says so.

    What `preview` or `act` refuses stands beside the fields, and nothing typed is lost.
    """
    came_of_it: list[Done] = []
    if "confirmed" in request.POST and was_done(form, lambda: came_of_it.append(act())):
        return done(came_of_it[0])
    found: list[object] = []
    is_shown = form.is_bound and was_done(form, lambda: found.append(preview()))
    return office_page(
        request, template, title=title, trail=trail, form=form, shown=found[0] if is_shown else None, **context
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedPreview:
    """A preview that goes to the person signed: what comes back in `field` is what was shown, and is what will be done."""

    salt: str
    field: str
    page: str  # the name of the address where it begins
    in_vain: str = "没有导入："
    expired: str = "预览已过期，请重新上传文件。"

    def seal(self, shown: Any) -> str:
        return signing.dumps(shown, salt=self.salt, compress=True)

    def confirm(self, request: AuthenticatedRequest, act: Callable[[Any], HttpResponse], **page: Any) -> HttpResponse:
        """Do what was shown; why not, where it is out of date or refused by now, is said on the page where it begins."""
        try:
            shown = signing.loads(request.POST.get(self.field, ""), salt=self.salt, max_age=GOOD_FOR)
            return act(shown)
        except signing.BadSignature:
            messages.error(request, self.expired)
        except (TransitionError, ValidationError) as refused:
            messages.error(request, f"{self.in_vain}{in_words(refused)}")
        began: HttpResponse = redirect(self.page, **page)
        return began


def in_words(refused: Exception) -> str:
    return "；".join(refused.messages) if isinstance(refused, ValidationError) else str(refused)


@dataclass(frozen=True, slots=True, kw_only=True)
class Together(Generic[R]):
    """Several ticked rows of a list decided at once (批量办理): an action of the list.

    First a page lists those that will be, and the others with why not. Sent from there, each is decided by the service of
    its own page, in the version that this person saw; whatever is refused is named and left as it is.
    """

    action: str  # the list's name for it
    title: str
    verb: str  # 接收
    noun: str  # 份填报
    lead: str  # what becomes of those listed
    keyword: str  # by which the service takes the record
    columns: Mapping[str, Callable[[R], object]]  # the first leads to the record's page
    allowed: Callable[[User, R], Allowed]
    service: Callable[..., object]
    form: Callable[[QueryDict | None], Form] = Form
    records: Callable[[User], QuerySet[R]]
    list_page: str
    list_title: str
    take_back: Callable[..., object] | None = None  # undoes one of them (撤销), and where that is asked for
    undo_page: str = ""

    def answer(self, request: AuthenticatedRequest, ticked: QuerySet[R]) -> HttpResponse | None:
        """The page that asks, or what came of it; None leads back to the list."""
        confirmed = "confirmed" in request.POST
        form = self.form(request.POST if confirmed else None)
        if not confirmed or not form.is_valid():
            return self._page(request, ticked, form)
        left = self._decide(request, ticked, form.cleaned_data)
        still = self.records(request.user).filter(pk__in=[record.pk for record in left])
        if not any(self.allowed(request.user, record) for record in still):
            return None
        page = self._page(request, still, form)  # as they are now, with what was typed
        page.status_code = 409
        return page

    def _decide(self, request: AuthenticatedRequest, ticked: Iterable[R], sent: Mapping[str, Any]) -> list[R]:
        """What was refused is told and returned; what is no longer there for this person is told as a number."""
        left, done, records = list[R](), list[int](), list(ticked)
        if gone := len(set(request.POST.getlist(ACTION_CHECKBOX_NAME))) - len(records):
            messages.warning(request, f"有 {gone} {self.noun}刚刚已经办理过，不在列表中了，没有再办理。")
        for record in records:
            try:
                seen = seen_version(request, f"version-{record.pk}")
                self.service(**{self.keyword: record}, **sent, version=seen, by=request.user, at=clock.now())
            except REFUSALS as refused:
                messages.warning(request, f"{record}没有办理：{in_words(refused)}")
                left.append(record)
            else:
                done.append(record.pk)
        if done:
            messages.success(
                request, f"已{self.verb} {len(done)} {self.noun}。", extra_tags=self._undo_tag(request, done)
            )
        return left

    def _undo_tag(self, request: AuthenticatedRequest, done: list[int]) -> str:
        if not self.undo_page or len(done) > MOST_UNDONE:
            return ""
        asked = {"of": ".".join(map(str, done)), "back": request.get_full_path()}
        return undo_tag(f"{reverse(self.undo_page)}?{urlencode(asked)}")

    def undo(self, request: AuthenticatedRequest) -> HttpResponse:
        """撤销 from beside the sentence that says how many were decided: each that this person may still take back, the last
        first, by the service of its own page; the others are counted."""
        asked = [int(pk) for pk in request.GET.get("of", "").split(".") if pk.isdecimal() and len(pk) <= LONGEST_NUMBER]
        found, done = self.records(request.user).model._default_manager.in_bulk(asked[:MOST_UNDONE]), 0
        for record in (found[pk] for pk in reversed(asked) if pk in found):
            if self.take_back and record.undoable(by=request.user, at=clock.now()):
                with suppress(*REFUSALS):
                    self.take_back(**{self.keyword: record}, by=request.user, at=clock.now())
                    done += 1
        if done:
            messages.success(request, f"已撤销，{done} {self.noun}恢复为刚才办理以前的样子。")
        if left := len(asked) - done:
            messages.warning(request, f"{left} {self.noun}没有撤销：{TOO_LATE}")
        return redirect(began_at(request, otherwise=reverse(self.list_page)))

    def _page(self, request: AuthenticatedRequest, ticked: QuerySet[R], form: Form) -> HttpResponse:
        records, rest = first_of(ticked)
        answers = [(record, self._why_not(request.user, record)) for record in records]
        chosen = [record for record, why_not in answers if not why_not]
        return office_page(
            request,
            "admin/office/together.html",
            title=self.title,
            trail=[(self.list_title, request.get_full_path())],
            together=self,
            form=form,
            rest=rest,
            chosen=chosen,
            rows=[self._row(request, record) for record in chosen],
            left=[(record, why_not) for record, why_not in answers if why_not],
            back=request.get_full_path(),
        )

    def _row(self, request: AuthenticatedRequest, record: R) -> tuple[str, list[tuple[str, object]]]:
        """The address of its page, and (head, what it says) of each column."""
        page = self.list_page.removesuffix("changelist") + "change"
        return along(request, reverse(page, args=[record.pk])), [
            (head, say(record)) for head, say in self.columns.items()
        ]

    def _why_not(self, user: User, record: R) -> str:
        try:
            require(self.allowed(user, record))
        except REFUSALS as refused:
            return in_words(refused)
        return ""
