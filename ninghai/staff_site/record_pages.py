"""One page per record: its view, its table of acts and their addresses, mounted for the units and for the office.

`WORK` stands below /work/ in the units' frame, `ADMIN` in the frame of the web admin; template, context and acts are the
same, and the `rules` that an act names decide whether its button stands there. Whoever acts is answered in this order: 404
who may not see the record, 403 who may not act, 409 who saw another version or does not say which, 422 what cannot be done;
the last comes with everything typed.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar, Generic, Literal, TypeVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.forms import BaseForm, Form
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_http_methods, require_safe

from ninghai.calendar import clock
from ninghai.models import User
from ninghai.models.state_machine import (
    NOT_YOURS,
    Allowed,
    StaleError,
    TransitionError,
    TransitionRefusal,
    VersionedModel,
    require,
)
from ninghai.staff_site.model_admin import OfficeModelAdmin
from ninghai.staff_site.pages import office_frame, office_path, was_done
from ninghai.web.http import AuthenticatedRequest, act_on
from ninghai.web.template_filters import undo_tag
from ninghai.web.versions import seen_version, version_of

R = TypeVar("R", bound=Model)
View = Callable[..., HttpResponseBase]
Place = Literal["own", "section", "folded", "page"]  # where the template says; titled; with others; at its own address
Words = str | Callable[[Any], str]  # fixed, or said of the record
KEPT = "本页显示的就是最新内容，您填写的内容也都保留，请核对。"


@dataclass(frozen=True, slots=True)
class Mount:
    """Where a record's page stands."""

    key: str
    base: str  # the template that the page extends


WORK = Mount("work", base="base_record.html")
ADMIN = Mount("admin", base="admin/office/record.html")


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One act on a record: a button with its form on the record's page, and the service that does what was sent."""

    name: str  # the end of its address and of its URL name
    label: Words  # on the button
    allowed: Callable[[User, Any], Allowed]  # the predicate of `rules`, asked of the target
    target: Callable[[Any], Any] = lambda record: record  # what of it the act changes, None where that is not there
    keyword: str = ""  # under which the service takes the target; the page's where this is empty
    is_repeatable: bool = False  # sent twice it is done once: the service asks what was seen and what the state forbids
    refusal: str = NOT_YOURS  # the sentence for whoever it does not allow
    form: Callable[..., BaseForm] = Form  # its class, or what makes it from (data, request, record)
    values: Callable[[Any], Mapping[str, Any]] = lambda form: form.cleaned_data  # what the form says to the service
    service: Callable[..., object] = lambda **said: None  # takes the record, `by`, `at` and these values
    done: str = ""  # the sentence afterwards, with {record}, {form} and {result}
    handler: Callable[..., HttpResponse] | None = None  # what answers instead, with (page, request, record, form)
    title: Words = ""  # above the form; the label where this is empty
    words: Words = ""  # beside the button
    place: Place = "folded"
    template: str = "record_act.html"  # of its own page, where it has one
    is_grave: bool = False
    route: str = ""  # below the record's address; its name where this is empty
    anchor: str = ""  # the part of the page to which it leads back
    leads_to: Callable[[User, Any], str] | None = None  # the page to which it leads this person instead
    undo: str = ""  # the name of the act that takes it back, offered for a moment beside the sentence afterwards

    def make_form(self, request: AuthenticatedRequest, record: Any, *, is_sent: bool) -> BaseForm:
        data, files = (request.POST, request.FILES) if is_sent else (None, None)
        form = self.form(data, files) if isinstance(self.form, type) else self.form(data, request, record)
        if form.auto_id == "id_%s":  # of several forms on a page no two have the same
            form.auto_id = f"{self.name}_%s"
        return form


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedAction:
    """An act that this person may do now, as the page shows it (`components/_offers.html`)."""

    name: str
    title: str
    words: str
    button: str
    url: str
    form: BaseForm
    version: int
    place: Place
    is_grave: bool


class RecordPage(Generic[R]):
    """The page of one kind of record; each mount has an instance of its own."""

    keyword: ClassVar[str]  # under which services take the record
    gives_version: ClassVar[bool] = False  # whether they take the version that the person saw besides
    shows_conflicts: ClassVar[bool] = False  # on the page itself, with what was typed, instead of on the page for 409
    template: ClassVar[str]
    page_names: ClassVar[Mapping[str, str]]  # the URL name of the page at each mount, by its key
    act_names: ClassVar[Mapping[str, str]]  # how the URL names of the acts begin there
    list_title: ClassVar[str]
    list_names: ClassVar[Mapping[str, str]]  # the URL name of the list above the page

    def __init__(self, mount: Mount, actions: Sequence[Action]) -> None:
        self.mount, self.actions = mount, actions

    # What a kind of record says of itself.

    def find(self, user: User, pk: int) -> R:
        """The record if this person may see it, else 404."""
        raise NotImplementedError

    def title(self, record: R) -> str:
        return str(record)

    def context(self, request: AuthenticatedRequest, record: R, refused: Mapping[str, BaseForm]) -> dict[str, Any]:
        """What the template shows besides frame and acts; `refused` are the forms that came back, by the name of their act."""
        return {}

    def new(self, request: AuthenticatedRequest) -> HttpResponse:
        """The page on which such a record begins."""
        raise PermissionDenied

    def views(self) -> Mapping[str, View]:
        """Pages below the record's that are no acts: its files, the form that writes it."""
        return {}

    # Addresses.

    def number(self, record: R) -> int:
        """By which its addresses name the record."""
        return int(record.pk)

    def url(self, record: R) -> str:
        return reverse(self.page_names[self.mount.key], args=[self.number(record)])

    def act_url(self, name: str, record: R, *args: object) -> str:
        return reverse(f"{self.act_names[self.mount.key]}{name}", args=[self.number(record), *args])

    def urls(self, root: str = "") -> list[URLPattern]:
        """The addresses below `root` ("work/items/"); in the admin the page itself stands at Django's own (`WithRecordPage`)."""
        found = [self.address(f"{root}<int:pk>/{name}/", name, view) for name, view in self.views().items()]
        for action in self.actions:
            route = f"{root}<int:pk>/{action.route or action.name}/"
            view = self._acting(action)
            takes = require_http_methods(["GET", "HEAD", "POST"]) if action.place == "page" else act_on(self._of_number)
            found.append(self.address(route, action.name, takes(view)))
        if self.mount is WORK and "work" in self.page_names:
            found.append(path(f"{root}<int:pk>/", self.view, name=self.page_names["work"].rpartition(":")[2]))
        return found

    def address(self, route: str, name: str, view: View) -> URLPattern:
        full_name = f"{self.act_names[self.mount.key]}{name}".rpartition(":")[2]
        return office_path(route, view, full_name) if self.mount is ADMIN else path(route, view, name=full_name)

    def _of_number(self, request: AuthenticatedRequest, pk: int, **named: Any) -> str:
        return reverse(self.page_names[self.mount.key], args=[pk])

    # The page and its acts.

    @property
    def view(self) -> Callable[..., HttpResponse]:
        def page(request: AuthenticatedRequest, pk: int) -> HttpResponse:
            return self.show(request, self.find(request.user, pk))

        return require_safe(self._of_this_app(page))

    def show(
        self,
        request: AuthenticatedRequest,
        record: R,
        *,
        status: int = 200,
        refused: Mapping[str, BaseForm] | None = None,
        **more: Any,
    ) -> HttpResponse:
        """The record's page; `refused` are the forms that came back, by the name of their act."""
        forms = refused or {}
        offers = self.offers(request, record, forms)
        acts = {
            "offers": offers,
            "act_sections": [offer for offer in offers.values() if offer.place == "section"],
            "folded_acts": [offer for offer in offers.values() if offer.place == "folded"],
        }
        context = {**self.frame(request, record), **self.context(request, record, forms), **acts, **more}
        return render(request, self.template, context, status=status)

    def frame(self, request: AuthenticatedRequest, record: R | None, *, title: str = "") -> dict[str, Any]:
        """What the frame of this mount asks for; a page below the record's has a `title` of its own."""
        trail = [(self.list_title, reverse(self.list_names[self.mount.key]))]
        if record and title:
            trail.append((self.title(record), self.url(record)))
        shown = title or (self.title(record) if record else "")
        of_mount = office_frame(request, title=shown, trail=trail) if self.mount is ADMIN else {}
        return {"title": shown, "trail": trail, "base": self.mount.base, **of_mount}

    def offers(
        self, request: AuthenticatedRequest, record: R, refused: Mapping[str, BaseForm]
    ) -> dict[str, OfferedAction]:
        """The acts that this person may do now, by their names, as a template can say them (`offers.ask_release`)."""
        found: dict[str, OfferedAction] = {}
        for action in self.actions:
            if "<" not in action.route and self.is_offered(action, request.user, record):
                found |= self.offers_of(action, request, record, refused)
        return {name.replace("-", "_"): offer for name, offer in found.items()}

    def is_offered(self, action: Action, user: User, record: R) -> bool:
        target = action.target(record)
        return target is not None and bool(action.allowed(user, target))

    def offers_of(
        self, action: Action, request: AuthenticatedRequest, record: R, refused: Mapping[str, BaseForm]
    ) -> dict[str, OfferedAction]:
        form = refused.get(action.name) or action.make_form(request, record, is_sent=False)
        return {action.name: self.offer(action, request, record, form=form)}

    def offer(
        self,
        action: Action,
        request: AuthenticatedRequest,
        record: R,
        *,
        form: BaseForm,
        title: str = "",
        button: str = "",
    ) -> OfferedAction:
        return OfferedAction(
            name=action.name,
            title=title or _of(record, action.title or action.label),
            words=_of(record, action.words),
            button=button or _of(record, action.label),
            url=self.act_url(action.name, record),
            form=form,
            version=self.version(action.target(record)),
            place=action.place,
            is_grave=action.is_grave,
        )

    def _acting(self, action: Action) -> Callable[..., HttpResponse]:
        def act(request: AuthenticatedRequest, pk: int, **named: Any) -> HttpResponse:
            record = self.find(request.user, pk)
            if (target := action.target(record)) is None:
                raise Http404
            form = action.make_form(request, record, is_sent=request.method == "POST")
            if request.method != "POST":  # of an act that has a page of its own
                require(action.allowed(request.user, target), action.refusal)
                return self.show_form(action, request, record, form)
            try:
                if is_forbidden(allowed := action.allowed(request.user, target)):
                    require(allowed, action.refusal)
                if not action.is_repeatable or not form.is_valid():  # what was done already was sent in a valid form
                    self.must_be_as_seen(request, target)
                    require(allowed)  # what the record's state forbids
                answer = partial(action.handler, self) if action.handler else partial(self.act, action)
                return answer(request, record, form, **named)
            except (StaleError, TransitionError) as conflict:
                return self.in_conflict(action, request, record, form, conflict)

        return self._of_this_app(act)

    def version(self, target: Any) -> int:
        """By which a form says what the person saw; of a record that counts no changes what is written in it tells."""
        return target.version if isinstance(target, VersionedModel) else version_of(target)

    def must_be_as_seen(self, request: AuthenticatedRequest, target: Model) -> None:
        """StaleError unless the person saw what they act on as it is now."""
        if seen_version(request) != self.version(target):
            raise StaleError(target)

    def act(
        self, action: Action, request: AuthenticatedRequest, record: R, form: BaseForm, **named: Any
    ) -> HttpResponse:
        """Do what was sent and go back to the record, or to the one that the service gives instead."""
        led_to: list[object] = []

        def do() -> None:
            seen = {"version": seen_version(request)} if self.gives_version else {}
            said = {action.keyword or self.keyword: action.target(record), **seen, **action.values(form), **named}
            led_to.append(action.service(**said, by=request.user, at=clock.now()))

        if not was_done(form, do):
            return self.refuse(action, request, record, form)
        after = led_to[0] if isinstance(led_to[0], type(record)) else record
        undo = undo_tag(self.act_url(action.undo, after), version=self.version(after)) if action.undo else ""
        messages.success(request, action.done.format(record=after, form=form, result=led_to[0]), extra_tags=undo)
        to = action.leads_to(request.user, after) if action.leads_to else f"{self.url(after)}{action.anchor}"
        return redirect(to)

    def refuse(self, action: Action, request: AuthenticatedRequest, record: R, form: BaseForm) -> HttpResponse:
        """422: what is wrong stands beside the fields, and nothing typed is lost."""
        if action.place == "page":
            return self.show_form(action, request, record, form, status=422)
        return self.show(request, self.find(request.user, self.number(record)), status=422, refused={action.name: form})

    def show_form(
        self, action: Action, request: AuthenticatedRequest, record: R, form: BaseForm, *, status: int = 200
    ) -> HttpResponse:
        """The page of an act whose form is too long for the record's."""
        offer = self.offer(action, request, record, form=form)
        context = {**self.frame(request, record, title=offer.title), **self.context(request, record, {}), "act": offer}
        return render(request, action.template, {**context, "form": form}, status=status)

    def in_conflict(
        self, action: Action, request: AuthenticatedRequest, record: R, form: BaseForm, conflict: Exception
    ) -> HttpResponse:
        """Somebody was faster (409): shown on the record's page as it is now, in its form or beside it, or on the page for that."""
        if not self.shows_conflicts:
            raise conflict
        now = self.find(request.user, self.number(record))
        typed = [] if self.is_offered(action, request.user, now) else typed_in(form)
        sentence = f"{conflict}{KEPT if form.visible_fields() else ''}"
        return self.show(request, now, status=409, refused={action.name: form}, conflict=sentence, typed=typed)

    def _of_this_app(self, view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        """The view, told to be of the app of the page: by it a refusal finds the labels of what was typed."""
        view.__module__ = type(self).__module__
        return view


def is_forbidden(allowed: Allowed) -> bool:
    """Whether it is not this person's act, in whatever state the record is."""
    return allowed is False or (isinstance(allowed, TransitionRefusal) and isinstance(allowed.error, PermissionDenied))


def typed_in(form: BaseForm) -> list[tuple[str, str]]:
    """(label, text) of what was typed in a form that is not on the page any more, to be copied."""
    said = ((str(field.label), field.value()) for field in form.visible_fields())
    return [(label, value) for label, value in said if isinstance(value, str) and value]


def _of(record: Model, words: Words) -> str:
    return words if isinstance(words, str) else words(record)


class WithRecordPage(OfficeModelAdmin[R]):
    """A list of the admin whose records have a page of their own instead of Django's form."""

    page: ClassVar[RecordPage[Any]]

    def get_urls(self) -> list[URLPattern]:
        return [*self.page.urls(), *super().get_urls()]

    def new_page(self, request: AuthenticatedRequest) -> HttpResponse:
        return self.page.new(request)

    def record_page(self, request: AuthenticatedRequest, pk: int) -> HttpResponse:
        return self.page.view(request, pk)
