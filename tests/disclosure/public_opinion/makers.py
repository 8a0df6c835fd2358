"""Public opinion in each of its states, reached through the services as in life."""

from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

from disclosure.models import OpinionEvent, OpinionResponse, OpinionTerm
from disclosure.public_opinion import services
from fixtures.reference_data import load_opinion_terms, read
from ninghai.models import Unit
from tests.cast import Cast

SHANGHAI = ZoneInfo("Asia/Shanghai")
FOUND = datetime(2018, 11, 19, 16, 30, tzinfo=SHANGHAI)
QUOTE = "农贸市场东侧的围墙昨天夜里塌了一大片到现在也没有人来管"
LINK = "https://tieba.example.com/p/6180044517"
DISCUSSED = "甄传闻、不露建材经营部"
RAW = {"source": "某某论坛", "link": LINK, "quote": QUOTE, "discussed": DISCUSSED}
SUBJECT = "市场周边安全隐患"


def later(**span: float) -> datetime:
    return FOUND + timedelta(**span)


def term(matter: str, words: str = "") -> OpinionTerm:
    """Of the office's words as the portal comes with them."""
    if not OpinionTerm.objects.exists():
        load_opinion_terms(read("opinion_terms.json"))
    found = OpinionTerm.objects.offered(matter)
    return found.get(words=words) if words else found[0]


def way(words: str) -> OpinionTerm:
    return term("way", words)


def fresh(event: OpinionEvent) -> OpinionEvent:
    """As a page reads it."""
    return OpinionEvent.objects.with_case().get(pk=event.pk)


def seen(event: OpinionEvent) -> dict:
    now = fresh(event)
    return {"event": now, "version": now.case.version}


def given(**changes) -> dict:
    told = {"form_id": uuid4(), "subject": SUBJECT, "topic": term("topic"), "level": None, "place": ""}
    return {**told, "grade": "other", "happened_at": None, "found_at": FOUND, **RAW, **changes}


def found(cast: Cast, *, at: datetime = FOUND, has_copy: bool = False, **changes) -> OpinionEvent:
    copy = services.KeptPage(QUOTE.encode(), "text/plain") if has_copy else None
    return services.enter_opinion(
        given=given(**changes), copy=copy, by=cast.office, at=max(at, changes.get("found_at", at))
    )


def assigned(
    cast: Cast, event: OpinionEvent | None = None, *, at: datetime = FOUND, co: list[Unit] | None = None, **changes
) -> OpinionEvent:
    event = event or found(cast, **changes)
    services.hand_out(**seen(event), lead=cast.finance, co_units=co or [], by=cast.office, at=at)
    return fresh(event)


def answering_(cast: Cast, *, at: datetime = FOUND, **changes) -> OpinionEvent:
    event = assigned(cast, **changes)
    services.accept(**seen(event), by=cast.clerk, at=at)
    return fresh(event)


def responded(
    cast: Cast, event: OpinionEvent, *, by_way: str = "接受媒体采访", at: datetime, happened_at: datetime | None = None
) -> OpinionResponse:
    told = {"speaker": "新闻发言人", "office": "副局长", "channel": "县政府网站", "address": ""}
    told |= {"way": way(by_way), "happened_at": happened_at or at}
    return services.respond(**seen(event), given=told, file=None, by=cast.clerk, at=at)


def answered(cast: Cast, *, at: datetime | None = None, **changes) -> OpinionEvent:
    event = answering_(cast, **changes)
    responded(cast, event, at=at or later(hours=1))
    return fresh(event)


def following(cast: Cast, **changes) -> OpinionEvent:
    event = answered(cast, **changes)
    responded(cast, event, at=later(hours=2))
    return fresh(event)


def regraded(cast: Cast, event: OpinionEvent, *, at: datetime, reason: str = "有人员受伤") -> OpinionEvent:
    services.regrade(**seen(event), level=None, reason=reason, by=cast.office, at=at)
    return fresh(event)


def reopened(cast: Cast, event: OpinionEvent, *, at: datetime) -> OpinionEvent:
    services.reopen(**seen(event), reason="有新的情况", by=cast.office, at=at)
    return fresh(event)


def done(cast: Cast, **changes) -> OpinionEvent:
    event = answered(cast, **changes)
    services.close(**seen(event), by=cast.office, at=later(hours=3))
    return fresh(event)


def evaluated(cast: Cast, *, proposal: str = "none", **changes) -> OpinionEvent:
    event = done(cast, **changes)
    points = {each.pk: each.points for each in OpinionTerm.objects.offered("criterion")}
    told = {"points": points, "words": "回应及时、口径统一。", "proposal": proposal}
    services.evaluate(**seen(event), **told, by=cast.office, at=later(hours=4))
    return fresh(event)


def declining(cast: Cast, **changes) -> OpinionEvent:
    event = answering_(cast, **changes)
    services.propose_decline(**seen(event), reason="已由公安机关依法处理", by=cast.clerk, at=later(hours=1))
    return fresh(event)


def declined(cast: Cast, **changes) -> OpinionEvent:
    event = declining(cast, **changes)
    services.approve_decline(**seen(event), by=cast.signer, at=later(hours=2))
    return fresh(event)


def drafted(cast: Cast, event: OpinionEvent, *, at: datetime, body: str = "围墙已经加固，周边道路恢复通行。"):
    body = "\n".join(filter(None, [body, services.suggested_words(fresh(event))]))
    told = {"title": "关于市场周边安全隐患处置情况的通报", "body": body}
    return services.draft_response(**seen(event), **told, by=cast.clerk, at=at)


def eventful(cast: Cast) -> OpinionEvent:
    """Everything that can stand on its page: opened again after an evaluation, a response withdrawn, suggestions, an item, graded anew."""
    event = assigned(cast, co=[cast.town], has_copy=True)
    services.supply(**seen(event), words="现场已经封闭", by=cast.other_clerk, at=FOUND)
    services.accept(**seen(event), by=cast.clerk, at=FOUND)
    responded(cast, event, at=later(hours=1))
    services.close(**seen(event), by=cast.office, at=later(hours=2))
    points = {each.pk: each.points for each in OpinionTerm.objects.offered("criterion")}
    told = {"points": points, "words": "回应及时。", "proposal": "none"}
    services.evaluate(**seen(event), **told, by=cast.office, at=later(hours=3))
    reopened(cast, event, at=later(hours=4))
    wrong = responded(cast, event, by_way="新闻发布会", at=later(hours=5))
    slip = {"response": wrong, "reason": "选错了回应方式"}
    services.withdraw_response(**seen(event), **slip, by=cast.clerk, at=later(hours=6))
    said = {"outcome": "taken", "explanation": "年底前完成"}
    for hours, words in ((7, "加设照明"), (10, "增加巡查")):
        responded(cast, event, at=later(hours=hours))
        services.note_suggestion(**seen(event), words=words, **said, by=cast.clerk, at=later(hours=hours + 1))
        if hours == 7:
            drafted(cast, event, at=later(hours=9))
    return regraded(cast, event, at=later(hours=12))


STATES = {
    "judging": found,
    "declining": declining,
    "assigned": assigned,
    "answering": answering_,
    "answered": answered,
    "following": following,
    "done": done,
    "evaluated": evaluated,
    "declined": declined,
}
