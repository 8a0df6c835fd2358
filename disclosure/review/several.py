"""Signing several items at once (一并签署): only those about which nothing is left to judge; every other one is named with its reason."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone

from disclosure.items.actions import NOT_TO_ANSWER, can_answer, kinds_in_review
from disclosure.items.rules import FEWEST_SIGNERS, standing_answers
from disclosure.items.undisclosed import note_for_staff
from disclosure.models import Answer, Item
from disclosure.models.states import DisclosureMethod, ItemStatus
from disclosure.privacy.gate import counted, files_of, why_not_clean
from disclosure.privacy.scans import open_hits, scan_item
from disclosure.review.forms import SigningForm
from disclosure.review.services import answer_item, changes
from ninghai.calendar import clock
from ninghai.files import unscanned, waits_for_scanner
from ninghai.models import User
from ninghai.models.state_machine import StaleError, TransitionError, TransitionRefusal
from ninghai.staff_site.pages import first_of, office_page
from ninghai.web.http import AuthenticatedRequest
from ninghai.web.versions import seen_version

ALL_BY_ONE = "保密审查意见是您签署的，其余两项您只能签署一项，请打开选择。"


@dataclass(frozen=True, slots=True)
class ToSign:
    """An item that was chosen: which answers this person would sign, or why it is left out."""

    item: Item
    kinds: Sequence[Answer.Kind]
    why_not: str
    seen_hash: str

    @property
    def answers(self) -> str:
        return "、".join(kind.label for kind in self.kinds)


def weighed(item: Item, user: User, *, at: datetime) -> ToSign:
    """The item as this person may sign it together with others at that moment, or why not."""
    kinds, seen_hash = kinds_in_review(user, item), item.content_hash()
    given = list(standing_answers(item, seen_hash).values_list("signed_by", flat=True))
    if not kinds:
        why_not = _not_to_sign(item, user)
    elif len(given) + len(kinds) == len(Answer.Kind) and len({*given, user.pk}) < FEWEST_SIGNERS:
        why_not = ALL_BY_ONE
    else:
        why_not = why_not_at_once(item, at=at)
    return ToSign(item, kinds, why_not, seen_hash)


def _not_to_sign(item: Item, user: User) -> str:
    if item.status != ItemStatus.IN_REVIEW:
        return f"现在是“{item.get_status_display()}”，没有意见要签署。"
    allowed = can_answer(user, item)
    if isinstance(allowed, TransitionRefusal):
        return str(allowed.error)
    return "您的意见已经签署。" if allowed else NOT_TO_ANSWER


def why_not_at_once(item: Item, *, at: datetime) -> str:
    """What a person has to look at on the item's own page before signing, in a sentence; empty where there is nothing."""
    scan = scan_item(item, may_look=False)
    if obstacle := why_not_clean(scan, open_hits(scan.hits, item)):
        return obstacle
    if scan.hits:
        return f"发现过{len(scan.hits)}处个人信息（{counted(scan.hits)}），已登记可以公开的理由，请打开核对。"
    if files := unscanned(files_of(item)):
        return waits_for_scanner(files[0])
    if item.method != DisclosureMethod.PROACTIVE:
        return note_for_staff(item, today=timezone.localdate(at)) or "不主动公开，请打开核对理由。"
    if item.emergency_reason:
        return "单位申请紧急公开，等签发人决定。"
    if item.answers.exclude(dropped_at=None).exists():
        return "此前的意见因退回失效，请打开核对。"
    return next((f"与{each.since}相比有改动，请打开核对。" for each in changes(item, at=at)), "")


def sign_several(request: AuthenticatedRequest, chosen: QuerySet[Item]) -> HttpResponse | None:
    """First a page that says which will be signed and which are left out; sent from there with the checklists, sign them."""
    items, rest = first_of(chosen.select_related("unit", "topic"))
    each = [weighed(item, request.user, at=clock.now()) for item in items]
    ready = [one for one in each if not one.why_not]
    is_sent = "confirmed" in request.POST
    asked = [kind for kind in Answer.Kind if any(kind in one.kinds for one in ready)]
    forms = [SigningForm(request.POST if is_sent else None, kind=kind, prefix=kind) for kind in asked]
    if is_sent and all(form.is_valid() for form in forms):
        sign_confirmed(request, each, ticked={form.question: form.ticked for form in forms})
        return None
    response = office_page(
        request,
        "admin/disclosure/sign_items.html",
        title="一并签署意见",
        trail=[("公开信息", request.get_full_path())],
        rest=rest,
        ready=ready,
        left=[one for one in each if one.why_not],
        forms=forms,
    )
    response.status_code = 422 if is_sent else 200
    return response


def sign_confirmed(
    request: AuthenticatedRequest, each: Iterable[ToSign], *, ticked: dict[Answer.Kind, list[str]]
) -> None:
    """Each as this person saw it, by the same service as on its own page; what is refused is named and left alone."""
    signed = 0
    for one in each:
        given: list[str] = []  # somebody else may sign the second answer in between
        try:
            if one.why_not:
                raise TransitionError(one.why_not)
            _sign(request, one, ticked, given)
        except (PermissionDenied, StaleError, TransitionError) as refused:
            what = f"只签署了{'、'.join(given)}" if given else "没有签署"
            messages.warning(request, f"《{one.item.title}》{what}：{refused}")
        else:
            signed += 1
    if signed:
        messages.success(request, f"已对 {signed} 条信息签署意见：同意公开。")


def _sign(request: AuthenticatedRequest, one: ToSign, ticked: dict[Answer.Kind, list[str]], given: list[str]) -> None:
    """Adds to `given` each answer that is signed."""
    one.item.require_version(seen_version(request, f"version-{one.item.pk}"))
    if not set(one.kinds) <= set(request.POST.getlist(f"kinds-{one.item.pk}")):
        raise StaleError(one.item)  # an answer was taken back since: it is not signed by whoever was not asked for it
    for kind in one.kinds:
        answer_item(
            item=one.item,
            kind=kind,
            seen_hash=request.POST.get(f"hash-{one.item.pk}", ""),
            checked=ticked.get(kind, []),
            by=request.user,
            at=clock.now(),
        )
        given.append(kind.label)
