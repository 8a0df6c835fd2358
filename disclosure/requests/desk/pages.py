"""The register of applications and the page of one with its acts, below `/work/requests/` and in the office's list of units.

What `CasePage` says holds for every kind of case in a register (`proposals`, `appeals`), too.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any, ClassVar

from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, reverse
from django.views.decorators.http import require_http_methods, require_safe

from disclosure.items.text import one_line
from disclosure.models import LetterMaking, RequestFile, RequestUnit
from disclosure.requests.applying.forms import IDENTITY_KINDS, ApplicantCategory, InformationForm
from disclosure.requests.applying.services import arrived_on
from disclosure.requests.desk import answering, delivering, entering, registering, steps
from disclosure.requests.desk.acts import ACTIONS, redrafted_form
from disclosure.requests.desk.around import around
from disclosure.requests.desk.excess_acts import EXCESS_ACTS
from disclosure.requests.desk.fields import RequestReasonForm
from disclosure.requests.desk.publication import PUBLISH, begun_publication
from disclosure.requests.desk.register import RegisterFilter, RegisterOfCases
from disclosure.requests.desk.remedies import REMEDY_ACTS
from disclosure.requests.importing.pages import importing_urls
from disclosure.requests.inquiries.acts import event_label, inquiry_rows
from disclosure.requests.keeping import require_no_applicant_in
from disclosure.requests.kind import AT_WORK, REQUEST
from disclosure.requests.letters.papers import ANSWER, lacking_names, opened_file, rules_of_case, written_answer
from disclosure.requests.letters.words import CaseLetter
from disclosure.requests.limits import LimitWords, amendment_words, label_of, limit_words, remedy_days, way_label
from disclosure.requests.rules.answers import answer_under, answers_under
from disclosure.requests.rules.receipt import RequestChannel
from disclosure.requests.standing import fee_words
from ninghai.calendar import clock
from ninghai.calendar.workdays import WorkCalendar
from ninghai.cases.kinds import EngineEvent, kind_of
from ninghai.files.storing import PDF
from ninghai.jobs.progress import progress_of
from ninghai.models import Case, CasePaper, Unit, User
from ninghai.models.case import CaseQuerySet
from ninghai.models.state_machine import require
from ninghai.sealed.services import look
from ninghai.staff_site.inbox import list_in_admin
from ninghai.staff_site.pages import along, was_done
from ninghai.staff_site.record_pages import ADMIN, WORK, Action, OfferedAction, RecordPage
from ninghai.web.http import AuthenticatedRequest, visible_or_404

TONES = {
    "unconfirmed": "due",
    "handling": "info",
    "with_head": "due",
    "signed": "due",
    "posted": "good",
    "delivered": "good",
}
TOWARDS: dict[str, str] = {
    Case.Relation.SPLIT: "拆分为",
    Case.Relation.MERGED: "并入本件的",
    Case.Relation.DUPLICATE: "与本件重复的",
    Case.Relation.MOVED: "转办为",
}
UNNAMED = "（显示申请人后可见）"
SHOW, SHOWN, PURPOSE = "applicant", "show", "purpose"  # in the address: who applies, in full, and what for
OWN_PURPOSE, MOST_PURPOSE = "与申请人联系、核对身份", 100


# The page.


class CasePage(RecordPage[Case]):
    """A case in a register, whose papers are made as PDFs (`letters.papers`): with these below its own address, below the register's."""

    keyword, gives_version = "case", True
    files_refused: ClassVar[str]  # to whom papers do not open
    tones: ClassVar[Mapping[str, str]]
    filters: ClassVar[type[RegisterFilter]]
    list_template: ClassVar[str]
    noun: ClassVar[str]
    units: ClassVar[type[Unit]]  # whose list of the office's stands above its register
    new_name = "enter"

    def visible(self, user: User) -> CaseQuerySet:
        """The cases that this person may know of, with what a page asks for."""
        raise NotImplementedError

    def may_enter(self, user: User) -> bool:
        return answering.can_enter(user)

    def limit(self, case: Case, *, calendar: WorkCalendar | None = None) -> LimitWords:
        return limit_words(case, calendar=calendar)

    def find(self, user: User, pk: int) -> Case:
        return visible_or_404(self.visible(user), pk=pk)

    @property
    def names(self) -> dict[str, str]:
        """By which templates ask for addresses of this mount; those of acts, papers and entering begin with `acts`."""
        key = self.mount.key
        item = {"work": "disclosure:work-item-detail", "admin": "admin:disclosure_item_change"}[key]
        return {"page": self.page_names[key], "acts": self.act_names[key], "list": self.list_names[key], "item": item}

    def frame(self, request: AuthenticatedRequest, record: Case | None, *, title: str = "") -> dict[str, Any]:
        return {**super().frame(request, record, title=title), "names": self.names}

    def register(self, request: AuthenticatedRequest) -> HttpResponse:
        """The register, narrowed as its address says; in the admin below the list of units."""
        above = [(str(self.units._meta.verbose_name_plural), list_in_admin(self.units))]
        frame = self.mount.frame(request, title=self.list_title, trail=above if self.mount is ADMIN else [])
        row, page = partial(self.row, request), reverse(self.names["list"])
        cases = RegisterOfCases(self.visible(request.user), self.filters, page=page, row=row)
        said = {"names": self.names, "noun": self.noun, "can_enter": self.may_enter(request.user)}
        return render(request, self.list_template, {**frame, **cases.context(request), **said})

    def row(self, request: AuthenticatedRequest, case: Case, *, calendar: WorkCalendar) -> dict[str, Any]:
        limit, state = self.limit(case, calendar=calendar), kind_of(case).state(case.status).label
        tone = "late" if limit.tone == "late" and case.is_open else self.tones.get(case.status, "info")
        url = along(request, self.url(case))
        return {"case": case, "url": url, "state": state, "tone": tone, "limit": limit}

    def show(self, request: AuthenticatedRequest, record: Case, **more: Any) -> HttpResponse:
        """The page; where it only asks by itself how far a letter is, that alone: nobody looks at anything then."""
        makings = makings_of(record) if request.headers.get("HX-Request") else []
        if not makings:
            return super().show(request, record, **more)
        waiting = next((each for each in makings if each.file_id is None), makings[-1])
        context = {"progress": progress_of(waiting.job), "page": self.url(record), "asks": request.path}
        return render(request, "_job_progress.html", {**context, "asked": True, "over": "文书已经制作好。"})

    def letter(self, request: AuthenticatedRequest, pk: int, number: int) -> HttpResponse:
        """A signed letter as a PDF, to be printed and handed over."""
        made = LetterMaking.objects.filter(paper__case=self.case_of_files(request, pk), file__isnull=False)
        making = visible_or_404(made.select_related("file", "data_key", "paper"), paper=number)
        return opened_file(making, name=f"{making.paper.title}.pdf", media_type=PDF, by=request.user, at=clock.now())

    def case_of_files(self, request: AuthenticatedRequest, pk: int) -> Case:
        """What names people leaves only for those whose affair it is."""
        case = self.find(request.user, pk)
        require(self.may_open_files(request.user, case), self.files_refused)
        return case

    def may_open_files(self, user: User, case: Case) -> bool:
        return answering.is_own(user, case)

    def urls(self, root: str = "") -> list[URLPattern]:
        new = require_http_methods(["GET", "HEAD", "POST"])(self.new)
        return [
            self.placed(root, self.names["list"], require_safe(self.register)),
            self.address(f"{root}new/", self.new_name, new),
            self.address(f"{root}<int:pk>/letter/<int:number>/", "letter", require_safe(self.letter)),
            *super().urls(root),
        ]


class RequestPage(CasePage):
    """One application: what is asked, how it stands, the drafted answer, its letters."""

    files_refused = "申请材料和文书原件只有承办单位能打开。"
    template, list_template = "disclosure/work_request.html", "disclosure/work_request_list.html"
    page_names = {"work": "disclosure:request", "admin": "admin:disclosure_requestunit_case"}
    act_names = {"work": "disclosure:request-", "admin": "admin:disclosure_requestunit_case_"}
    list_title, noun = "依申请公开", "申请"
    list_names = {"work": "disclosure:request-list", "admin": "admin:disclosure_requestunit_cases"}
    units, tones, filters = RequestUnit, TONES, RegisterFilter

    def visible(self, user: User) -> CaseQuerySet:
        found = Case.objects.visible_to(user).filter(kind=REQUEST)
        return found.select_related("unit", "legal_clock", "information_request__data_key")

    def new(self, request: AuthenticatedRequest) -> HttpResponse:
        return entering.request_enter(request, self)

    def context(self, request: AuthenticatedRequest, record: Case, refused: Mapping[str, BaseForm]) -> dict[str, Any]:
        applicant = applicant_shown(record, request)
        words, draft = self._words(request, record, named=dict(applicant).get(APPLICANT["name"], ""))
        signs = draft is not None and answering.can_decide(request.user, record)
        name = draft.addressee.rstrip("：") if draft and signs else ""
        makings = makings_of(record)
        unmade = next((each for each in makings if each.file_id is None), None)
        return {
            "case": record,
            "state": kind_of(record).state(record.status).label,
            "tone": TONES.get(record.status, "info"),
            "limit": limit_words(record),
            "facts": facts(record),
            "content": words,
            "applicant": applicant or ([(APPLICANT["name"], name)] if name else []),
            "shows_all": bool(applicant),
            "applicant_url": f"{self.url(record)}?{SHOW}={SHOWN}",
            "proofs": record.information_request.files.filter(inquiry=None),
            "inquiries": inquiry_rows(record, request),
            "amendment": amendment_words([record]).get(record.pk),
            "lacking": lacking_names(record.unit.standing_in(on=clock.today()), on=clock.today()) if draft else "",
            "states_purpose": answering.states_purpose(request.user, record),
            "is_own": answering.is_own(request.user, record),
            "returned": registering.returned_by(record),
            "related": self._related(record, request.user),
            "draft": draft,
            "events": [
                (event, event_label(record, event)) for event in record.events.select_related("by", "paper__unit")
            ],
            "of_head": acts_of_head(record, request.user),
            "makings": makings,
            "answer_paper": max((each.paper_id for each in makings if each.paper.kind == ANSWER), default=None),
            "progress": progress_of(unmade.job) if unmade else None,
            "asks": self.url(record),
            **around(request.user, record),
        }

    def offers_of(
        self, action: Action, request: AuthenticatedRequest, record: Case, refused: Mapping[str, BaseForm]
    ) -> dict[str, OfferedAction]:
        """What is told of a paper stands below each of those that wait for it."""
        if action.name not in delivering.WAITING_PAPERS:
            return super().offers_of(action, request, record, refused)
        forms = delivering.paper_forms(action, record, refused.get(action.name))
        return {f"{action.name}-{paper.pk}": self.offer(action, request, record, form=form) for paper, form in forms}

    def _words(self, request: AuthenticatedRequest, case: Case, *, named: str) -> tuple[str, CaseLetter | None]:
        """What is asked for, and for who drafts and signs it the answer as its letter would read today: one look for both. Who
        signs reads it as it goes out; anybody else reads its addressee where they have asked who applies (`named`)."""
        asked = case.information_request
        told: dict[str, Any] = {"by": request.user, "at": clock.now()}
        if not _is_drafted(case) or not answering.is_own(request.user, case):
            return str(look(asked, purpose="办理申请", only=("content",), **told)["content"]), None
        signs = bool(answering.can_decide(request.user, case))
        words = look(asked, purpose="审核答复", only=() if signs else ("content", "answer"), **told)
        words |= {} if signs else {"applicant": {"name": named or UNNAMED}}
        return words["content"], written_answer(case, words=words, on=clock.today())

    def act(
        self, action: Action, request: AuthenticatedRequest, record: Case, form: BaseForm, **named: Any
    ) -> HttpResponse:
        """A reason is read by other units, and stays in the trail: it names nobody who applied."""
        if isinstance(form, RequestReasonForm) and not was_done(
            form, lambda: _require_nobody_in(form, record, request)
        ):
            return self.refuse(action, request, record, form)
        return super().act(action, request, record, form, **named)

    def show_form(
        self, action: Action, request: AuthenticatedRequest, record: Case, form: BaseForm, *, status: int = 200
    ) -> HttpResponse:
        """The kinds of answer that the law of the application knows, and the fields of the one that was chosen."""
        if action.name == "publish":
            form = form if form.is_bound else begun_publication(request, record)
            return super().show_form(action, request, record, form, status=status)
        if request.method == "GET" and "code" not in request.GET and _is_drafted(record):
            form = redrafted_form(request, record)
        offer = self.offer(action, request, record, form=form)
        rules, code = rules_of_case(record), str(form["code"].value() or "")
        chosen = answer_under(code, rules)
        more = {"kinds": answers_under(rules), "chosen": chosen, "basis": chosen.basis(rules) if chosen else ""}
        context = {**self.frame(request, record, title=offer.title), **self.context(request, record, {}), **more}
        return render(request, action.template, {**context, "act": offer, "form": form}, status=status)

    def proof(self, request: AuthenticatedRequest, pk: int, number: int) -> HttpResponse:
        """A proof that came with the application, or with an opinion."""
        files = RequestFile.objects.filter(request__case=self.case_of_files(request, pk)).select_related(
            "file", "data_key"
        )
        found = visible_or_404(files, pk=number)
        purpose = "查看随意见提交的材料" if found.inquiry_id else "核对申请人身份"
        name = look(found, by=request.user, purpose=purpose, at=clock.now())["name"]
        return opened_file(found, name=name, media_type=found.media_type, by=request.user, at=clock.now())

    def urls(self, root: str = "") -> list[URLPattern]:
        proof = self.address(f"{root}<int:pk>/proof/<int:number>/", "proof", require_safe(self.proof))
        return [*importing_urls(self, root), proof, *super().urls(root)]

    def _related(self, case: Case, user: User) -> list[tuple[str, str, str]]:
        """The applications with which it belongs together: what they are to it, their number, their address for whoever may see it."""
        others = [(case.get_relation_display(), case.parent)] if case.parent else []
        others += [(TOWARDS[child.relation], child) for child in case.children.order_by("part", "pk")]
        seen = set(self.visible(user).filter(pk__in=[each.pk for _, each in others]).values_list("pk", flat=True))
        return [(words, other.number, self.url(other) if other.pk in seen else "") for words, other in others]


ALL_ACTS = [*ACTIONS, *EXCESS_ACTS, PUBLISH, *REMEDY_ACTS]
OF_OFFICE = [each for each in ALL_ACTS if each.name != "give-back"]  # to the office, which does not do it itself
pages, office_pages = RequestPage(WORK, ALL_ACTS), RequestPage(ADMIN, OF_OFFICE)


def _require_nobody_in(form: RequestReasonForm, case: Case, request: AuthenticatedRequest) -> None:
    require_no_applicant_in(form.cleaned_data["reason"], case, by=request.user, at=clock.now(), field="reason")


def _is_drafted(case: Case) -> bool:
    """Whether there is an answer that was not signed yet; what was answered before the case was opened again is no draft."""
    if not case.information_request.answer_code or case.status not in AT_WORK | {"with_head"}:
        return False
    last = case.events.filter(kind__in=("proposed", "signed", EngineEvent.REOPEN)).order_by("number").last()
    return last is not None and last.kind == "proposed"


def acts_of_head(case: Case, user: User) -> str:
    """For the clerk: what only the head can do now."""
    if not answering.handles(user, case) or registering.directs(user, case):
        return ""
    extends = case.status in AT_WORK and not steps.has_happened(case, "extended")
    acts = [*(["延长答复期限"] if extends else []), *(["作废"] if case.status in registering.VOIDABLE else [])]
    return (
        f"{'、'.join(acts)}由本单位负责人（审核人）办理；需要时请告知负责人，在负责人打开的这一页上办理。"
        if acts
        else ""
    )


def makings_of(case: Case) -> list[LetterMaking]:
    """Its papers in their order, with how far their PDFs are."""
    return list(LetterMaking.objects.select_related("job", "paper", "data_key").filter(paper__case=case).order_by("pk"))


def facts(case: Case) -> list[tuple[str, str]]:
    """What is known of it besides words and people."""
    asked, paper = case.information_request, case.papers.filter(kind=ANSWER).last()
    rows = [
        ("登记号", case.number),
        ("事由", case.subject),
        ("承办单位", case.unit.name),
        ("收到方式", label_of(RequestChannel, case.channel)),
        ("收到日期", f"{case.received_on}" if case.received_on else f"待确认（{arrived_on(case)}到达）"),
        ("适用规定", rules_of_case(case).name if case.rule_set else ""),
        ("申请人类别", label_of(ApplicantCategory, case.category)),
        ("希望得到的形式", label_of(InformationForm, asked.form) or "申请上没有写明"),
        ("获取方式", way_label(asked.way)),
        ("信息处理费", fee_words(case)),
        ("答复文号", paper.number if paper else ""),
        ("送达方式", way_label(paper.delivery) if paper else ""),
        *_remedies(paper),
    ]
    return [(term, value) for term, value in rows if value]


def _remedies(paper: CasePaper | None) -> list[tuple[str, str]]:
    if paper is None or paper.delivered_on is None:
        return []
    until = remedy_days(paper.delivered_on)
    return [
        ("送达日期", f"{paper.delivered_on}"),
        ("行政复议期限至", f"{until.review}"),
        ("行政诉讼期限至", f"{until.lawsuit}"),
    ]


APPLICANT = {
    "name": "姓名或者单位名称",
    "identity_kind": "证件种类",
    "identity_number": "证件号码",
    "representative": "法定代表人或者负责人",
    "phone": "联系电话",
    "address": "通信地址",
    "email": "电子邮箱",
    "agent_name": "代理人",
    "agent_identity": "代理人证件号码",
    "purpose": "用途",
}


def applicant_shown(case: Case, request: AuthenticatedRequest) -> list[tuple[str, str]]:
    """Who applies, once the answering unit has asked for it, or the county office has said what for, which is noted; nothing before."""
    if answering.states_purpose(request.user, case):
        purpose = one_line(request.GET.get(PURPOSE, ""))[:MOST_PURPOSE]
    else:
        purpose = OWN_PURPOSE if answering.is_own(request.user, case) else ""
    if request.GET.get(SHOW) != SHOWN or not purpose:
        return []
    asked = case.information_request
    told = look(asked, by=request.user, purpose=purpose, at=clock.now(), only=("applicant",))["applicant"]
    named = told if isinstance(told, dict) else {"name": str(told)}
    kinds = dict(IDENTITY_KINDS)
    shown = [(label, kinds.get(named.get(name, ""), named.get(name, ""))) for name, label in APPLICANT.items()]
    return [(label, words) for label, words in shown if words]
