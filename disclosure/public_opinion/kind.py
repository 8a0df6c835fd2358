"""The kind of case that public opinion is (`ninghai.cases.kinds`): its states, what leads from one to the next, and its limits.

Three limits run beside each other, in hours that know no night and no holiday (国办发〔2016〕61号、80号): the first authoritative
word and the press conference of a grave emergency, and the answer to any other matter. Each is ended by a response of its own
kind alone; any response answers. A matter that is graded anew counts from where it counted all along, one that is opened again
from then. A limit that was not kept stays so.
"""

from typing import Any

from disclosure.models import OpinionEvent, OpinionTerm
from ninghai.cases.kinds import CaseKind, CaseState, ClockAct, EventRule
from ninghai.models import Case

OPINION = "opinion"
FIRST, PRESS, ANSWER = "opinion_first", "opinion_press", "opinion_answer"
ENDED_BY = {OpinionTerm.Ends.FIRST: FIRST, OpinionTerm.Ends.PRESS: PRESS}
HANDED_OUT = frozenset({"assigned", "answering", "answered", "following"})
UNANSWERED = frozenset({"judging", "assigned", "answering"})
DECIDED = frozenset({"declined", "done", "evaluated"})  # what may be opened again
IN_PUBLIC = frozenset({"answered", "following"})  # where the public waits for more
RAISED, LOWERED = "graded", "lowered"
ENDS = (ClockAct.CLOSE,)

STATES = (
    CaseState(code="collected", label="收集"),
    CaseState(code="judging", label="研判"),
    CaseState(code="declining", label="拟不予回应，待批准"),
    CaseState(code="declined", label="不予回应", is_open=False),
    CaseState(code="assigned", label="已交办"),
    CaseState(code="answering", label="回应中"),
    CaseState(code="answered", label="已首次回应"),
    CaseState(code="following", label="持续发布"),
    CaseState(code="done", label="办结，待评估", is_open=False),
    CaseState(code="evaluated", label="已评估", is_open=False),
)


def crediting(limit: str) -> str:
    """The event by which an answer that was given before a limit began ends it."""
    return f"credited_{limit.removeprefix('opinion_')}"


def _responses() -> list[EventRule]:
    """One for each limit, and for the first and every later response: what leads on, and what ends."""
    labels = {OpinionTerm.Ends.FIRST: "发布权威信息", OpinionTerm.Ends.PRESS: "举行新闻发布会", "other": "回应"}
    ended = {ends: (limit, ANSWER) for ends, limit in ENDED_BY.items()} | {"other": (ANSWER,)}
    return [
        EventRule(code=f"{stage}_{ends}", label=label, after=after, to=to, ends=ended[ends], needs=frozenset({"way"}))
        for ends, label in labels.items()
        for stage, after, to in (("first", frozenset({"answering"}), "answered"), ("more", IN_PUBLIC, "following"))
    ]


def _withdrawals() -> list[EventRule]:
    """撤销登记的回应: what was entered by mistake counts no more; without any other the matter waits for its answer again."""
    told: dict[str, Any] = {"label": "撤销登记的回应", "after": IN_PUBLIC, "needs": frozenset({"response"})}
    return [
        EventRule(code="withdrawn", needs_reason=True, **told),
        EventRule(code="withdrawn_last", to="answering", needs_reason=True, **told),
    ]


RESPONSES = frozenset(rule.code for rule in _responses())
WITHDRAWALS = frozenset(rule.code for rule in _withdrawals())
RULES = (
    EventRule(code=RAISED, label="升为特别重大、重大突发事件", needs=frozenset({"grade"}), needs_reason=True),
    EventRule(
        code=LOWERED,
        label="降为其他政务舆情",
        ends=(FIRST, PRESS),
        needs=frozenset({"grade"}),
        needs_reason=True,
    ),
    EventRule(code="counted_major", label="按特别重大、重大突发事件计时", starts=(FIRST, PRESS)),
    EventRule(code="counted_other", label="按其他政务舆情计时", starts=(ANSWER,)),
    *(
        EventRule(code=crediting(limit), label="此前已经回应，计入时限", ends=(limit,))
        for limit in (FIRST, PRESS, ANSWER)
    ),
    EventRule(code="handed_out", label="交办", after=frozenset({"judging"}), to="assigned", needs=frozenset({"lead"})),
    EventRule(code="given_up", label="牵头单位退回，重新研判", after=frozenset({"assigned"}), to="judging"),
    EventRule(code="begun", label="牵头单位签收", after=frozenset({"assigned"}), to="answering"),
    EventRule(code="told", label="通报共同处置单位", needs=frozenset({"parts"})),
    EventRule(code="supplied", label="提供情况", after=HANDED_OUT),
    *_responses(),
    *_withdrawals(),
    EventRule(code="suggested", label="登记意见采纳情况", after=HANDED_OUT, needs=frozenset({"outcome"})),
    EventRule(code="drafted", label="拟成回应关切信息", after=IN_PUBLIC, needs=frozenset({"item"})),
    EventRule(code="decline_proposed", label="拟不予回应", after=UNANSWERED, asks="declining", needs_reason=True),
    EventRule(code="decline_refused", label="不同意不予回应", answers="decline_proposed", needs_reason=True),
    EventRule(
        code="declined",
        label="批准不予回应",
        after=frozenset({"declining"}),
        to="declined",
        clock=ENDS,
        needs=frozenset({"approved_by"}),
    ),
    EventRule(code="done", label="办结", after=IN_PUBLIC, to="done", clock=ENDS),
    EventRule(code="evaluated", label="评估", after=frozenset({"done"}), to="evaluated", clock=ENDS),
    EventRule(code="resumed", label="由原牵头单位继续办理", after=frozenset({"judging"}), to="answering"),
)


def forget(case: Case) -> None:
    """The kept page goes with the words: nothing needs the file any more."""
    OpinionEvent.objects.filter(case=case).update(copy=None)


OPINION_KIND = CaseKind(
    code=OPINION,
    label="政务舆情",
    number="{unit}舆情〔{year}〕{serial}号",
    states=STATES,
    first="collected",
    unconfirmed="judging",
    registered="judging",
    reopened="judging",
    rules=RULES,
    forget=forget,
)
