"""An item's page, before the unit and before the office: what a reviewer has on the screen, and the form that writes it."""

import uuid
from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.forms import BaseForm
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from disclosure.catalogue.item_page import article_context, article_files, related_to
from disclosure.items import actions, rules
from disclosure.items.body.from_word import WordForm
from disclosure.items.drafting import draft_item, edit_item, link_interpretation
from disclosure.items.forms import ItemForm, prefilled
from disclosure.items.interpretation_links import LinkForm, shown_links
from disclosure.items.public_copies import copies_of
from disclosure.items.publication import as_published
from disclosure.items.undisclosed import ground_words, note_for_staff
from disclosure.models import Answer, Attachment, Item
from disclosure.models.states import ItemStatus, Validity
from disclosure.privacy.page import privacy_view
from disclosure.review.forms import SigningForm
from disclosure.review.services import changes
from ninghai.accounts.audit.history import Event, event_of
from ninghai.calendar import clock
from ninghai.models import AuditEntry, Case, PublicCopy, User
from ninghai.models.state_machine import TransitionError, require
from ninghai.staff_site.file_preview import FileToLookAt, preview_page, preview_picture, preview_url_of
from ninghai.staff_site.pages import was_done
from ninghai.staff_site.queue import Queue
from ninghai.staff_site.record_pages import WORK, Action, OfferedAction, RecordPage, View
from ninghai.web.autosave import autosave, not_saved
from ninghai.web.http import AuthenticatedRequest, visible_or_404
from ninghai.web.steps import Step, stepped

TONES = {
    "draft": "draft",
    "discarded": "draft",
    "with_head": "due",
    "in_review": "info",
    "approved": "info",
    "published": "good",
}


CASE_PAGES = {  # at each mount, by the kind of case
    "work": {"request": "disclosure:request", "proposal": "disclosure:proposal", "opinion": "disclosure:opinion"},
    "admin": {
        "request": "admin:disclosure_requestunit_case",
        "proposal": "admin:disclosure_proposalunit_case",
        "opinion": "admin:disclosure_opinionevent_change",
    },
}


class ItemRecordPage(RecordPage[Item]):
    """One item: its text, files and personal data, the answers given, and what may be done now."""

    keyword = "item"
    template = "disclosure/work_item_detail.html"
    page_names = {"work": "disclosure:work-item-detail", "admin": "admin:disclosure_item_change"}
    act_names = {"work": "disclosure:work-item-", "admin": "admin:disclosure_item_"}
    list_title = "公开信息"
    list_names = {"work": "disclosure:work-item-list", "admin": "admin:disclosure_item_changelist"}

    def find(self, user: User, pk: int) -> Item:
        items = Item.objects.visible_to(user).select_related(
            "unit", "topic", "entry", "drafted_by", "revises", "explains", "replaced_by"
        )
        return visible_or_404(items.without_search(), pk=pk)

    def title(self, item: Item) -> str:
        return item.title

    def views(self) -> Mapping[str, View]:
        return {
            "edit": require_http_methods(["GET", "HEAD", "POST"])(self.edit),
            "explains": require_http_methods(["GET", "HEAD", "POST"])(self.explains),
            "preview": require_safe(self.as_the_public),
            "autosave": require_POST(self.autosave),
        }

    def urls(self, root: str = "") -> list[URLPattern]:
        begun = [self.address(f"{root}autosave/", "autosave-new", require_POST(self.autosave))]
        if self.mount is WORK:
            new = require_http_methods(["GET", "HEAD", "POST"])(self.new)
            begun.append(self.address(f"{root}new/", "new", new))
        file = f"{root}<int:pk>/files/<uuid:file>/"
        begun.append(self.address(file, "file", require_safe(self.preview)))
        begun.append(self.address(f"{file}<int:number>/", "file-picture", require_safe(self.picture)))
        return [*begun, *super().urls(root)]

    def context(self, request: AuthenticatedRequest, item: Item, refused: Mapping[str, BaseForm]) -> dict[str, Any]:
        now = clock.now()
        may_edit = bool(rules.can_edit(request.user, item))
        new = changes(item, at=now)
        mask_url, text = f"{self.act_names[self.mount.key]}mask-file", new[0].difference.text if new else ()
        return {
            "item": item,
            "url": self.url(item),
            "tone": TONES.get(item.status, "late"),
            "queue": Queue.around(item, request=request),
            "facts": [*facts_of_a_draft(item), *life_facts(item, today=timezone.localdate(now))],
            "privacy": privacy_view(item, mask_url=mask_url, text=text),
            "new": new,
            "files": files_with_their_chains(item, preview=partial(self.act_url, "file", item)),
            "steps": steps_of_review(item),
            "history": history(item),
            "edit_url": self.act_url("edit", item) if may_edit else "",
            "preview_url": self.act_url("preview", item) if rules.can_preview(request.user, item) else "",
            "mask_url": self.act_url("mask-text", item) if may_edit else "",
            "links": shown_links(item, request.user, at=now),
            "asked_for": asked_for(item, request.user),
            "replied_to": replied_to(item, request.user),
            "opinions": responds_to(item, request.user),
            "case_pages": CASE_PAGES[self.mount.key],
        }

    def offers_of(
        self, action: Action, request: AuthenticatedRequest, item: Item, refused: Mapping[str, BaseForm]
    ) -> dict[str, OfferedAction]:
        """Of an act that signs an answer, one offer for each kind that this person may sign."""
        if action not in actions.SIGNING:
            is_there = action.name != "unschedule" or item.release_at
            return super().offers_of(action, request, item, refused) if is_there else {}
        form = refused.get(action.name)
        return {
            f"{action.name}:{kind}": self.offer(
                action,
                request,
                item,
                title=f"{action.title}{kind.label}",
                button=f"签署{kind.label}意见：同意公开",
                form=form
                if isinstance(form, SigningForm) and form.question == kind
                else actions.answer_form(None, request, item, kind=kind),
            )
            for kind in actions.SIGNING[action](request.user, item)
        }

    def act(
        self, action: Action, request: AuthenticatedRequest, record: Item, form: BaseForm, **named: Any
    ) -> HttpResponse:
        """What keeps the item from it stands beside the form, and nothing typed is lost."""
        try:
            return super().act(action, request, record, form, **named)
        except TransitionError as refused:
            form.add_error(None, str(refused))
            return self.refuse(action, request, record, form)

    def new(self, request: AuthenticatedRequest) -> HttpResponse:
        return self._write(request, None)

    def edit(self, request: AuthenticatedRequest, pk: int) -> HttpResponse:
        return self._write(request, self.find(request.user, pk))

    def _write(self, request: AuthenticatedRequest, item: Item | None) -> HttpResponse:
        """起草、修改: one form for both. What this form has made before, by itself or by a click, is gone on with."""
        item = item or _already_made(request)
        require(rules.can_edit(request.user, item) if item else rules.can_draft(request.user))
        form, word = _item_form(request, item), WordForm(request)
        saved: list[Item] = []
        if word.is_asked:
            form.show_unjudged(word.work_on(request.POST))
        elif was_done(form, lambda: saved.append(self._save(request, form, item))):
            files = len(form.files_to_attach)
            attached = f"附上了{files}个文件。" if files else ""
            messages.success(request, f"《{saved[0].title}》已保存为草稿。{attached}核对后请提交审核。")
            return redirect(self.url(saved[0]))
        kept = form.keep_files() if form.is_bound else []
        frame = self.frame(request, item, title="修改信息" if item else "起草信息")
        shown = {"form": form, "word": word, "item": item, "kept": kept, "autosave_url": self._autosave_url(item)}
        status = 422 if form.errors or word.errors else 200
        return render(request, "disclosure/work_item_form.html", {**frame, **shown}, status=status)

    def autosave(self, request: AuthenticatedRequest, pk: int | None = None) -> JsonResponse:
        """Keep what is being typed (自动保存), as `ninghai.web.autosave` answers it. Files come with the button alone."""
        item = self.find(request.user, pk) if pk else _already_made(request)
        if not item and not rules.can_draft(request.user):
            return not_saved("您没有起草信息的权限。", status=HTTPStatus.FORBIDDEN)
        if item and not rules.can_edit(request.user, item):
            is_too_late = rules.drafts_for_its_unit(request.user, item)
            status = HTTPStatus.CONFLICT if is_too_late else HTTPStatus.FORBIDDEN
            return not_saved("这条信息现在不能修改。", status=status)
        form = _item_form(request, item, without_files=True)
        return autosave(form, partial(self._save, request, form, item, automatically=True))

    def _autosave_url(self, item: Item | None) -> str:
        return self.act_url("autosave", item) if item else reverse(f"{self.act_names[self.mount.key]}autosave-new")

    def _save(
        self, request: AuthenticatedRequest, form: ItemForm, item: Item | None, *, automatically: bool = False
    ) -> Item:
        by, now, files = request.user, clock.now(), form.files_to_attach
        if item is None:
            acting = by.acting
            if acting is None:
                raise PermissionDenied
            form_id = form.cleaned_data["form_id"] or uuid.uuid4()
            return draft_item(unit=acting.unit, form_id=form_id, by=by, at=now, attachments=files, **form.written)
        return edit_item(
            item=self.find(by, item.pk),  # as it is stored: the form has written its values into `item`
            version=form.cleaned_data["version"] or 0,
            by=by,
            at=now,
            attachments=files,
            removed=list(form.cleaned_data.get("removed", [])),
            automatically=automatically,
            **form.written,
        )

    def preview(self, request: AuthenticatedRequest, pk: int, file: uuid.UUID) -> HttpResponse:
        """An attachment to be looked at, with the others of the item (文件预览)."""
        item = self.find(request.user, pk)
        shown = _attachment(item, file)
        attachments = list(item.attachments.select_related("file"))
        files = [self._to_look_at(item, each) for each in attachments]
        if shown not in attachments:  # removed at this moment
            raise Http404
        frame = self.frame(request, item, title=shown.label)
        return preview_page(request, files=files, at=attachments.index(shown), frame=frame)

    def picture(self, request: AuthenticatedRequest, pk: int, file: uuid.UUID, number: int) -> HttpResponse:
        """A page of it as a picture."""
        attachment = _attachment(self.find(request.user, pk), file)
        return preview_picture(request, of=attachment, stored=attachment.file, number=number)

    def _to_look_at(self, item: Item, attachment: Attachment) -> FileToLookAt:
        preview = self.act_url("file", item, attachment.file_id)
        return FileToLookAt(attachment, attachment.file, attachment.label, attachment.get_absolute_url(), preview)

    def explains(self, request: AuthenticatedRequest, pk: int) -> HttpResponse:
        """关联解读: a drafter, or the office afterwards, says which policy the item explains."""
        item = self.find(request.user, pk)
        require(rules.can_link_interpretation(request.user, item), rules.WHEN_LINKED)
        form = LinkForm(request.POST or None, item=item, user=request.user, at=clock.now())
        if _is_linked(request, item, form):
            return redirect(self.url(item))
        context = {
            **self.frame(request, item, title="关联所解读的文件"),
            "item": item,
            "url": self.url(item),
            "form": form,
        }
        return render(request, "disclosure/work_item_explains.html", context, status=422 if form.errors else 200)

    def as_the_public(self, request: AuthenticatedRequest, pk: int) -> HttpResponse:
        """预览: the page that the public would read, before it is public; nobody keeps it, and no machine lists it."""
        item, now = self.find(request.user, pk), clock.now()
        require(rules.can_preview(request.user, item))
        url, files = self.url(item), list(item.attachments.select_related("file"))
        shown = as_published(item, at=now)
        context = article_context(shown, files, related_to(shown, at=now))
        context |= {"views": shown.view_count, "url": url, "number": "" if item.revises else shown.index_number}
        response = render(request, "disclosure/item_preview.html", context)
        response["Cache-Control"], response["X-Robots-Tag"] = "no-store", "noindex, nofollow"
        return response


def asked_for(item: Item, user: User) -> list[Case]:
    """The applications (依申请公开) from whose answer the item was drafted, of those that this person may see."""
    if not item.requests.exists():
        return []
    return list(Case.objects.visible_to(user).filter(information_request__published_as=item).order_by("entered_at"))


def replied_to(item: Item, user: User) -> Case | None:
    """The proposal (建议提案) whose reply the item makes public, if this person may see it."""
    if "建提复" not in item.document_number:
        return None
    cases = Case.objects.visible_to(user).filter(proposal__replies__item=item)
    return cases.select_related("proposal").first()


def responds_to(item: Item, user: User) -> list[Case]:
    """The public opinion (政务舆情) to which the item, or what it revises, responds, of what this person may see."""
    items = [item.pk, item.revises_id or item.pk]
    of_item = Q(opinion_event__responses__item__in=items) | Q(opinion_event__suggestions__item__in=items)
    found = Case.objects.visible_to(user).filter(of_item)
    return list(found.distinct().order_by("entered_at", "pk"))


def _attachment(item: Item, file: uuid.UUID) -> Attachment:
    """By its file; a page that was opened before the public copy was made names the original, in whose place that stands now."""
    attachments = item.attachments.select_related("file")
    return get_object_or_404(attachments.filter(Q(file=file) | Q(original=file)).order_by("pk")[:1])


def _already_made(request: AuthenticatedRequest) -> Item | None:
    """The item that this very form has made before: it was sent twice."""
    try:
        form_id = uuid.UUID(request.POST.get("form_id", ""))
    except ValueError:
        return None
    return Item.objects.visible_to(request.user).filter(form_id=form_id, drafted_by=request.user).first()


def _item_form(request: AuthenticatedRequest, item: Item | None, *, without_files: bool = False) -> ItemForm:
    """The form as it came, or new: filled in from the item, or from the address."""
    data = request.POST.copy() if request.method == "POST" else None
    if data is not None and without_files:
        for name in ("kept", "removed", "uploads"):
            data.pop(name, None)
    files = None if without_files else request.FILES or None
    now = clock.now()
    initial = prefilled(request.GET, at=now) if item is None and data is None else None
    return ItemForm(data, files, instance=item, initial=initial, by=request.user, at=now)


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


# What the page shows: what is signed for, where the item stands in its life, its files, the three questions, its history.


def facts_of_a_draft(item: Item) -> list[tuple[str, str | None]]:
    """What is signed for besides title, text and files: with `life_facts` every public field that says something."""
    facts = [
        ("发文字号", item.document_number),
        ("信息类型", item.get_kind_display()),
        ("主题分类", item.topic.path if item.topic else ""),
        ("公开事项", item.entry.name if item.entry else ""),
        ("成文日期", str(item.formed_date or "")),
        ("来源", item.source),
        ("公开方式", item.get_method_display()),
        ("公开范围", item.audience),
        ("统一编号", item.unified_number),
        ("时效", item.get_validity_display()),
        ("原发布日期", str(item.original_published_on or "")),
        ("公开标注", item.openness_mark),
        ("内容概述", item.summary),
        ("起草", f"{item.unit.short_name} {item.drafted_by}"),
        ("索引号", item.index_number),
    ]
    return [(term, value) for term, value in facts if value]


def life_facts(item: Item, *, today: date) -> list[tuple[str, str]]:
    """Where the item stands in its life, for the staff."""
    facts = [
        ("修订的信息", f"{item.revises.title}（{item.revises.index_number}）" if item.revises else ""),
        ("修改说明", item.change_note),
        ("旧版本", "公开后不再供查阅" if item.hides_old_version else ""),
        ("定时公开", f"{timezone.localtime(item.release_at):%Y-%m-%d %H:%M}" if item.release_at else ""),
        ("申请紧急公开" if not item.is_emergency else "紧急公开", item.emergency_reason),
        ("补充审查", _review_after(item)),
        ("组配分类", item.get_category_display()),
        ("公开属性确定日期", f"{item.law_day or ''}" if item.method_reason else ""),
        ("不主动公开的理由", ground_words(item, today=today)),
        ("核对提示（公众看不到）", note_for_staff(item, today=today)),
        ("理由说明", item.method_explanation),
        ("下次评估日期", f"{item.next_review_date or ''}"),
        ("所解读的文件", item.explains.title if item.explains else ""),
        ("施行日期", f"{item.effective_on or ''}"),
        ("有效期至", f"{item.expires_on or ''}"),
        ("废止日期", f"{item.repealed_on or ''}"),
        ("替代文件", item.replaced_by.title if item.replaced_by else ""),
        ("撤回原因", item.get_withdrawal_reason_display()),
        ("对公众的说明", item.withdrawal_notice),
    ]
    return [(term, value) for term, value in facts if value]


def _review_after(item: Item) -> str:
    if not item.is_emergency:
        return ""
    done = item.reviewed_after_at
    return f"{timezone.localtime(done):%Y-%m-%d %H:%M} 完成" if done else "尚未完成"


def files_with_their_chains(item: Item, *, preview: Callable[[uuid.UUID], str]) -> list[dict[str, Any]]:
    """The files as the public will get them, each with where it came from, and where it is looked at."""
    attachments = list(item.attachments.select_related("file"))
    chains = copies_of(item.attachments.all())
    shown = article_files(attachments)
    for row, attachment in zip(shown, attachments, strict=True):
        row["chain"] = _in_words(chains.get(attachment.file_id))
        row["preview_url"] = preview_url_of(attachment.file, preview(attachment.file_id))
    return shown


def _in_words(chain: PublicCopy | None) -> str:
    """公开副本 and its original; empty where the public gets the file as it is."""
    if chain is None:
        return "公开副本正在生成，审核和公开的都是副本。"
    if chain.original_id == chain.copy_id or chain.made_at is None:
        return ""
    made = f"{timezone.localtime(chain.made_at):%Y-%m-%d %H:%M} {chain.get_how_display()}"
    program = chain.made_by.rpartition(" ")[2]
    return f"这是公开副本（{made}，程序第{program}版），由原文件生成，原文件不公开，SHA-256：{chain.original_sha256}"


def steps_of_review(item: Item) -> list[Step]:
    """From the draft through the three answers that hold for this very content to the public."""
    answers, seen_hash = list(item.answers.select_related("signed_by").order_by("signed_at")), item.content_hash()
    is_public = item.status in {ItemStatus.PUBLISHED, ItemStatus.WITHDRAWN, ItemStatus.MERGED}
    asked = [_step(kind, [each for each in answers if each.kind == kind], seen_hash) for kind in Answer.Kind]
    return stepped(
        ("起草", item.status != ItemStatus.DRAFT, f"{item.unit.short_name} {item.drafted_by}"),
        *asked,
        ("公开", is_public, item.index_number or ""),
    )


def _step(kind: Answer.Kind, answers: list[Answer], seen_hash: str) -> tuple[str, bool, str]:
    """Who answered the question, or that nobody has, and how many answers hold no more."""
    standing = [answer for answer in answers if answer.dropped_at is None and answer.content_hash == seen_hash]
    words = _answered(standing[0]) if standing else "尚未签署"
    void = len(answers) - len(standing)
    return kind.label, bool(standing), f"{words}（此前的意见因退回或内容改动失效：{void}份）" if void else words


def _answered(answer: Answer) -> str:
    comment = f"：{answer.comment}" if answer.comment else ""
    return f"同意公开　{answer.signed_by}，{timezone.localtime(answer.signed_at):%Y-%m-%d %H:%M}{comment}"


# What happened to an item, in the words of the people who did it: read from the audit trail.

MOVES = {
    ("draft", "with_head"): "提交单位审核",
    ("with_head", "in_review"): "单位审核通过，提交县政府办公室审查",
    ("with_head", "draft"): "单位退回修改",
    ("in_review", "draft"): "县政府办公室退回修改",
    ("approved", "draft"): "县政府办公室退回修改",
    ("draft", "discarded"): "放弃草稿",
    ("in_review", "approved"): "三项审查完成，等待公开",
    ("approved", "published"): "公开",
    ("published", "withdrawn"): "撤回",
    ("withdrawn", "withdrawn"): "撤回后不再提供正文",
    ("approved", "merged"): "公开，并入所修订的信息",
}
ACTS = {
    "draft": "起草",
    "edit": "修改",
    "revise": "起草修订稿",
    "merge_revision": "更新为修订后的内容",
    "review_after": "补充审查完成",
    "rule_on_hit": "核对个人信息",
    "mask": "制作脱敏副本",
}


def history(item: Item) -> list[Event]:
    """The item's events, oldest first; the answers of the review stand on the page by themselves."""
    entries = AuditEntry.objects.about(item).exclude(action=AuditEntry.Action.ANSWER)
    return [event_of(entry, what=event_words(entry)) for entry in entries]


def event_words(entry: AuditEntry) -> str:
    if entry.action == "move":
        if entry.detail.get("recalled"):
            return "本单位撤回送审"
        known = MOVES.get((entry.from_status, entry.to_status))
        return known or f"改为{ItemStatus(entry.to_status).label}"
    if entry.action == "emergency":
        return "申请紧急公开" if entry.detail.get("asked") else "紧急公开"
    if entry.action == "schedule":
        moment = entry.detail.get("release_at")
        return f"设定公开时间：{moment}" if moment else "取消定时公开"
    if entry.action == "change_validity":
        return f"时效变更为{Validity(entry.detail['to']).label}"
    return ACTS.get(entry.action) or entry.get_action_display()
