"""Records of the finance bureau in each state, for the cells about items, corrections, catalogues, and what the public reads."""

import uuid
from urllib.parse import urlencode

from django.http import QueryDict

from disclosure.annual_reports.blanks import ReportCell
from disclosure.appeals.kind import load_limits
from disclosure.catalogue import subscriptions
from disclosure.corrections.services import answer_correction
from disclosure.exchange.open311 import RequestIds
from disclosure.hotline import services as hotline
from disclosure.legacy_import.services import stop_import
from disclosure.models import (
    AnnualReport,
    CatalogueEntry,
    CheckPoint,
    CoverageCell,
    CoverageFinding,
    ExchangeRequest,
    HotlineCase,
    HotlineDuty,
    HotlineRanking,
    Item,
    Knowledge,
    OneThing,
    OpinionEvent,
    OpinionTerm,
    PublicCheck,
    RequestUnit,
    SitePage,
    Subscription,
    Topic,
)
from disclosure.models.states import AnnualReportStatus, CorrectionStatus
from disclosure.permissions import SUBJECTS
from disclosure.privacy.scans import scan_item
from disclosure.proposals.standards import load_standards
from disclosure.requests.fee_rates import load_fee_rates
from disclosure.requests.office.urging import urge_applications
from disclosure.site_columns.services import LISTED
from fixtures.reference_data import load_elsewhere, load_workdays, read
from ninghai.jobs.claims import run_due
from ninghai.models import Case, Role, StoredFile
from tests.cast import Cast
from tests.disclosure import makers as disclosure_makers
from tests.disclosure.appeals import makers as appeals
from tests.disclosure.basic_catalogue.makers import duty, edition_of
from tests.disclosure.exchange import makers as platforms
from tests.disclosure.hotline import makers as calls
from tests.disclosure.knowledge import makers as knowledge
from tests.disclosure.legacy_import import makers as older
from tests.disclosure.makers import county_catalogue
from tests.disclosure.proposals import makers as proposals
from tests.disclosure.public_opinion import makers as opinions
from tests.disclosure.requests import makers as applications
from tests.disclosure.service_guides import makers as service_guides
from tests.disclosure.test_gate import stored
from tests.ninghai.personal_data import files
from tests.security.permissions.records import SECRET, Ground, Record, visitors


def released(cast: Cast, **fields) -> Item:
    return disclosure_makers.released_at_once(cast, disclosure_makers.drafted(cast, **fields))


LABELS = next(each.states for each in SUBJECTS if each.key == "item")
STATES = {**disclosure_makers.HIDDEN_STATES, "published": disclosure_makers.published, "released": released}


def record_of(cast: Cast, item: Item) -> Record:
    file = item.attachments.first()
    hits = [hit.fingerprint for hit in scan_item(item).hits]
    sent = {
        "version": item.version,
        "seen_hash": item.content_hash(),
        "reason": "情况有变",
        "kind": "legality",
        "explanation": "数据有误",
        "title": "改写",
        "body": "改写",
        "validity": "repealed",
        "repealed_on": "2018-11-20",
        "release_at": "2018-12-01T09:00",
        "confirmed": "on",
        "rule": {"version": item.version, "hit": hits, "reason": "consent", "act": "rule"},
        "withdraw": {"version": item.version, "kind": "wrong", "explanation": "数据有误", "confirmed": "on"},
        "edit": {"version": item.version, "title": "改写", "body": "改写", "kind": "other"},
    }
    args = {"pk": item.pk, "object_id": item.pk, "attachment": file.pk, "file": file.file_id, "number": 1}
    return Record(args, sent, {Role.REVIEWER: {"kind": "secrecy"}})  # the one question that a unit's head answers


def told(cast: Cast) -> StoredFile:
    return stored(cast, f"说明{uuid.uuid4()}".encode(), "说明.txt")


def make_ground(cast: Cast) -> Ground:
    workbook = stored(cast, files.workbook(), "名单.xlsx")
    records = {
        ("item", state): record_of(cast, make(cast, title=f"{LABELS[state]}的信息", body=SECRET, files=[told(cast)]))
        for state, make in STATES.items()
    }
    records["item", "draft"] = record_of(
        cast, disclosure_makers.drafted(cast, files=[workbook], body=f"{SECRET}，证号{files.NUMBER}")
    )
    public = disclosure_makers.published(
        cast, title="有两版的信息", files=[stored(cast, "公开内容".encode(), "说明.txt")]
    )
    public = disclosure_makers.updated(cast, public, body="第二版")
    records |= (
        _corrections(cast, public)
        | _imports(cast)
        | _annual_reports(cast, public)
        | _requests(cast)
        | _service_guides(cast)
        | _proposals(cast)
        | _appeals(cast)
        | _knowledge(cast)
    )
    records |= _opinions(cast) | _calls(cast)
    records["", ""] = Record(
        {"first": _urged(cast)},
        {
            "form_id": str(uuid.uuid4()),
            "title": "新的",
            "kind": "other",
            "body": "正文",
            "period": "2018-10",
            "correction": "复核",
            **_sent_by_a_platform(cast),
        },
        of=_public(public),
    )
    catalogue = county_catalogue()
    heading = CatalogueEntry.objects.create(catalogue=catalogue, code="01", name="财政", position=1)
    entry = duty(heading, "0101", "预算", position=2, units=[cast.finance])
    for number, column in enumerate(LISTED, start=2):
        listed = duty(heading, f"01{number:02}", column.label, position=3, site_column=column.label)
        disclosure_makers.published(cast, title=column.label, entry=listed)
    edition_of(catalogue, by=cast.office)
    CoverageCell.objects.create(entry=entry, unit=cast.finance, state="empty", computed_on=disclosure_makers.AT.date())
    CoverageFinding.objects.create(
        entry=entry,
        unit=cast.finance,
        kind="empty",
        opened_on=disclosure_makers.AT.date(),
        words="“预算”空白：还没有公开过。",
    )
    PublicCheck.objects.create(item=public, checked_at=disclosure_makers.AT, open_hits=1, words="手机号1处")
    load_standards()
    load_elsewhere(read("elsewhere.json"))
    Topic.objects.get_or_create(code="999", defaults={"path": "其他"})
    CheckPoint.objects.get_or_create(words="有无错别字", defaults={"kind": "legality", "position": 99})
    for column in SitePage.Column:
        SitePage.objects.get_or_create(column=column, defaults={"body": "一、说明\n按规定公开。"})
    own, others = visitors(cast)
    return Ground(records, own, others)


def _public(item: Item) -> dict[str, dict]:
    known = {"index_number": item.index_number, "number": 1}
    of = {f"disclosure:item-{name}": known for name in ("attachments", "history", "detail", "version", "qr-code")}
    of |= {"disclosure:annual-report-data": known}
    of |= {"disclosure:api:item": known, "disclosure:item-compare": {**known, "?": "?from=1&to=2"}}
    edition = {"code": "county", "number": 1, "ending": "xlsx"}
    of |= {f"disclosure:{name}": edition for name in ("one-catalogue", "edition", "edition-file")}
    of |= {"disclosure:sitemap-items": {"number": 0}, "disclosure:list-attachments": {"?": "?q=两版"}}
    of |= _followed()
    of |= {
        f"disclosure:{name}": {"code": "002-public-1", "number": 1}
        for name in ("service", "service-version", "one-thing", "api:service")
    }
    number = {"number": Knowledge.objects.get(status="published").number}
    of |= {f"disclosure:{name}": number for name in ("knowledge", "knowledge-helped", "api:knowledge_answer")}
    of |= {"disclosure:unit-guide": {"code": "002"}, "disclosure:application-paper": {"code": "2008"}}
    of |= {"disclosure:hotline-month": {"month": "2018-10"}}
    of |= {"disclosure:hotline-month-file": {"month": "2018-10", "ending": "csv"}}
    of |= {"disclosure:hotline-receipt": {"form_id": Case.objects.filter(kind="hotline").latest("pk").form_id}}
    of |= {"disclosure:request-receipt": {"form_id": Case.objects.filter(kind="request").latest("pk").form_id}}
    of |= {"disclosure:appeal-receipt": {"form_id": Case.objects.filter(kind="appeal").latest("pk").form_id}}
    of |= _open311()
    return of | {"disclosure:attachment": {"file_id": item.attachments.get().file_id}}


def _open311() -> dict[str, dict]:
    """What a platform has sent, and everybody may read."""
    sent = ExchangeRequest.objects.select_related("call__case").get()
    known = {"ending": "json", "service_code": sent.call.topic_id, "token": sent.call.case.form_id}
    known |= {"service_request_id": RequestIds().of(sent.call)}
    names = ("discovery", "services", "definition", "requests", "one_request", "token")
    return {f"disclosure:open311:{name}": known for name in names}


def _sent_by_a_platform(cast: Cast) -> dict[str, dict]:
    """One matter, and the form of the next."""
    _, key = platforms.partner(cast)
    platforms.call_sent(key)
    given = {"service_code": calls.topic().pk, "description": "路灯不亮", "address_string": "中山路", "api_key": key}
    return {"open311:requests": given}


def _followed() -> dict[str, dict]:
    """Two lists that somebody asked to follow: the one to be confirmed, the other to be left."""
    for conditions in ("unit=002", "unit=108"):
        params = QueryDict(conditions)
        subscriptions.ask_to_follow(address="somebody@example.cn", params=params, at=disclosure_makers.AT)
    asked = dict(zip(("confirm", "leave"), Subscription.objects.order_by("conditions"), strict=True))
    salts = {"confirm": subscriptions.CONFIRM, "leave": subscriptions.LEAVE}
    tokens = {act: subscriptions.token_of(each, salt=salts[act]) for act, each in asked.items()}
    return {f"disclosure:follow-{act}": {"token": token} for act, token in tokens.items()}


def _corrections(cast: Cast, item: Item) -> dict[tuple[str, str], Record]:
    received, mended = (
        disclosure_makers.corrected(item),
        disclosure_makers.corrected(item, words="第三段也有误，请核对一下。"),
    )
    mended = answer_correction(
        correction=mended,
        to=CorrectionStatus.MENDED,
        answer="已经更正。",
        version=mended.version,
        by=cast.office,
        at=disclosure_makers.AT,
    )
    return {
        ("correction", each.status): Record(
            {"pk": each.pk}, {"version": each.version, "outcome": "explained", "answer": "已经核对，没有错误。"}
        )
        for each in (received, mended)
    }


def _requests(cast: Cast) -> dict[tuple[str, str], Record]:
    """In each state, with a letter where one was signed."""
    load_workdays()
    made = [
        getattr(applications, name)(cast)
        for name in (
            *("unconfirmed", "applied", "amending", "asking", "asking_agency", "consulting"),
            *("explaining", "charged", "proposed"),
            *("signed", "posted", "delivered"),
        )
    ]
    run_due("letter")
    applications.applied(cast, at=disclosure_makers.AT.replace(month=10, day=8))  # overdue
    return {("request", case.status): _request(case) for case in made}


def _urged(cast: Cast) -> int:
    """What the office urged a moment ago, by its first row in the trail."""
    units = RequestUnit.objects.filter(pk=cast.finance.pk)
    return urge_applications(units=units, words="请抓紧办理。", by=cast.office, at=disclosure_makers.AT).first


def at_both(work: str, admin: str, args: dict) -> dict[str, dict]:
    """What an address that stands at two mounts is asked with."""
    return {work: args, admin: args}


def _request(case: Case) -> Record:
    proof = applications.proof_of(case)
    sent = {"version": case.version, "confirmed_on": "2018-11-20", "reason": "情况有变"}
    paper = case.papers.last()
    letter = {"number": paper.pk if paper else 0}
    of = at_both("disclosure:request-letter", "admin:disclosure_requestunit_case_letter", letter)
    return Record({"pk": case.pk, "number": proof.pk}, sent, of=of)


def _proposals(cast: Cast) -> dict[tuple[str, str], Record]:
    """In each state, led by the finance bureau; and one that the town leads, where the bureau helps."""
    told = {"text": SECRET}
    made = [
        proposals.entered(cast, **told),
        proposals.handed_over(cast, number=13, **told),
        proposals.proposed(cast, number=14, **told),
        proposals.replied(cast, number=15, **told),
    ]
    helped = proposals.handed_over(cast, number=16, lead=cast.town, co_units=[cast.finance])
    run_due("letter")
    return {("proposal", case.status): _proposal(case, helped) for case in made}


def _appeals(cast: Cast) -> dict[tuple[str, str], Record]:
    """About an enterprise of the finance bureau's, in each state; and a complaint that the office answers."""
    made = [make(cast, content=SECRET) for make in (appeals.appealed, appeals.proposed, appeals.answered)]
    complaint = appeals.complained(cast, about=cast.town)
    load_limits()
    load_fee_rates()
    run_due("letter")
    return {("appeal", case.status): _appeal(case, complaint) for case in made}


def _appeal(case: Case, complaint: Case) -> Record:
    case.refresh_from_db()
    paper, told = case.papers.last(), complaint if case.is_open else case
    letter = {"number": paper.pk if paper else 0}
    of = at_both("disclosure:appeal-letter", "admin:disclosure_appealunit_case_letter", letter)
    of |= at_both("disclosure:appeal-forward", "admin:disclosure_appealunit_case_forward", {"pk": told.pk})
    sent = {"version": case.version, "reason": "情况有变", "text": "请核对。"}
    return Record({"pk": case.pk}, {**sent, "forward": {"version": told.version, "text": "请核对。"}}, of=of)


def _proposal(case: Case, helped: Case) -> Record:
    case.refresh_from_db()
    paper = case.papers.last()
    part = {"pk": helped.pk} if case.status in {"handling", "with_head"} else {"pk": case.pk}
    letter = {"number": paper.pk if paper else 0}
    of = at_both("disclosure:proposal-letter", "admin:disclosure_proposalunit_case_letter", letter)
    of |= at_both("disclosure:proposal-part", "admin:disclosure_proposalunit_case_part", part)
    sent = {"version": case.version, "handed_on": "2018-11-20", "reason": "情况有变", "text": "改写"}
    sent |= {"co_units": [helped.unit_id], "months": 1}
    sent |= {"part": {"version": helped.version, "text": "协办意见"}}
    return Record({"pk": case.pk}, sent, of=of)


def _opinions(cast: Cast) -> dict[tuple[str, str], Record]:
    """In each state, led by the finance bureau, with the kept page, and with a file of the last response."""
    return {("opinion", state): _opinion(cast, make(cast, has_copy=True)) for state, make in opinions.STATES.items()}


def _opinion(cast: Cast, event: OpinionEvent) -> Record:
    response = event.responses.last()
    event.responses.update(file=told(cast))
    points = {f"points_{each.pk}": each.points for each in OpinionTerm.objects.offered("criterion")}
    sent = {
        "version": event.case.version,
        "reason": "情况有变",
        "response": response.pk if response else "",
        "lead": cast.finance.pk,
        "words": "现场已经封闭",
        "proposal": "none",
        f"body_{opinions.term('body').pk}": "伤亡情况",
        "outcome": "taken",
        "explanation": "年底前完成",
        "way": opinions.way("吹风会").pk,
        "happened_at": "2018-11-19T18:00",
        "speaker": "新闻发言人",
        "office": "副局长",
        "channel": "县政府网站",
        "title": "处置情况",
        "body": "围墙已经加固。",
        **points,
    }
    return Record({"pk": event.pk, "object_id": event.pk, "number": response.pk if response else 0}, sent)


PARTS_OF_CALLS = {"handed_on", "handling", "extending"}


def _calls(cast: Cast) -> dict[tuple[str, str], Record]:
    """In each state, led by the finance bureau; and one that the town leads, where the bureau helps."""
    helped = calls.handed_on(cast, lead=cast.town, co_units=[cast.finance])
    hotline.sign(**calls.seen(helped), by=cast.other_clerk, at=calls.CALLED)
    HotlineDuty.objects.create(topic=calls.topic(), unit=cast.finance)
    HotlineRanking.objects.create(valid_from=calls.CALLED.date())
    calls.published(cast)
    return {("hotline", state): _call(cast, make(cast, content=SECRET), helped) for state, make in calls.STATES.items()}


def _call(cast: Cast, call: HotlineCase, helped: HotlineCase) -> Record:
    call, helped = calls.fresh(call), calls.fresh(helped)
    helps = {"pk": helped.pk, "object_id": helped.pk} if call.case.status in PARTS_OF_CALLS else {}
    parts = at_both("disclosure:hotline-part", "admin:disclosure_hotlinecase_part", helps)
    sent = {
        "version": call.case.version,
        "reason": "情况有变",
        "words": "已经处理",
        "lead": cast.finance.pk,
        "belongs_to": cast.town.pk,
        "result": "solved",
        "outcome": "satisfied",
        "ground": "done",
        "cause": "other",
        "amount": "3",
        "promised_for": "2018-12-31",
        "into": helped.case.number,
        "subject": "更正的事由",
        "matter": call.matter,
        "urgency": call.urgency,
        "part": {"version": helped.case.version if helps else call.case.version, "words": "协办意见"},
        "refuse": {"version": call.case.version, "reason": "已经起诉", "ground": "procedure"},
    }
    return Record({"pk": call.pk, "object_id": call.pk}, sent, of=parts)


def _imports(cast: Cast) -> dict[tuple[str, str], Record]:
    checked = older.checked(cast, older.workbook(older.row()))
    stopped = older.checked(cast, older.workbook(older.row(), older.row()))
    stopped = stop_import(item_import=stopped, version=stopped.version, by=cast.office, at=disclosure_makers.AT)
    return {
        ("import", each.status): Record({"pk": each.pk, "object_id": each.pk}, {"version": each.version})
        for each in (checked, stopped)
    }


def _annual_reports(cast: Cast, public: Item) -> dict[tuple[str, str], Record]:
    """One of the form of today in each state, beside it one of the first form, which has another table; one that is public."""

    def reported(year: int, state: str, edition: int) -> AnnualReport:
        texts, at = {"总体情况": SECRET}, disclosure_makers.AT
        return AnnualReport.objects.create(
            unit=cast.finance,
            year=year,
            edition=edition,
            status=state,
            texts=texts,
            drafted_at=at,
            reported_at=at,
            file=told(cast),
        )

    at = disclosure_makers.AT
    AnnualReport.objects.create(unit=cast.town, year=2015, status="reported", drafted_at=at, item=public)
    records = {}
    for edition, state in enumerate(AnnualReportStatus.values, start=1):
        report, first = reported(2022, state, edition), reported(2016, state, edition)
        of_first = {
            f"{name}table-1": {"pk": first.pk}
            for name in ("disclosure:annual-report-", "admin:disclosure_annualreport_")
        }
        cell = f"?{urlencode(ReportCell('3', '一', '总计')._asdict())}"
        of_first |= {
            name: {"?": cell} for name in ("disclosure:annual-report-cell", "admin:disclosure_annualreport_cell")
        }
        sent = {"version": report.version, "reason": "数字有误", "year": "2017", "whose": "office"}
        records["annual-report", state] = Record({"pk": report.pk, "object_id": report.pk}, sent, of=of_first)
    return records


def _knowledge(cast: Cast) -> dict[tuple[str, str], Record]:
    """An answer of the bureau's in each state, to a guide of its own."""
    records = {}
    source = knowledge.sourced(cast, "002-public-9")
    for state in ("draft", "with_head", "in_review", "published"):
        make = {"draft": knowledge.drafted}.get(state) or getattr(knowledge, state)
        hidden = {} if state == "published" else {"answer": SECRET}
        answer = make(cast, service=source, **hidden)
        sent = {
            **knowledge.typed(service=source.code),
            **{"reason": "内容有误", "review_by": "2019-06-01", "version": answer.version, "confirmed": "on"},
            **{"kind": "legality", "seen_hash": answer.content_hash(), "checks": "有无错别字"},
        }
        records["knowledge", state] = Record({"pk": answer.pk, "object_id": answer.pk}, sent)
    return records


def _service_guides(cast: Cast) -> dict[tuple[str, str], Record]:
    """A version of the bureau's in each state, that which is public not yet in force; and one thing that is joined of it."""
    makers = {
        "draft": service_guides.drafted,
        "with_head": service_guides.with_head,
        "approved": service_guides.approved,
        "published": service_guides.coming,
    }
    records = {}
    for number, (state, make) in enumerate(makers.items(), start=1):
        code = "002-public-1" if state == "published" else f"002-permit-{number}"
        service = service_guides.listed(cast.finance, code)
        guide = make(cast, service, **({} if state == "published" else {"特别程序": SECRET}))
        day = f"{disclosure_makers.AT:%Y-%m-%d}"
        words = {"reason": "内容有误", "approved_on": day, "effective_on": day, "service": service.pk}
        sent = {**service_guides.typed(guide.content), **words, "version": guide.version}
        records["service-guide", state] = Record({"pk": guide.pk, "object_id": guide.pk}, sent)
    OneThing.objects.create(code="002-public-1", name="我要开餐馆")
    return records
