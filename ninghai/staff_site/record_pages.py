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
    StatefulModel,
    TransitionError,
    TransitionRefusal,
    VersionedModel,
    require,
)
from ninghai.staff_site.model_admin import OfficeModelAdmin
from ninghai.staff_site.pages import Trail, along, list_as_it_was, office_frame, office_path, was_done
from ninghai.staff_site.queue import Queue, waits_for
from ninghai.web.http import AuthenticatedRequest, act_on
from ninghai.web.posted import only
from ninghai.web.template_filters import undo_tag
from ninghai.web.twins import TWINS
from ninghai.web.versions import seen_version, version_of

R = TypeVar("R", bound=Model)
View = Callable[..., HttpResponseBase]
# Where an act stands: where the template says; titled; with others; at its own address; beside a message.
Place = Literal["own", "section", "folded", "page", "message"]
Words = str | Callable[[Any], str]  # fixed, or said of the record
KEPT = "本页显示的就是最新内容，您填写的内容也都保留，请核对。"


@dataclass(frozen=True, slots=True)
class Mount:
    """Where a record's page stands."""

    key: str
    base: str  # the template that the page extends

    def frame(self, request: AuthenticatedRequest, *, title: str, trail: Trail) -> dict[str, Any]:
        """What a page there asks for: its title, and (label, address) of each page above it."""
        of_mount = office_frame(request, title=title, trail=trail) if self is ADMIN else {}
        return {"title": title, "trail": trail, "base": self.base, **of_mount}


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
    leads_to_list: bool = False  # instead
    leads_on: bool = False  # to the next record of the queue instead, once this one waits for this person no more
    undo: str = ""  # the name of the act that takes it back, offered for a moment beside the sentence afterwards

    def make_form(self, request: AuthenticatedRequest, record: Any, *, is_sent: bool) -> BaseForm:
        data, files = (request.POST, request.FILES) if is_sent else (None, None)
        form = self.form(data, files) if isinstance(self.form, type) else self.form(data, request, record)
        if form.auto_id == "id_%s":  # of several forms on a page no two have the same
            form.auto_id = f"{self.name}_%s"
        return form


def act(
    name: str, label: str, done: str, allowed: Callable[..., Allowed], service: Callable[..., object], **more: Any
) -> Action:
    """An act in one line of a table: what every one says first, then what sets it apart."""
    return Action(name=name, label=label, done=done, allowed=allowed, service=service, **more)


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


def taking_back(*, service: Callable[..., object], **of: Any) -> Action:
    """撤销: the act `take-back`, which undoes what this person has just done with the target (`Action.undo` names it)."""

    def may(user: User, target: StatefulModel) -> Allowed:
        return target.may_be_taken_back(by=user, at=clock.now())

    said: dict[str, Any] = {
        "name": "take-back",
        "label": "撤销",
        "place": "message",
        "done": "已撤销，恢复为刚才办理以前的样子。",
    }
    return Action(**{**said, **of}, allowed=may, service=service)


class RecordPage(Generic[R]):
    """The page of one kind of record; each mount has an instance of its own."""

    keyword: ClassVar[str]  # under which services take the record
    gives_version: ClassVar[bool] = False  # whether they take the version that the person saw besides
    shows_conflicts: ClassVar[bool] = False  # on the page itself, with what was typed, instead of on the page for 409
    kept: ClassVar[
        Sequence[str]
    ] = ()  # parameters of the page's address: its acts carry them along and lead back to them
    template: ClassVar[str]
    page_names: ClassVar[Mapping[str, str]]  # the URL name of the page at each mount, by its key
    act_names: ClassVar[Mapping[str, str]]  # how the URL names of the acts begin there
    list_title: ClassVar[str]
    list_names: ClassVar[Mapping[str, str]]  # the URL name of the list above the page

    def __init__(self, mount: Mount, actions: Sequence[Action]) -> None:
        self.mount, self.actions = mount, actions
        if mount is ADMIN:
            named = (self.page_names, self.list_names)
            TWINS.update({names["work"]: names["admin"] for names in named if "work" in names})

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

    def as_seen(self, request: AuthenticatedRequest, url: str) -> str:
        """The address with what is `kept` of the one that the person sees, and with the list from which they came."""
        kept = only(request.GET, self.kept).urlencode() if self.kept else ""
        return along(request, f"{url}?{kept}" if kept else url)

    def urls(self, root: str = "") -> list[URLPattern]:
        """The addresses below `root` ("work/items/"); a page may stand at Django's own in the admin (`WithRecordPage`)."""
        found = [self.address(f"{root}<int:pk>/{name}/", name, view) for name, view in self.views().items()]
        for action in self.actions:
            route = f"{root}<int:pk>/{action.route or action.name}/"
            view = self._acting(action)
            takes = require_http_methods(["GET", "HEAD", "POST"]) if action.place == "page" else act_on(self._of_number)
            found.append(self.address(route, action.name, takes(view)))
        page = self.page_names.get(self.mount.key, "")
        if page and not page.endswith("_change"):
            found.append(self.placed(f"{root}<int:pk>/", page, self.view))
        return found

    def address(self, route: str, name: str, view: View) -> URLPattern:
        return self.placed(route, f"{self.act_names[self.mount.key]}{name}", view)

    def placed(self, route: str, full_name: str, view: View) -> URLPattern:
        name = full_name.rpartition(":")[2]
        return office_path(route, view, name) if self.mount is ADMIN else path(route, view, name=name)

    def _of_number(self, request: AuthenticatedRequest, pk: int, **named: Any) -> str:
        return self.as_seen(request, reverse(self.page_names[self.mount.key], args=[pk]))

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
        trail = [(self.list_title, list_as_it_was(request, reverse(self.list_names[self.mount.key])))]
        if record and title:
            trail.append((self.title(record), along(request, self.url(record))))
        return self.mount.frame(request, title=title or (self.title(record) if record else ""), trail=trail)

    def offers(
        self, request: AuthenticatedRequest, record: R, refused: Mapping[str, BaseForm]
    ) -> dict[str, OfferedAction]:
        """The acts that this person may do now, by their names, as a template can say them (`offers.ask_release`)."""
        found: dict[str, OfferedAction] = {}
        for action in self.actions:
            if "<" not in action.route and action.place != "message" and self.is_offered(action, request.user, record):
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
            url=self.as_seen(request, self.act_url(action.name, record)),
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
        queue = Queue.around(record, request=request) if action.leads_on else None

        def do() -> None:
            seen = {"version": seen_version(request)} if self.gives_version else {}
            said = {action.keyword or self.keyword: action.target(record), **seen, **action.values(form), **named}
            led_to.append(action.service(**said, by=request.user, at=clock.now()))

        if not was_done(form, do):
            return self.refuse(action, request, record, form)
        after = led_to[0] if isinstance(led_to[0], type(record)) else record
        undo = self.undo_tag(action.undo, request, after, led_to[0]) if action.undo else ""
        messages.success(request, action.done.format(record=after, form=form, result=led_to[0]), extra_tags=undo)
        return redirect(self.page_after(action, request, after, queue))

    def page_after(self, action: Action, request: AuthenticatedRequest, record: R, queue: Queue | None) -> str:
        """Where one goes on: the record's page, or where the act leads; the list from which one came goes along."""
        if action.leads_to_list:
            return list_as_it_was(request, reverse(self.list_names[self.mount.key]))
        if queue and not waits_for(record, request=request):
            return queue.next_url or self.queue_end(request, record)
        return f"{self.as_seen(request, self.url(record))}{action.anchor}"

    def queue_end(self, request: AuthenticatedRequest, record: R) -> str:
        """Where one goes on when nothing else waits."""
        return self.as_seen(request, self.url(record))

    def undo_tag(self, name: str, request: AuthenticatedRequest, record: R, done_to: object = None) -> str:
        """What a message carries so that the act of this name takes back what was done; empty where it cannot be."""
        back, user = next(each for each in self.actions if each.name == name), request.user
        target = done_to if isinstance(done_to, StatefulModel) else back.target(self.find(user, self.number(record)))
        url = self.as_seen(request, self.act_url(name, record))
        return undo_tag(url, version=target.version) if back.allowed(user, target) else ""

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
