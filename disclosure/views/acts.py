"""Acts on an item that the unit's pages and the office's pages share: draft, change, hand in, pass on, return.

Each form carries the version that the person saw; the services refuse when the item is another one by then.
"""

import uuid
from collections.abc import Callable, Collection
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from disclosure import rules
from disclosure.forms import PassForm, ReturnForm
from disclosure.item_form import ItemForm
from disclosure.life_page import life_context
from disclosure.models import Answer, Item
from disclosure.prefilled import prefilled
from disclosure.review.page import review_context
from disclosure.services import draft_item, edit_item, pass_item, return_item, submit_item
from ninghai import clock
from ninghai.http import AuthenticatedRequest, visible_or_404
from ninghai.models import User
from ninghai.moves import StaleError, TransitionError, require
from ninghai.office.pages import was_done

NEVER = -1  # a version that no item has


def item_of(user: User, pk: int) -> Item:
    """The item, if this person may see it."""
    items = Item.objects.visible_to(user).select_related(
        "unit", "topic", "entry", "drafted_by", "revises", "explains", "replaced_by"
    )
    return visible_or_404(items.without_search(), pk=pk)


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
        """Keep what is being typed (自动保存), as the page's script sends it: the new version, or a sentence why not.

        403 and 409 say that the script must stop, 422 that it may try again. Files come with the button alone.
        """
        item = item_of(request.user, pk) if pk else already_made(request)
        if not item and not rules.can_draft(request.user):
            return JsonResponse({"words": "您没有起草信息的权限。"}, status=403)
        if item and not rules.can_edit(request.user, item):
            is_too_late = rules.drafts_for_its_unit(request.user, item)
            return JsonResponse({"words": "这条信息现在不能修改。"}, status=409 if is_too_late else 403)
        form = item_form(request, item, without_files=True)
        saved: list[Item] = []
        try:
            if was_done(form, lambda: saved.append(save_draft(request, form, item, automatically=True))):
                return JsonResponse({"version": saved[0].version})
        except (PermissionDenied, StaleError, TransitionError) as conflict:
            return JsonResponse({"words": str(conflict)}, status=409)
        sentences = [
            f"{form.fields[name].label}：{errors[0]}" for name, errors in form.errors.items() if name in form.fields
        ]
        return JsonResponse({"words": "；".join(sentences) or "请核对填写的内容。"}, status=422)

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
        version=form.cleaned_data["version"] or NEVER,
        by=by,
        at=now,
        attachments=files,
        removed=list(form.cleaned_data.get("removed", [])),
        automatically=automatically,
        **form.written,
    )
