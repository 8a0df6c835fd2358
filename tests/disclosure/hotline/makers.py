"""Matters of the hotline in each of their states, reached through the services as in life."""

from datetime import date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

from disclosure.hotline import intake, services
from disclosure.hotline.figures.counting import HotlinePeriod
from disclosure.hotline.figures.pages import publish_month
from disclosure.hotline.standards import load_standards
from disclosure.models import HotlineCase, HotlineMonth, HotlineTopic
from fixtures.reference_data import load_workdays
from ninghai.models import User, Workday
from tests.cast import Cast

SHANGHAI = ZoneInfo("Asia/Shanghai")
CALLED = datetime(2018, 11, 12, 9, 0, tzinfo=SHANGHAI)
PHONE, NAME, ADDRESS = "13957400021", "甄来电", "跃龙街道梦里弄7号"
CONTENT = "夜里十一点还在打桩，孩子睡不着，希望管一管。"
SUBJECT = "工地夜间施工噪声"
CALLER = {"phone": PHONE, "name": NAME, "address": ADDRESS}


def at_day(day: date, *, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=SHANGHAI)


def later(**span: float) -> datetime:
    return CALLED + timedelta(**span)


def topic(name: str = "城市管理") -> HotlineTopic:
    """Of the office's list as the portal comes with it; its limits and the working days beside it."""
    load_standards()
    if not Workday.objects.exists():
        load_workdays()
    return HotlineTopic.objects.get(name=name)


def fresh(call: HotlineCase) -> HotlineCase:
    return HotlineCase.objects.with_case().get(pk=call.pk)


def seen(call: HotlineCase) -> dict:
    now = fresh(call)
    return {"call": now, "version": now.case.version}


def given(**changes) -> dict:
    told = {"form_id": uuid4(), "matter": "complaint", "urgency": "normal", "topic": topic(), "town": None}
    said = {"subject": SUBJECT, "content": CONTENT, "village": "", "about": [], "is_confidential": False, **CALLER}
    return {**told, **said, "wants_reply": True, **changes}


def taken(cast: Cast, *, at: datetime = CALLED, channel: str = "phone", **changes) -> HotlineCase:
    return fresh(intake.take_in(given=given(**changes), channel=channel, by=cast.office, at=at))


def stepped(call: HotlineCase, kind: str, *, by: User, at: datetime, **said) -> HotlineCase:
    services.step(**seen(call), kind=kind, by=by, at=at, **said)
    return fresh(call)


def handed_on(cast: Cast, call: HotlineCase | None = None, *, at: datetime = CALLED, lead=None, **changes):
    hand = {name: changes.pop(name) for name in ("co_units", "is_designated") if name in changes}
    call = call or taken(cast, at=at, **changes)
    services.hand_on(**seen(call), lead=lead or cast.finance, by=cast.office, at=at, **hand)
    return fresh(call)


def handling(cast: Cast, call: HotlineCase | None = None, *, at: datetime = CALLED, **changes) -> HotlineCase:
    call = call or handed_on(cast, at=at, **changes)
    services.sign(**seen(call), by=cast.clerk, at=at)
    return fresh(call)


def returning(cast: Cast, *, at: datetime | None = None, **changes) -> HotlineCase:
    call = handling(cast, **changes)
    told = {"reason": "不是本单位的职责", "belongs_to": cast.town}
    services.ask_return(**seen(call), **told, by=cast.clerk, at=at or later(days=1))
    return fresh(call)


def asking(cast: Cast, **changes) -> HotlineCase:
    call = handling(cast, **changes)
    return stepped(call, "caller_asked", by=cast.clerk, at=later(hours=2), words="请说明是哪个工地。")


def extending(cast: Cast, *, at: datetime | None = None, **changes) -> HotlineCase:
    call = handling(cast, **changes)
    told = {"amount": 7, "reason": "要等检测结果"}
    services.ask_extension(**seen(call), **told, by=cast.clerk, at=at or later(days=1))
    return fresh(call)


def ending(cast: Cast, **changes) -> HotlineCase:
    call = handling(cast, **changes)
    told = {"ground": "done", "reason": "去年已经依法处理并答复"}
    return stepped(call, "end_asked", by=cast.clerk, at=later(days=1), **told)


def answered(cast: Cast, call: HotlineCase | None = None, *, at: datetime | None = None, **changes) -> HotlineCase:
    call = call or handling(cast, **changes)
    told = {"result": "solved", "words": "已经责令停工整改。"}
    services.answer(**seen(call), **told, by=cast.clerk, at=at or later(days=2))
    return fresh(call)


def calling(cast: Cast, call: HotlineCase | None = None, *, at: datetime | None = None, **changes) -> HotlineCase:
    call = call or answered(cast, **changes)
    services.pass_answer(**seen(call), by=cast.office, at=at or later(days=3))
    return fresh(call)


def called_back(cast: Cast, call: HotlineCase | None = None, *, outcome: str, at=None, **changes) -> HotlineCase:
    call = call or calling(cast, **changes)
    services.call_back(**seen(call), outcome=outcome, words="", by=cast.office, at=at or later(days=4))
    return fresh(call)


def closed(cast: Cast, **changes) -> HotlineCase:
    return called_back(cast, outcome="satisfied", **changes)


def unrated(cast: Cast, **changes) -> HotlineCase:
    """Closed without the caller having been reached."""
    return called_back(cast, outcome="unreached_closed", **changes)


def direct(cast: Cast, **changes) -> HotlineCase:
    return stepped(taken(cast, **changes), "direct", by=cast.office, at=CALLED, words="办理时间是周一到周五。")


def guided(cast: Cast, **changes) -> HotlineCase:
    return stepped(taken(cast, **changes), "guided", by=cast.office, at=CALLED)


def refused(cast: Cast, **changes) -> HotlineCase:
    told = {"ground": "procedure", "reason": "已经起诉，请等法院判决"}
    return stepped(taken(cast, **changes), "refused", by=cast.office, at=CALLED, **told)


def no_longer(cast: Cast, **changes) -> HotlineCase:
    call = ending(cast, **changes)
    services.grant_end(**seen(call), by=cast.office, at=later(days=2))
    return fresh(call)


STATES = {
    "taken": taken,
    "handed_on": handed_on,
    "handling": handling,
    "extending": extending,
    "returning": returning,
    "asking": asking,
    "ending": ending,
    "answered": answered,
    "calling": calling,
    "closed": unrated,
    "direct": direct,
    "guided": guided,
    "refused": refused,
    "no_longer": no_longer,
}


# Figures.


def ten_due(cast: Cast) -> None:
    """Nine closed in time, one open and overdue at the end of November."""
    for _ in range(9):
        closed(cast)
    handling(cast)


def published(cast: Cast) -> HotlineMonth:
    """October, in which three were taken in, as it was published."""
    for turn in range(3):
        taken(cast, at=at_day(date(2018, 10, 10 + turn)))
    period = HotlinePeriod(date(2018, 10, 1), date(2018, 10, 31), date(2018, 10, 31))
    return publish_month(period=period, correction="", by=cast.office, at=later(days=1))
