"""`/work/knowledge/` and the office's twin: a unit's answers, and one edition with its acts."""

from typing import Any, ClassVar

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from disclosure.catalogue.search.query_words import LONGEST_QUERY
from disclosure.items.forms import ItemByNumberField
from disclosure.items.text import many_lines, one_line
from disclosure.knowledge import services
from disclosure.knowledge.search import among_drafts_too, missed_for_units
from disclosure.knowledge.shown import ITEM_FIELDS, closed_words, notice_words, shown_answer
from disclosure.models import Answer, Knowledge, Service, Topic
from disclosure.requests.desk.fields import RequestReasonForm, day_field, line_field, record_field
from disclosure.review.forms import AnswerForm, PassForm
from disclosure.service_guides.content import BY_NAME
from ninghai.calendar import clock
from ninghai.models import User, acts_as
from ninghai.staff_site.record_pages import ADMIN, WORK, Action, OfferedAction, RecordPage, act
from ninghai.web.http import AuthenticatedRequest, visible_or_404
from ninghai.web.posted import form_page, only

PAGE_SIZE = 30
TONES = {
    "draft": "draft",
    "with_head": "due",
    "in_review": "info",
    "published": "good",
    "replaced": "draft",
    "withdrawn": "draft",
    "discarded": "draft",
}


# The forms: the words of an answer and its source, and what its head says when it is checked.

LINES = ("question", "other_words", "source_words")


class KnowledgeForm(forms.Form):
    """Everything of an answer; a draft may leave out all but the question."""

    use_required_attribute = False
    needed: ClassVar = {"review_by": "提交时必填"}

    question = line_field("问题", 100, help_text="用公众的话问，一条只问一件事，如：办食品经营许可要带什么材料？")
    other_words = line_field(
        "别的问法", 200, required=False, help_text="公众还会用的词，空格隔开，如：卫生证 餐饮许可。"
    )
    topic = record_field("主题分类", Topic.objects.filter(parent=None), required=False, empty_label="没有选择")
    service = line_field("来源事项的代码", 40, required=False, help_text="取自办事指南的，填事项代码。三种来源填一种。")
    item = ItemByNumberField(label="来源信息的索引号", help_text="取自公开信息的，填索引号。")
    source_words = line_field("其他来源", 200, required=False, help_text="本平台以外的依据，如法规的名称和条款。")
    fields_shown = forms.MultipleChoiceField(
        label="引用的栏目",
        required=False,
        choices=[
            ("办事指南", [(name, name) for name in BY_NAME]),
            ("公开信息", [(name, name) for name in ITEM_FIELDS]),
        ],
        widget=forms.CheckboxSelectMultiple,
        help_text="费用、材料、时间、电话等在这里勾选，公众看到的总是来源现行的内容；不要抄进解答。",
        error_messages={"invalid_choice": "没有“%(value)s”这个栏目，请重新勾选。"},
    )
    answer = forms.CharField(
        label="解答",
        required=False,
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="先答结论。栏目里有的不用再写。",
        error_messages={"max_length": "“解答”不超过3000字。"},
    )
    valid_until = day_field("有效期至", required=False, help_text="这一天以后不再显示；长期有效的留空。")
    review_by = day_field("复核日期", required=False, help_text="最迟哪一天再核对一次，提交时必填。公众看得到。")

    def __init__(self, data: Any = None, *, knowledge: Knowledge | None = None) -> None:
        super().__init__(data, initial=typed(knowledge) if knowledge else {})
        self.fields["item"].at = clock.now()  # type: ignore[attr-defined]

    def clean_answer(self) -> str:
        return many_lines(self.cleaned_data["answer"])

    def clean_service(self) -> Service | None:
        code = self.cleaned_data["service"]
        found = Service.objects.filter(code=code, guides__status="published").first() if code else None
        if code and found is None:
            raise forms.ValidationError("没有这个代码的事项，或者它还没有公布办事指南，请核对。")
        return found

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        given |= {name: one_line(given[name]) for name in LINES if name in given}
        if given.get("question") == "":
            self.add_error("question", "请填写问题。")
        if sum(bool(given.get(name)) for name in ("service", "item", "source_words")) > 1:
            self.add_error("source_words", "来源只填一种：事项代码、索引号，或者其他来源。")
        given["fields"] = chosen = given.get("fields_shown", [])
        offered = BY_NAME if given.get("service") else ITEM_FIELDS if given.get("item") else ()
        if wrong := [name for name in chosen if name not in offered]:
            self.add_error("fields_shown", f"来源里没有栏目“{'、'.join(wrong)}”，请去掉，或者填写有它的来源。")
        return given


def typed(knowledge: Knowledge) -> dict[str, Any]:
    """As the form and the workbook have it."""
    plain = ("question", "other_words", "source_words", "answer", "valid_until", "review_by")
    return {
        **{name: getattr(knowledge, name) for name in plain},
        "topic": knowledge.topic_id,
        "service": knowledge.service.code if knowledge.service else "",
        "item": (knowledge.item.index_number or "") if knowledge.item else "",
        "fields_shown": knowledge.fields,
    }


class ConfirmKnowledgeForm(forms.Form):
    use_required_attribute = False

    review_by = day_field("下次复核日期", help_text="最迟哪一天再核对一次。")
    valid_until = day_field("有效期至", required=False, help_text="长期有效的留空。")


def knowledge_form(data: Any, request: Any, knowledge: Knowledge) -> KnowledgeForm:
    return KnowledgeForm(data, knowledge=knowledge)


def confirm_form(data: Any, request: Any, knowledge: Knowledge) -> ConfirmKnowledgeForm:
    return ConfirmKnowledgeForm(data, initial={"valid_until": knowledge.valid_until})


def pass_form(data: Any, request: Any, knowledge: Knowledge) -> PassForm:
    return PassForm(data, kind=Answer.Kind.SECRECY, initial={"seen_hash": knowledge.content_hash()})


def answer_form(data: Any, request: Any, knowledge: Knowledge, *, kind: str = "") -> AnswerForm:
    """Of the kind that is asked for, or that was sent; what is none of them is no answer of this review."""
    sent = kind or (data.get("kind", "") if data else "")
    question = Answer.Kind(sent) if sent in Answer.Kind.values else Answer.Kind.LEGALITY
    initial = {"seen_hash": knowledge.content_hash(), "kind": question}
    return AnswerForm(data, kind=question, auto_id=f"{question}_%s", initial=initial)


# The acts.


def signed(form: Any) -> dict[str, Any]:
    """What a signature says to its service."""
    said = form.cleaned_data
    return {"seen_hash": said["seen_hash"], "comment": said["comment"], "checked": form.ticked}


SECTION: dict[str, Any] = {"place": "section"}
REASON: dict[str, Any] = {"form": RequestReasonForm}
SAVE: dict[str, Any] = {"form": knowledge_form, "values": lambda form: {"given": form.cleaned_data}}
SIGN: dict[str, Any] = {"form": answer_form, "values": lambda form: {**signed(form), "kind": form.question}}
ANSWER = act("answer", "签署意见：同意公布", "“{record.question}”的{form.question.label}意见已签署。", services.can_answer, services.answer_knowledge, **SIGN, **SECTION)  # fmt: skip
ACTIONS = (
    act("edit", "修改", "“{record.question}”已保存。", services.can_write, services.write_knowledge, title="填写解答", place="page", template="disclosure/work_knowledge_form.html", **SAVE),
    act("hand-in", "提交审核", "“{record.question}”已提交单位审核。", services.can_write, services.hand_in_knowledge, place="own"),
    act("pass", "审核通过，提交审查", "“{record.question}”已签署保密审查意见，提交县政府办公室审查。", services.can_pass, services.pass_knowledge, title="保密审查", form=pass_form, values=signed, **SECTION),
    ANSWER,
    act("confirm", "核对无误", "“{record.question}”已核对无误。", services.can_confirm, services.confirm_knowledge, form=confirm_form, words="对照来源现行的内容，解答仍然正确的，写明下次复核的日期。不正确的，点“修改”起草新的一版。", **SECTION),
    act("revise", "修改", "“{record.question}”新的一版已起草，请修改后提交；原来的一版照常显示。", services.can_revise, services.revise_knowledge, place="own"),
    act("return", "退回修改", "“{record.question}”已退回修改。", services.can_return, services.return_knowledge, **REASON),
    act("question", "送核对", "“{record.question}”已送核对，公众看到正在核对。", services.can_question, services.question_knowledge, **REASON),
    act("withdraw", "撤下", "“{record.question}”已撤下。", services.can_withdraw, services.withdraw_knowledge, is_grave=True, **REASON),
    act("discard", "放弃草稿", "“{record.question}”的草稿已放弃。", services.can_write, services.discard_knowledge, is_grave=True),
)  # fmt: skip


class KnowledgePage(RecordPage[Knowledge]):
    keyword, gives_version = "knowledge", True
    template = "disclosure/work_knowledge.html"
    page_names = {"work": "disclosure:work-knowledge", "admin": "admin:disclosure_knowledge_change"}
    act_names = {"work": "disclosure:knowledge-", "admin": "admin:disclosure_knowledge_"}
    list_title = "知识库"
    list_names = {"work": "disclosure:work-knowledge-list", "admin": "admin:disclosure_knowledge_changelist"}

    def find(self, user: User, pk: int) -> Knowledge:
        return visible_or_404(Knowledge.objects.visible_to(user).with_source(on=clock.today()).for_staff(), pk=pk)

    def offers_of(
        self, action: Action, request: AuthenticatedRequest, record: Knowledge, refused: Any
    ) -> dict[str, OfferedAction]:
        """Of the act that signs an answer one offer for each kind that this person may sign."""
        if action is not ANSWER:
            return super().offers_of(action, request, record, refused)
        came_back: Any = refused.get(action.name)
        found = {}
        for kind in services.OF_REVIEW:
            if services.can_answer_kind(request.user, record, kind):
                is_it = came_back is not None and came_back.question == kind
                form = came_back if is_it else answer_form(None, request, record, kind=kind)
                title, button = kind.label, f"签署{kind.label}意见：同意公布"
                found[f"answer:{kind}"] = self.offer(action, request, record, title=title, button=button, form=form)
        return found

    def context(self, request: AuthenticatedRequest, record: Knowledge, refused: Any) -> dict[str, Any]:
        signed_by = record.answers.filter(dropped_at=None).select_related("signed_by")
        others = Knowledge.objects.visible_to(request.user).filter(number=record.number).exclude(pk=record.pk)
        return {
            "knowledge": record,
            "shown": shown_answer(record, on=clock.today()),
            "tone": TONES[record.status],
            "answers": signed_by.order_by("signed_at", "pk"),
            "editions": [(each, self.url(each)) for each in others.for_staff().order_by("-edition")],
        }

    def new(self, request: AuthenticatedRequest) -> HttpResponse:
        acting: Any = request.user.acting
        form = KnowledgeForm(request.POST if request.method == "POST" else None)
        form.initial["question"] = one_line(request.GET.get("question", ""))[:100]
        if form.is_valid():
            given, by, at = form.cleaned_data, request.user, clock.now()
            return redirect(self.url(services.begin_knowledge(unit=acting.unit, given=given, by=by, at=at)))
        frame = self.frame(request, None, title="起草解答")
        return form_page(request, "disclosure/work_knowledge_form.html", {**frame, "form": form})


pages = KnowledgePage(WORK, ACTIONS)
office_pages = KnowledgePage(ADMIN, ACTIONS)


@require_http_methods(["GET", "HEAD", "POST"])
def knowledge_new(request: AuthenticatedRequest) -> HttpResponse:
    return pages.new(request)


@require_safe
def work_knowledge_list(request: AuthenticatedRequest) -> HttpResponse:
    """The unit's answers, the newest edition of each; and what people ask often and do not find."""
    words = one_line(request.GET.get("q", ""))[:LONGEST_QUERY]
    listed = Knowledge.objects.visible_to(request.user).newest().with_source(on=clock.today()).for_staff()
    listed = among_drafts_too(listed, words) if words else listed
    page = Paginator(listed.order_by("-number"), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "rows": [(each, pages.url(each), *standing(each)) for each in page],
        "page": page,
        "params": only(request.GET, ["q", "page"]),
        "words": words,
        "longest_query": LONGEST_QUERY,
        "may_write": acts_as(request.user, *services.WRITERS),
        "missed": missed_for_units(),
    }
    return render(request, "disclosure/work_knowledge_list.html", context)


def standing(knowledge: Knowledge) -> tuple[str, str]:
    """The words and the tone of its state: what is public may be past, or under review."""
    today = clock.today()
    if knowledge.is_published and closed_words(knowledge, on=today):
        return "不再显示", "late"
    if knowledge.is_published and notice_words(knowledge, on=today):
        return "核对中", "due"
    return knowledge.get_status_display(), TONES[knowledge.status]
