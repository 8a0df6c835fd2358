"""What a person does about the hits on an item's page: rule, take a ruling back, mask a file, mask the text.

The unit's pages and the office's pages share these acts, as they share the others.
"""

from collections.abc import Collection, Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect

from disclosure.items.actions import Pages, item_as_seen
from disclosure.models import Item, Ruling
from disclosure.privacy.masked_copies import mask_attachment, mask_text
from disclosure.privacy.page import grouped
from disclosure.privacy.rulings import rule_on_hits, take_back_rulings
from disclosure.privacy.scans import ItemHit, open_hits, scan_item
from disclosure.review.forms import RulingForm
from ninghai.calendar import clock
from ninghai.models.state_machine import StaleError, TransitionError
from ninghai.web.http import AuthenticatedRequest

SECTION, TEXT = "#personal-data", "#text"
MOST_NAMED = 12  # places that a message names


def rule(pages: Pages, request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Rule on what is ticked, or take rulings back; what was typed comes back with what is wrong."""
    item, form = item_as_seen(request, pk), RulingForm(request.POST)
    meant = ticked(item, groups=request.POST.getlist("group"), hits=request.POST.getlist("hit"))
    if request.POST.get("act") == "undo" and meant:
        count = take_back_rulings(item=item, fingerprints=meant, by=request.user, at=clock.now())
        messages.success(request, f"已撤销{count}处核对结果。")
        return redirect(f"{pages.url(item)}{SECTION}")
    if form.is_valid() and meant:
        try:
            return _ruled(pages, request, item, meant, form)
        except TransitionError as refused:
            form.add_error("reason", str(refused))
    if not meant:
        form.add_error(None, "请先勾选要登记的内容。")
    chosen = {"groups": request.POST.getlist("group"), "hits": request.POST.getlist("hit")}
    return pages.show(request, item, status=422, ruling_form=form, chosen=chosen)


def mask_file(pages: Pages, request: AuthenticatedRequest, pk: int, attachment: int) -> HttpResponse:
    item = item_as_seen(request, pk)
    file = get_object_or_404(item.attachments.select_related("file"), pk=attachment)
    try:
        mask_attachment(item=item, attachment=file, version=item.version, by=request.user, at=clock.now())
    except TransitionError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"“{file.label}”已换成脱敏副本，原文件留存备查，不会公开。请打开副本核对一遍。")
    return redirect(f"{pages.url(item)}{SECTION}")


def mask_words(pages: Pages, request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Mask what is open in the text; the page then shows the text, and the message what it says now in each place."""
    item = item_as_seen(request, pk)
    left = [hit for hit in open_hits(scan_item(item).hits, item) if not hit.attachment_id]
    mask_text(item=item, version=item.version, by=request.user, at=clock.now())
    messages.success(request, f"正文和各字段的{len(left)}处个人信息已去标识化：{_quoted_hits(left)}。请核对一遍。")
    return redirect(f"{pages.url(item)}{TEXT}")


def _quoted_hits(hits: Sequence[ItemHit]) -> str:
    """身份证号“3302**********123X”、手机号码“138****1234”等."""
    named = dict.fromkeys(f"{hit.kind.label}“{hit.printed}”" for hit in hits if hit.printed)
    return "、".join(list(named)[:MOST_NAMED]) + ("等" if len(named) > MOST_NAMED else "")


def ticked(item: Item, *, groups: Collection[str], hits: Collection[str]) -> set[str]:
    """The fingerprints that are meant; StaleError when a group is another one than was seen."""
    if not groups:
        return set(hits)
    known = {group.key: group for group in grouped(scan_item(item).hits, set(), {})}
    if not set(groups) <= known.keys():
        raise StaleError(item)
    return {hit.fingerprint for key in groups for hit in known[key].hits} | set(hits)


def _ruled(pages: Pages, request: AuthenticatedRequest, item: Item, meant: set[str], form: RulingForm) -> HttpResponse:
    reason, note = Ruling.Reason(form.cleaned_data["reason"]), form.cleaned_data["note"]
    count = rule_on_hits(item=item, fingerprints=meant, reason=reason, note=note, by=request.user, at=clock.now())
    messages.success(request, f"已登记{count}处：{reason.label}。")
    return redirect(f"{pages.url(item)}{SECTION}")
