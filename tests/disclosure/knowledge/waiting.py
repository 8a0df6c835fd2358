"""What waits for somebody (今天要办): of the knowledge base."""

from disclosure.knowledge import services
from tests.cast import Cast
from tests.disclosure.knowledge import makers
from tests.waiting_work import READERS, Piece, waits


@waits("knowledge-to-write")
def knowledge_to_write(cast: Cast) -> Piece:
    draft = makers.drafted(cast)
    said = {"version": draft.version, "by": cast.clerk, "at": makers.AT}
    return Piece({"clerk"}, lambda: services.hand_in_knowledge(knowledge=draft, **said))


@waits("knowledge-to-pass")
def knowledge_to_pass(cast: Cast) -> Piece:
    knowledge = makers.with_head(cast)
    return Piece({"head"}, lambda: makers.passed(cast, knowledge))


@waits("knowledge-to-answer")
def knowledge_to_answer(cast: Cast) -> Piece:
    knowledge = makers.in_review(cast)
    return Piece(READERS, lambda: makers.answered(cast, knowledge))


@waits("knowledge-to-check")
def knowledge_to_check(cast: Cast) -> Piece:
    knowledge = makers.published(cast)
    makers.source_changes(cast, 收费="收费", 收费标准="每证20元", 收费依据="浙价费〔2018〕1号")
    said = {"review_by": makers.given(cast)["review_by"], "valid_until": None, "by": cast.head, "at": makers.AT}
    return Piece(
        {"clerk", "head"},
        lambda: services.confirm_knowledge(knowledge=knowledge, version=knowledge.version, **said),
    )
