"""Acts on an item that the unit's pages and the office's pages share; each works on `pages`, which lead back to where the person came from."""

import uuid
from collections.abc import Callable, Collection
from functools import partial
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import Form
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from disclosure.items import rules
from disclosure.items.drafting import discard_item, draft_item, edit_item, link_interpretation, recall_item, revise_item
from disclosure.items.forms import (
    AskForm,
    DiscardItemForm,
    ItemForm,
    RefuseForm,
    ReleaseItemForm,
    ScheduleForm,
    ValidityForm,
    WithdrawForm,
    prefilled,
)
from disclosure.items.interpretation_links import LinkForm, page_address
from disclosure.items.lifecycle import (
    answer_after,
    ask_for_release,
    change_validity,
    must_be_withdrawable,
    refuse_after,
    release_at_once,
    withdraw_item,
)
from disclosure.items.lifecycle_page import key_of, life_context
from disclosure.items.publication import cancel_schedule, schedule_item
from disclosure.models import Answer, Item
from disclosure.review.forms import PassForm, ReturnItemForm
from disclosure.review.page import answer_form, review_context
from disclosure.review.services import pass_item, return_item, submit_item
from ninghai.calendar import clock
from ninghai.models import User
from ninghai.models.state_machine import TransitionError, either, require
from ninghai.staff_site.pages import office_page, was_done
from ninghai.web.autosave import autosave, not_saved
from ninghai.web.http import AuthenticatedRequest, visible_or_404
from ninghai.web.versions import as_seen

# Acts on an item that the unit's pages and the office's pages share: draft, change, hand in, pass on, return.


def item_of(user: User, pk: int) -> Item:
    """The item, if this person may see it."""
    items = Item.objects.visible_to(user).select_related(
        "unit", "topic", "entry", "drafted_by", "revises", "explains", "replaced_by"
    )
    return visible_or_404(items.without_search(), pk=pk)


def item_as_seen(request: AuthenticatedRequest, pk: int) -> Item:
    """The item as the person had it on the screen; StaleError if it is another one by now."""
    return as_seen(request, item_of(request.user, pk))


class Pages:
    """The pages between which these acts lead: the unit's below /work/, the office's in the admin."""

    def __init__(
        self,
        *,
        form: str,
        detail: str,
        acts: str,
        offered: Collection[str],
        url: Callable[[Item], str],
        mask_url: str,
        context: Callable[..., dict[str, Any]],
    ) -> None:
        self.form, self.detail, self.acts, self.offered, self.url = form, detail, acts, offered, url
        self.mask_url, self.context = mask_url, context

    def show(self, request: AuthenticatedRequest, item: Item, *, status: int = 200, **bound: Any) -> HttpResponse:
        """The item's page; `bound` is the form that came back with errors."""
        typed = bound.pop("typed", None)
        review = review_context(item, request.user, mask_url=self.mask_url, **bound)
        life = life_context(
            item,
            request.user,
            url=lambda act: reverse(f"{self.acts}{act}", args=[item.pk]) if act in self.offered else "",
            seen_hash=review["seen_hash"],
            at=clock.now(),
            typed=typed,
        )
        return render(request, self.detail, {**self.context(request, item), **review, **life}, status=status)

    def write(self, request: AuthenticatedRequest, item: Item | None) -> HttpResponse:
        """起草、修改: one form for both. What this form has made before, by itself or by a click, is gone on with."""
        item = item or already_made(request)
        require(rules.can_edit(request.user, item) if item else rules.can_draft(request.user))
        form = item_form(request, item)
        saved: list[Item] = []
        if was_done(form, lambda: saved.append(save_draft(request, form, item))):
            messages.success(request, f"《{saved[0].title}》已保存为草稿。核对后请提交审核。")
            return redirect(self.url(saved[0]))
        kept = form.keep_files() if form.is_bound else []
        context = {**self.context(request, item), "form": form, "item": item, "kept": kept}
        return render(request, self.form, context, status=422 if form.is_bound else 200)

    def autosave(self, request: AuthenticatedRequest, pk: int | None = None) -> JsonResponse:
        """Keep what is being typed (自动保存), as `ninghai.web.autosave` answers it. Files come with the button alone."""
        item = item_of(request.user, pk) if pk else already_made(request)
        if not item and not rules.can_draft(request.user):
            return not_saved("您没有起草信息的权限。", status=HTTPStatus.FORBIDDEN)
        if item and not rules.can_edit(request.user, item):
            is_too_late = rules.drafts_for_its_unit(request.user, item)
            status = HTTPStatus.CONFLICT if is_too_late else HTTPStatus.FORBIDDEN
            return not_saved("这条信息现在不能修改。", status=status)
        form = item_form(request, item, without_files=True)
        return autosave(form, partial(save_draft, request, form, item, automatically=True))

    def submit(self, request: AuthenticatedRequest, pk: int) -> HttpResponse:
        item = item_as_seen(request, pk)
        try:
            submit_item(item=item, by=request.user, at=clock.now())
        except TransitionError as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, f"《{item.title}》已提交单位审核。")
        return redirect(self.url(item))

    def pass_on(self, request: AuthenticatedRequest, pk: int) -> HttpResponse:
        item, form = item_as_seen(request, pk), PassForm(request.POST, kind=Answer.Kind.SECRECY)
        if not form.is_valid():
            return self.show(request, item, status=422, pass_form=form)
        seen, comment = form.cleaned_data["seen_hash"], form.cleaned_data["comment"]
        pass_item(item=item, seen_hash=seen, comment=comment, checked=form.ticked, by=request.user, at=clock.now())
        messages.success(request, f"《{item.title}》已签署保密审查意见，并提交县政府办公室审查。")
        return redirect(self.url(item))

    def send_back(self, request: AuthenticatedRequest, pk: int) -> HttpResponse:
        item, form = item_as_seen(request, pk), ReturnItemForm(request.POST)
        if not form.is_valid():
            return self.show(request, item, status=422, return_form=form)
        return_item(item=item, reason=form.cleaned_data["reason"], by=request.user, at=clock.now())
        messages.success(request, f"《{item.title}》已退回起草人修改。")
        return redirect(self.url(item))


def already_made(request: AuthenticatedRequest) -> Item | None:
    """The item that this very form has made before: it was sent twice."""
    try:
        form_id = uuid.UUID(request.POST.get("form_id", ""))
    except ValueError:
        return None
    return Item.objects.visible_to(request.user).filter(form_id=form_id, drafted_by=request.user).first()


def item_form(request: AuthenticatedRequest, item: Item | None, *, without_files: bool = False) -> ItemForm:
    """The form as it came, or new: filled in from the item, or from the address."""
    data = request.POST.copy() if request.method == "POST" else None
    if data is not None and without_files:
        for name in ("kept", "removed", "uploads"):
            data.pop(name, None)
    files = None if without_files else request.FILES or None
    now = clock.now()
    initial = prefilled(request.GET, at=now) if item is None and data is None else None
    return ItemForm(data, files, instance=item, initial=initial, by=request.user, at=now)


def save_draft(
    request: AuthenticatedRequest, form: ItemForm, item: Item | None, *, automatically: bool = False
) -> Item:
    by, now, files = request.user, clock.now(), form.files_to_attach
    if item is None:
        acting = by.acting
        if acting is None:
            raise PermissionDenied
        form_id = form.cleaned_data["form_id"] or uuid.uuid4()
        return draft_item(unit=acting.unit, form_id=form_id, by=by, at=now, attachments=files, **form.written)
    return edit_item(
        item=item_of(by, item.pk),  # as it is stored: the form has written its values into `item`
        version=form.cleaned_data["version"] or 0,
        by=by,
        at=now,
        attachments=files,
        removed=list(form.cleaned_data.get("removed", [])),
        automatically=automatically,
        **form.written,
    )


# Acts of an item's life that the unit's pages and the office's share; each works on `pages`, which lead back to the item.

NOT_TO_ANSWER = "您不能签署这项意见：须由非起草人签署，三项意见至少由两人签署。"
Act = Callable[[Pages, AuthenticatedRequest, int], HttpResponse]


def revise(pages: Pages, request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Begin a revision, or go on with the one under way."""
    item = item_as_seen(request, pk)
    require(rules.can_revise(request.user, item))
    if under_way := rules.open_revision(item):
        return redirect(pages.url(under_way))
    revision = revise_item(item=item, form_id=uuid.uuid4(), by=request.user, at=clock.now())
    messages.success(request, "已起草修订稿，内容与现在公开的相同，请修改后提交审核。原信息照常公开。")
    return redirect(pages.url(revision))


def recall(pages: Pages, request: AuthenticatedRequest, pk: int) -> HttpResponse:
    item = recall_item(item=item_as_seen(request, pk), by=request.user, at=clock.now())
    messages.success(request, f"《{item.title}》已撤回送审，现在是草稿，可以修改后重新提交。")
    return redirect(pages.url(item))


def discard(pages: Pages, request: AuthenticatedRequest, pk: int) -> HttpResponse:
    item, form = item_as_seen(request, pk), DiscardItemForm(request.POST)
    require(rules.can_discard(request.user, item))

    def act() -> None:
        discard_item(item=item, by=request.user, at=clock.now())

    return _done(pages, request, item, "discard", form, act, f"《{item.title}》的草稿已放弃，不再列出。")


def schedule(pages: Pages, request: AuthenticatedRequest, pk: int) -> HttpResponse:
    item, form = item_as_seen(request, pk), ScheduleForm(request.POST)

    def act() -> None:
        schedule_item(item=item, release_at=form.cleaned_data["release_at"], by=request.user, at=clock.now())

    return _done(pages, request, item, "schedule", form, act, f"《{item.title}》已设定公开时间。")


def unschedule(pages: Pages, request: AuthenticatedRequest, pk: int) -> HttpResponse:
    item = cancel_schedule(item=item_as_seen(request, pk), by=request.user, at=clock.now())
    messages.success(request, f"《{item.title}》已取消定时公开，仍在待公开。")
    return redirect(pages.url(item))


def ask_release(pages: Pages, request: AuthenticatedRequest, pk: int) -> HttpResponse:
    item, form = item_as_seen(request, pk), AskForm(request.POST)

    def act() -> None:
        ask_for_release(item=item, reason=form.cleaned_data["reason"], by=request.user, at=clock.now())

    return _done(pages, request, item, "ask-release", form, act, "已申请紧急公开，签发人可以看到这条信息。")


def release(pages: Pages, request: AuthenticatedRequest, pk: int) -> HttpResponse:
    item, form = item_as_seen(request, pk), ReleaseItemForm(request.POST)

    def act() -> None:
        chosen = form.cleaned_data
        release_at_once(
            item=item, seen_hash=chosen["seen_hash"], reason=chosen["reason"], by=request.user, at=clock.now()
        )

    return _done(pages, request, item, "release", form, act, f"《{item.title}》已紧急公开，请督促补办三项审查。")


def validity(pages: Pages, request: AuthenticatedRequest, pk: int) -> HttpResponse:
    item, form = item_as_seen(request, pk), ValidityForm(request.POST, at=clock.now())

    def act() -> None:
        reason = form.cleaned_data["reason"]
        change_validity(item=item, chosen=form.chosen, reason=reason, by=request.user, at=clock.now())

    return _done(pages, request, item, "validity", form, act, f"《{item.title}》的时效已变更。")


def answer(pages: Pages, request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Sign one of the three answers for what was released at once."""
    item, asked = item_as_seen(request, pk), request.POST.get("kind", "")
    require(asked in Answer.Kind.values, "页面内容不完整，请重新打开后再签署。")
    require(rules.can_answer_after(request.user, item, Answer.Kind(asked)), NOT_TO_ANSWER)
    form = answer_form(Answer.Kind(asked), request.POST)

    def act() -> None:
        chosen = form.cleaned_data
        answer_after(
            item=item,
            kind=Answer.Kind(chosen["kind"]),
            seen_hash=chosen["seen_hash"],
            comment=chosen["comment"],
            checked=form.ticked,
            by=request.user,
            at=clock.now(),
        )

    return _done(pages, request, item, "answer-after", form, act, f"《{item.title}》的补充审查意见已签署。")


def refuse(pages: Pages, request: AuthenticatedRequest, pk: int) -> HttpResponse:
    item = item_as_seen(request, pk)
    may = {kind: rules.can_answer_after(request.user, item, kind) for kind in Answer.Kind}
    require(either(*may.values()))
    form = RefuseForm(request.POST, kinds=[kind for kind in Answer.Kind if may[kind]])

    def act() -> None:
        chosen = form.cleaned_data
        refuse_after(
            item=item, kind=Answer.Kind(chosen["kind"]), reason=chosen["reason"], by=request.user, at=clock.now()
        )

    return _done(pages, request, item, "refuse", form, act, f"《{item.title}》已撤回，公众只能看到撤回原因。")


def withdraw(pages: Pages, request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """First show what the public will see, then withdraw; what is wrong is said before anything is shown."""
    item, form = item_as_seen(request, pk), WithdrawForm(request.POST, at=clock.now())
    require(rules.can_withdraw(request.user, item))

    def check() -> None:
        must_be_withdrawable(item, **form.chosen)

    if was_done(form, check) and not form.cleaned_data["confirmed"]:
        reason = form.chosen["reason"]
        shown = {"form": form, "reason": reason, "chosen": form.chosen, "keeps_text": reason in Item.TEXT_STAYS}
        context = {**pages.context(request, item), **shown, "item": item}
        return render(request, "admin/disclosure/item/withdraw.html", context)

    def act() -> None:
        withdraw_item(item=item, by=request.user, at=clock.now(), **form.chosen)

    form.ask_again()
    return _done(pages, request, item, "withdraw", form, act, f"《{item.title}》已撤回。")


def _done(
    pages: Pages,
    request: AuthenticatedRequest,
    item: Item,
    name: str,
    form: Form,
    act: Callable[[], None],
    words: str,
) -> HttpResponse:
    """Do it and go back to the item; what is refused stands beside the fields, and nothing typed is lost."""

    def asked() -> None:
        try:
            act()
        except TransitionError as refused:  # the item is not fit for it, and the person is told why beside the form
            raise ValidationError(str(refused)) from refused

    if not was_done(form, asked):
        return pages.show(request, item, status=422, typed={key_of(name, form): form})
    messages.success(request, words)
    return redirect(pages.url(item))


OF_EITHER: dict[str, Act] = {
    "recall": recall,
    "discard": discard,
    "revise": revise,
    "ask-release": ask_release,
    "answer-after": answer,
    "refuse": refuse,
}
OF_THE_OFFICE: dict[str, Act] = {
    "schedule": schedule,
    "unschedule": unschedule,
    "release": release,
    "validity": validity,
    "withdraw": withdraw,
}


# 关联解读: the page on which a drafter, or the office afterwards, says which policy an item explains.

TITLE, SUBMIT = "关联所解读的文件", "保存关联"


@require_http_methods(["GET", "HEAD", "POST"])
def at_work(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """`/work/items/<pk>/explains/`."""
    item = _item(request, pk)
    form = _form(request, item)
    if _is_linked(request, item, form):
        return redirect("disclosure:work-item-detail", item.pk)
    context = {"item": item, "form": form, "title": TITLE, "submit": SUBMIT}
    return render(request, "disclosure/work_item_explains.html", context, status=_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def in_the_office(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """The same in the admin."""
    item = _item(request, pk)
    form = _form(request, item)
    page = page_address(item, request.user)
    if _is_linked(request, item, form):
        return redirect(page)
    trail = [("公开信息", reverse("admin:disclosure_item_changelist")), (item.title, page)]
    shown = office_page(request, "admin/office/form.html", title=TITLE, trail=trail, form=form, submit=SUBMIT)
    shown.status_code = _status(form)
    return shown


def _item(request: AuthenticatedRequest, pk: int) -> Item:
    """The item, if this person may link it now."""
    item = item_of(request.user, pk)
    require(rules.can_link_interpretation(request.user, item), rules.WHEN_LINKED)
    return item


def _form(request: AuthenticatedRequest, item: Item) -> LinkForm:
    return LinkForm(request.POST or None, item=item, user=request.user, at=clock.now())


def _is_linked(request: AuthenticatedRequest, item: Item, form: LinkForm) -> bool:
    """Link what a valid form names; what the service refuses stands above the fields, and nothing typed is lost."""
    if not form.is_valid():
        return False
    document = form.cleaned_data["chosen"]
    version = form.cleaned_data["version"]
    try:
        link_interpretation(item=item, document=document, version=version, by=request.user, at=clock.now())
    except TransitionError as refused:
        form.add_error(None, str(refused))
        return False
    done = f"已关联为《{document.title}》的解读材料" if document else "已取消关联"
    messages.success(request, f"《{item.title}》{done}。")
    return True


def _status(form: LinkForm) -> int:
    return 422 if form.errors else 200
