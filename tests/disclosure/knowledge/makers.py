"""Answers of the knowledge base in every state, reached as in life."""

from datetime import date

from disclosure.knowledge import services
from disclosure.models import Answer, Knowledge, Service
from disclosure.review.services import lines
from tests.cast import Cast
from tests.disclosure.makers import AT
from tests.disclosure.service_guides import makers as guides

QUESTION = "办食品经营许可要多少钱？"


def sourced(cast: Cast, code: str = "002-permit-1", **content) -> Service:
    """A service of the bureau with a guide in force."""
    found = Service.objects.filter(code=code).first()
    return found or guides.published(cast, guides.listed(cast.finance, code), **content).service


def given(cast: Cast, **changed) -> dict:
    """What the form says of an answer that can be handed in."""
    said = {
        "topic": None,
        "question": QUESTION,
        "other_words": "餐饮许可 卫生证",
        "answer": "按办事指南收取，没有其他费用。",
        "service": None,
        "item": None,
        "source_words": "",
        "fields": ["收费", "咨询电话"],
        "valid_until": None,
        "review_by": date(2019, 5, 20),
    }
    if not {"service", "item", "source_words"} & set(changed):
        said["service"] = sourced(cast)
    return {**said, **changed}


def drafted(cast: Cast, *, by=None, **changed) -> Knowledge:
    by = by or cast.clerk
    return services.begin_knowledge(unit=by.acting.unit, given=given(cast, **changed), by=by, at=AT)


def with_head(cast: Cast, **changed) -> Knowledge:
    knowledge = drafted(cast, **changed)
    return services.hand_in_knowledge(knowledge=knowledge, version=knowledge.version, by=cast.clerk, at=AT)


def signed(kind: Answer.Kind, knowledge: Knowledge) -> dict:
    return {"seen_hash": knowledge.content_hash(), "checked": lines(kind), "at": AT}


def in_review(cast: Cast, **changed) -> Knowledge:
    return passed(cast, with_head(cast, **changed))


def passed(cast: Cast, knowledge: Knowledge) -> Knowledge:
    return services.pass_knowledge(knowledge=knowledge, by=cast.head, **signed(Answer.Kind.SECRECY, knowledge))


def answered(cast: Cast, knowledge: Knowledge) -> Knowledge:
    for kind, by in ((Answer.Kind.PERSONAL_DATA, cast.office), (Answer.Kind.LEGALITY, cast.second_office)):
        knowledge = services.answer_knowledge(knowledge=knowledge, kind=kind, by=by, **signed(kind, knowledge))
    return knowledge


def published(cast: Cast, **changed) -> Knowledge:
    return answered(cast, in_review(cast, **changed))


def source_changes(cast: Cast, **content) -> None:
    """Another version of the guide, in force at once."""
    guides.published(cast, sourced(cast), **content)


def typed(**changed) -> dict[str, object]:
    """As the form sends it."""
    said = {
        "question": QUESTION,
        "other_words": "餐饮许可",
        "topic": "",
        "service": "002-permit-1",
        "item": "",
        "source_words": "",
        "fields_shown": ["收费"],
        "answer": "按办事指南收取。",
        "valid_until": "",
        "review_by": "2019-05-20",
    }
    return {**said, **changed}
