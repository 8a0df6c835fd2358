"""The states of `tasks` and the moves between them; a status changes through the records' named methods alone."""

from enum import nonmember

from django.db import models


class NoticeStatus(models.TextChoices):
    """工作要点通知: read and corrected, then issued, merged into the issued one that it amends, or discarded.

    An issued notice goes back to 待下达 (撤销下达) only while nobody has reported on it.
    """

    DRAFT = "draft", "待下达"
    ISSUED = "issued", "已下达"
    MERGED = "merged", "已并入"
    DISCARDED = "discarded", "已作废"

    moves = nonmember(
        {"draft": {"issued", "merged", "discarded"}, "issued": {"draft"}, "merged": set(), "discarded": set()}
    )


class AssignmentStatus(models.TextChoices):
    """A unit's duty: 办结 when a report that claims completion is accepted; the last three end it without (不再办理).

    What was carried over is asked again as before when the notice that it went to is revoked (撤销下达).
    """

    TODO = "todo", "待办"
    IN_PROGRESS = "in_progress", "办理中"
    COMPLETED = "completed", "办结"
    NOT_APPLICABLE = "not_applicable", "不适用"
    HANDED_OVER = "handed_over", "已移交"
    CARRIED_OVER = "carried_over", "已结转"

    ended = nonmember(frozenset({"not_applicable", "handed_over", "carried_over"}))
    moves = nonmember(
        {
            "todo": {"in_progress", "completed", "not_applicable", "handed_over", "carried_over"},
            "in_progress": {"completed", "not_applicable", "handed_over", "carried_over"},
            "completed": set(),
            "not_applicable": set(),
            "handed_over": set(),
            "carried_over": {"todo", "in_progress"},
        }
    )
    moves_back = nonmember({"in_progress": {"todo"}, "completed": {"todo", "in_progress"}})  # 撤销


class ProgressStatus(models.TextChoices):
    """进展填报 of one assignment for one period."""

    DRAFT = "draft", "草稿"
    WITH_HEAD = "with_head", "待审核"
    WITH_OFFICE = "with_office", "待确认"
    ACCEPTED = "accepted", "已接收"
    RETURNED = "returned", "退回"

    moves = nonmember(
        {
            "draft": {"with_head"},
            "with_head": {"with_office", "returned"},
            "with_office": {"accepted", "returned"},
            "returned": {"with_head"},
            "accepted": set(),
        }
    )
    moves_back = nonmember(  # 撤销
        {
            "with_head": {"draft", "returned"},
            "with_office": {"with_head"},
            "accepted": {"with_office"},
            "returned": {"with_office", "with_head"},
        }
    )


class PetitionStatus(models.TextChoices):
    """申请 of a unit about one of its assignments (延期, 不适用): decided once, or taken back before.

    It lapses (不再办理) when the duty is finished or ended before anybody has decided.
    """

    ASKED = "asked", "待批准"
    GRANTED = "granted", "已批准"
    REFUSED = "refused", "未批准"
    WITHDRAWN = "withdrawn", "已撤回"
    LAPSED = "lapsed", "不再办理"

    moves = nonmember(
        {
            "asked": {"granted", "refused", "withdrawn", "lapsed"},
            "granted": set(),
            "refused": set(),
            "withdrawn": set(),
            "lapsed": set(),
        }
    )
    moves_back = nonmember({"refused": {"asked"}, "withdrawn": {"asked"}})  # 撤销; what was granted holds at once


class ObjectionStatus(models.TextChoices):
    """异议 of a unit against a finding: written by its clerk, passed on by its head, decided by the office."""

    WITH_HEAD = "with_head", "待审核"
    RETURNED = "returned", "退回修改"
    RAISED = "raised", "待处理"
    UPHELD = "upheld", "异议成立"
    DISMISSED = "dismissed", "异议不成立"

    within_unit = nonmember(frozenset({"with_head", "returned"}))
    moves = nonmember(
        {
            "with_head": {"raised", "returned"},
            "returned": {"with_head"},
            "raised": {"upheld", "dismissed"},
            "upheld": set(),
            "dismissed": set(),
        }
    )
    moves_back = nonmember(
        {"returned": {"with_head"}, "dismissed": {"raised"}}
    )  # 撤销; no other, as clocks run or marks change


class RectificationStatus(models.TextChoices):
    """整改 of a finding: written with evidence, passed on by the unit's head, checked again (复查).

    It is lifted when a correction does away with its ground.
    """

    OPEN = "open", "待整改"
    WITH_HEAD = "with_head", "待审核"
    HANDED_IN = "handed_in", "待复查"
    RETURNED = "returned", "退回再改"
    PASSED = "passed", "已整改"
    LIFTED = "lifted", "无需整改"

    owed = nonmember(frozenset({"open", "with_head", "returned"}))
    with_clerk = nonmember(frozenset({"open", "returned"}))
    moves = nonmember(
        {
            "open": {"with_head", "lifted"},
            "with_head": {"handed_in", "returned", "lifted"},
            "handed_in": {"passed", "returned", "lifted"},
            "returned": {"with_head", "lifted"},
            "passed": set(),
            "lifted": {"open"},
        }
    )
    moves_back = nonmember(  # 撤销
        {
            "with_head": {"open", "returned"},
            "handed_in": {"with_head"},
            "returned": {"with_head", "handed_in"},
            "passed": {"handed_in"},
        }
    )


class ScoringStatus(models.TextChoices):
    """考核 as of a day: computed as often as needed, frozen when circulated (通报)."""

    DRAFT = "draft", "试算"
    CIRCULATED = "circulated", "已通报"

    moves = nonmember({"draft": {"circulated"}, "circulated": set()})


class Light(models.TextChoices):
    """How an assignment stands on a day against its due date alone: computed, never stored."""

    GREEN = "green", "期限内"
    YELLOW = "yellow", "即将到期"
    RED = "red", "已逾期"
    DONE = "done", "按时办结"
    DONE_LATE = "done_late", "逾期办结"
    ENDED = "ended", "不再办理"
