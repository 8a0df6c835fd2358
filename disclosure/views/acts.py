"""Acts on an item that the unit's pages and the office's pages share: draft, change, hand in, pass on, return.

Each form carries the version that the person saw; the services refuse when the item is another one by then.
"""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from disclosure import rules
from disclosure.forms import ItemForm, PassForm, ReturnForm
from disclosure.models import Answer, Item
from disclosure.review.page import review_context
from disclosure.services import draft_item, edit_item, pass_item, return_item, submit_item
from ninghai import clock
from ninghai.http import AuthenticatedRequest
from ninghai.models import User
from ninghai.moves import StaleError

NEVER = -1  # a version that no item has


def item_of(user: User, pk: int) -> Item:
    """The item, if this person may see it."""
    items = Item.objects.visible_to(user).select_related("unit", "topic", "entry", "drafted_by")
    return get_object_or_404(items.without_search(), pk=pk)


def item_as_seen(request: AuthenticatedRequest, pk: int) -> Item:
    """The item as the person had it on the screen; StaleError if it is another one by now."""
    item = item_of(request.user, pk)
    if request.POST.get("version") != str(item.version):
        raise StaleError(item)
    return item


class Pages:
    """The pages between which these acts lead: the unit's below /work/, the office's in the admin."""

    def __init__(
        self,
        *,
        form: str,
        detail: str,
        url: Callable[[Item], str],
        mask_url: str,
        context: Callable[..., dict[str, Any]],
    ) -> None:
        self.form, self.detail, self.url, self.mask_url, self.context = form, detail, url, mask_url, context

    def show(self, request: AuthenticatedRequest, item: Item, *, status: int = 200, **bound: Any) -> HttpResponse:
        """The item's page; `bound` is the form that came back with errors."""
        context = {**self.context(request, item), **review_context(item, request.user, mask_url=self.mask_url, **bound)}
        return render(request, self.detail, context, status=status)

    def write(self, request: AuthenticatedRequest, item: Item | None) -> HttpResponse:
        """起草、修改: one form for both."""
        if item is None and (made := already_made(request)):
            return redirect(self.url(made))
        if request.method == "POST" and item and not item.is_editable:
            raise StaleError(item)
        if not (rules.can_edit(request.user, item) if item else rules.can_draft(request.user)):
            raise PermissionDenied
        now = clock.now()
        form = ItemForm(request.POST or None, request.FILES or None, instance=item, by=request.user, at=now)
        if form.is_valid():
            saved = save_draft(request, form, item)
            messages.success(request, f"《{saved.title}》已保存为草稿。核对后请提交审核。")
            return redirect(self.url(saved))
        kept = form.keep_files() if form.is_bound else []
        context = {**self.context(request, item), "form": form, "item": item, "kept": kept}
        return render(request, self.form, context, status=422 if form.is_bound else 200)

    def submit(self, request: AuthenticatedRequest, pk: int) -> HttpResponse:
        item = submit_item(item=item_as_seen(request, pk), by=request.user, at=clock.now())
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
        item, form = item_as_seen(request, pk), ReturnForm(request.POST)
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


def save_draft(request: AuthenticatedRequest, form: ItemForm, item: Item | None) -> Item:
    by, now, files = request.user, clock.now(), form.files_to_attach
    if item is None:
        acting = by.acting
        if acting is None:
            raise PermissionDenied
        form_id = form.cleaned_data["form_id"] or uuid.uuid4()
        return draft_item(unit=acting.unit, form_id=form_id, by=by, at=now, attachments=files, **form.written)
    version, removed = form.cleaned_data["version"] or NEVER, list(form.cleaned_data.get("removed", []))
    as_stored = item_of(by, item.pk)  # the form has written its values into `item`
    return edit_item(item=as_stored, version=version, by=by, at=now, attachments=files, removed=removed, **form.written)
