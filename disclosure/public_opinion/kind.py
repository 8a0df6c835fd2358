"""The kind of case that public opinion is (`ninghai.cases.kinds`): its states, what leads from one to the next, and its limits.

Three limits run beside each other, in hours that know no night and no holiday (国办发〔2016〕61号、80号): the first authoritative
word and the press conference of a grave emergency, and the answer to any other matter. Each is ended by a response of its own
kind alone; any response answers. A matter that is raised to a grave one counts from where it counted all along.
"""

from disclosure.models import OpinionEvent, OpinionTerm
from ninghai.cases.kinds import CaseKind, CaseState, ClockAct, EventRule
from ninghai.models import Case

OPINION = "opinion"
FIRST, PRESS, ANSWER = "opinion_first", "opinion_press", "opinion_answer"
ENDED_BY = {OpinionTerm.Ends.FIRST: FIRST, OpinionTerm.Ends.PRESS: PRESS}
HANDED_OUT = frozenset({"assigned", "answering", "answered", "following"})
UNANSWERED = frozenset({"judging", "assigned", "answering"})
IN_PUBLIC = frozenset({"answered", "following"})  # where the public waits for more
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


def _responses() -> list[EventRule]:
    """One for each limit, and for the first and every later response: what leads on, and what ends."""
    labels = {OpinionTerm.Ends.FIRST: "发布权威信息", OpinionTerm.Ends.PRESS: "举行新闻发布会", "other": "回应"}
    ended = {ends: (limit, ANSWER) for ends, limit in ENDED_BY.items()} | {"other": (ANSWER,)}
    return [
        EventRule(code=f"{stage}_{ends}", label=label, after=after, to=to, ends=ended[ends], needs=frozenset({"way"}))
        for ends, label in labels.items()
        for stage, after, to in (("first", frozenset({"answering"}), "answered"), ("more", IN_PUBLIC, "following"))
    ]


RULES = (
    EventRule(code="graded", label="定级", needs=frozenset({"grade"}), needs_reason=True),
    EventRule(code="counted_major", label="按特别重大、重大突发事件计时", starts=(FIRST, PRESS)),
    EventRule(code="counted_other", label="按其他政务舆情计时", starts=(ANSWER,)),
    *(
        EventRule(code=f"credited_{ends}", label="定级前已经回应，计入时限", ends=(limit,))
        for ends, limit in ENDED_BY.items()
    ),
    EventRule(code="handed_out", label="交办", after=frozenset({"judging"}), to="assigned", needs=frozenset({"lead"})),
    EventRule(code="given_up", label="牵头单位退回，重新研判", after=frozenset({"assigned"}), to="judging"),
    EventRule(code="begun", label="牵头单位签收", after=frozenset({"assigned"}), to="answering"),
    EventRule(code="told", label="通报共同处置单位", needs=frozenset({"parts"})),
    EventRule(code="supplied", label="提供情况", after=HANDED_OUT),
    *_responses(),
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
    reopened="answering",
    rules=RULES,
    forget=forget,
)
