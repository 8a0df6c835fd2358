"""Proposals in each of their states, reached through the services as in life."""

from datetime import date, datetime
from uuid import uuid4

from disclosure.items.publication import publish_item
from disclosure.models import ProposalReply
from disclosure.proposals import letter, services
from ninghai.models import Case, User
from tests.cast import Cast
from tests.disclosure import makers as items
from tests.disclosure.makers import AT

NAME = "某某某"
SESSION = "县十七届人大二次会议"
GIVEN = {
    "kind": "npc",
    "session": SESSION,
    "number": 12,
    "deputy": NAME,
    "role": "县人大代表",
    "shows_name": False,
    "subject": "加快老旧小区改造",
    "text": "建议将建成二十年以上的小区列入改造计划。",
    "is_wide": False,
    "is_hard": False,
    "handed_on": None,
}
REPLY = {
    "text": "已将两个小区列入改造计划。\n年内完成施工图设计。",
    "category": "B",
    "openness": "full",
    "reason": "",
    "summary": "",
}


def given(cast: Cast, **changes) -> dict:
    return {**GIVEN, "form_id": uuid4(), "lead": cast.finance, "co_units": [], **changes}


def entered(cast: Cast, *, at: datetime = AT, **changes) -> Case:
    return services.enter_proposal(given=given(cast, **changes), by=cast.office, at=at)


def handed_over(cast: Cast, *, at: datetime = AT, **changes) -> Case:
    return entered(cast, at=at, **{"handed_on": at.date(), **changes})


def joint(cast: Cast, *, at: datetime = AT, **changes) -> Case:
    """The finance bureau leads, the town helps."""
    return handed_over(cast, at=at, **{"co_units": [cast.town], **changes})


def accepted(case: Case, *, by: User, at: datetime = AT) -> Case:
    services.accept(case=case, version=case.version, by=by, at=at)
    return case


def give_part(cast: Cast, case: Case, *, text: str = "镇里负责征求居民意见。", at: datetime = AT) -> None:
    case.refresh_from_db()
    services.give_part(case=case, text=text, version=case.version, by=cast.other_clerk, at=at)


def propose(cast: Cast, case: Case, *, at: datetime = AT, **changes) -> None:
    case.refresh_from_db()
    services.propose(case=case, given={**REPLY, **changes}, version=case.version, by=cast.clerk, at=at)


def sign(cast: Cast, case: Case, *, at: datetime = AT) -> ProposalReply:
    case.refresh_from_db()
    services.sign(case=case, version=case.version, by=cast.head, at=at)
    return case.proposal.signed_replies().last()


def proposed(cast: Cast, *, at: datetime = AT, reply: dict | None = None, **changes) -> Case:
    case = handed_over(cast, at=at, **changes)
    propose(cast, case, at=at, **(reply or {}))
    return case


def replied(cast: Cast, *, at: datetime = AT, reply: dict | None = None, **changes) -> Case:
    case = proposed(cast, at=at, reply=reply, **changes)
    sign(cast, case, at=at)
    return case


def hear(cast: Cast, case: Case, *, score: str, on: date, at: datetime) -> None:
    case.refresh_from_db()
    services.hear(case=case, score=score, heard_on=on, words="", version=case.version, by=cast.office, at=at)


def made_public(cast: Cast, case: Case, *, at: datetime = AT):
    """The item of its last reply goes through review like any other."""
    case.refresh_from_db()
    item = letter.draft_publication(case=case, version=case.version, by=cast.clerk, at=at)
    return publish_item(item=items.reviewed(cast, item, at=at), by=cast.office, at=at)
