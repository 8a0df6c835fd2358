"""The rows of the permission matrix about public opinion; `rules` says with whose events, and in which state."""

from ninghai.accounts.permission_table import (
    CLERK,
    OFFICE,
    READERS,
    SIGNER,
    UNIT,
    Subject,
    admin_rows,
    both,
    do,
    may,
    read,
)

SUBJECT = Subject(
    "opinion",
    "政务舆情",
    {
        "judging": "研判",
        "declining": "拟不予回应，待批准",
        "assigned": "已交办",
        "answering": "回应中",
        "answered": "已首次回应",
        "following": "持续发布",
        "done": "办结，待评估",
        "evaluated": "已评估",
        "declined": "不予回应",
    },
    has_unit=True,
)


def _opinion(*acts: str) -> str:
    """An act on public opinion at both its addresses: the units' and the office's."""
    return " ".join(f"disclosure:opinion-{act} admin:disclosure_opinionevent_{act}" for act in acts)


_ANSWERED = ("answered", "following")
_HANDED_OUT = ("assigned", "answering", *_ANSWERED)
_TOLD = ("declining", *_HANDED_OUT, "done", "evaluated", "declined")  # of what is judged no unit knows yet
ROWS = (
    read("本单位牵头、配合的舆情（列表）", "disclosure:opinion-list", may(UNIT | READERS), note="只列出本人看得到的"),
    read(
        "查看舆情",
        "disclosure:opinion admin:disclosure_opinionevent_change",
        may(UNIT, *_TOLD, own=True),
        may(READERS),
        subject="opinion",
        note="打开原文会留下记录；交办以前单位看不到",
    ),
    read("打开网页留存", _opinion("copy"), may(UNIT, *_TOLD, own=True), may(READERS), subject="opinion"),
    read(
        "打开回应材料",
        _opinion("file"),
        may(UNIT, *_ANSWERED, "done", "evaluated", own=True),
        may(READERS, *_ANSWERED, "done", "evaluated"),
        subject="opinion",
    ),
    do("交办舆情", _opinion("hand-out"), may(OFFICE, "judging"), subject="opinion"),
    do("通报共同处置单位", _opinion("tell"), may(OFFICE, *_HANDED_OUT), subject="opinion"),
    do(
        "重新定级（升为特别重大、重大，降为其他）",
        _opinion("regrade"),
        may(OFFICE, "judging", "declining", *_HANDED_OUT),
        subject="opinion",
    ),
    do("签收舆情", _opinion("accept"), may(CLERK | OFFICE, "assigned", own=True), subject="opinion"),
    do("退回舆情", _opinion("give-back"), may(CLERK | OFFICE, "assigned", own=True), subject="opinion"),
    do(
        "提供情况",
        _opinion("supply"),
        may(CLERK | OFFICE, *_HANDED_OUT, own=True),
        subject="opinion",
        note="牵头和配合单位",
    ),
    do(
        "登记回应、意见采纳情况",
        _opinion("respond", "suggest"),
        may(CLERK | OFFICE, "answering", *_ANSWERED, own=True),
        subject="opinion",
    ),
    do("撤销登记的回应", _opinion("withdraw"), may(CLERK | OFFICE, *_ANSWERED, own=True), subject="opinion"),
    *both("拟成回应关切信息", _opinion("publish"), may(CLERK | OFFICE, *_ANSWERED, own=True), subject="opinion"),
    do(
        "拟不予回应",
        _opinion("decline"),
        may(CLERK, "assigned", "answering", own=True),
        may(OFFICE, "judging", "assigned", "answering"),
        subject="opinion",
    ),
    do(
        "批准、不同意不予回应",
        _opinion("approve-decline", "refuse-decline"),
        may(SIGNER, "declining"),
        subject="opinion",
        note="拟不予回应的人除外",
    ),
    do("办结舆情", _opinion("close"), may(OFFICE, *_ANSWERED), subject="opinion"),
    do("评估舆情", _opinion("evaluate"), may(OFFICE, "done"), subject="opinion"),
    do("重新办理舆情", _opinion("reopen"), may(OFFICE, "done", "evaluated", "declined"), subject="opinion"),
    do("作废舆情", _opinion("void"), may(OFFICE, "judging", "declining", *_HANDED_OUT), subject="opinion"),
    *admin_rows("disclosure_opinionevent", "政务舆情", READERS, adds=OFFICE, has_own_page=True),
    read("舆情分布图", "admin:disclosure_opinionevent_map", may(READERS)),
    *admin_rows("disclosure_opinionterm", "舆情用语", READERS, adds=OFFICE, changes=OFFICE),
)
