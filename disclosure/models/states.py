"""The states of an item and the moves between them; a status changes through the item's named methods alone."""

from enum import nonmember

from django.db import models


class ItemStatus(models.TextChoices):
    """Where it stands. Whether it still holds is another field, `validity`."""

    DRAFT = "draft", "草稿"
    WITH_HEAD = "with_head", "待审核"
    IN_REVIEW = "in_review", "审核中"
    APPROVED = "approved", "待公开"
    PUBLISHED = "published", "已公开"
    WITHDRAWN = "withdrawn", "已撤回"
    DISCARDED = "discarded", "已放弃"  # a draft that was never public, which its unit gave up
    MERGED = "merged", "已并入"  # a revision whose content has become that of the item it revises

    moves = nonmember(
        {
            "draft": {"with_head", "published", "discarded"},  # at once only by emergency release
            "with_head": {"draft", "in_review", "published"},
            "in_review": {"draft", "approved", "published"},
            "approved": {"draft", "published", "merged"},
            "published": {"withdrawn"},
            "withdrawn": {"withdrawn"},  # what kept its text may still lose it
            "discarded": set(),
            "merged": set(),
        }
    )
    moves_back = nonmember(  # 撤销
        {"in_review": {"with_head"}, "approved": {"in_review"}, "draft": {"with_head", "in_review", "approved"}}
    )


class Validity(models.TextChoices):
    """时效 of a published document."""

    IN_FORCE = "in_force", "有效"
    EXPIRED = "expired", "失效"
    REPEALED = "repealed", "废止"


class DisclosureMethod(models.TextChoices):
    """公开方式."""

    PROACTIVE = "proactive", "主动公开"
    ON_REQUEST = "on_request", "依申请公开"
    NOT_DISCLOSED = "not_disclosed", "不予公开"


class NonDisclosureReason(models.TextChoices):
    """Why something is not disclosed on the unit's own initiative, as codes that outlast a law.

    Which of them the law of a day has, in which words and in which article, stands in ninghai.calendar.law.
    """

    STATE_SECRET = "state_secret", "依法确定为国家秘密"
    FORBIDDEN = "forbidden", "法律、行政法规禁止公开"
    STABILITY = "stability", "公开后可能危及国家安全、公共安全、经济安全、社会稳定"
    THIRD_PARTY = "third_party", "涉及商业秘密、个人隐私等第三方合法权益"
    INTERNAL = "internal", "内部事务信息"
    PROCESS = "process", "过程性信息"
    ENFORCEMENT_FILE = "enforcement_file", "行政执法案卷信息"
    FEW_CONCERNED = "few_concerned", "只涉及特定申请人，依申请提供"


class Category(models.TextChoices):
    """组配分类, as the county's guide orders its information: 五公开、政策解读、舆情回应、公众参与."""

    DECISION = "decision", "决策公开"
    EXECUTION = "execution", "执行公开"
    MANAGEMENT = "management", "管理公开"
    SERVICE = "service", "服务公开"
    RESULT = "result", "结果公开"
    INTERPRETATION = "interpretation", "政策解读"
    RESPONSE = "response", "舆情回应"
    PARTICIPATION = "participation", "公众参与"


class ImportStatus(models.TextChoices):
    """Where an import of older items stands."""

    CHECKING = "checking", "检查中"
    CHECKED = "checked", "已预检"
    RUNNING = "running", "导入中"
    DONE = "done", "已完成"
    CANCELLED = "cancelled", "已停止"

    moves = nonmember(
        {
            "checking": {"checked", "cancelled"},
            "checked": {"running", "cancelled"},
            "running": {"done", "cancelled"},
            "done": set(),
            "cancelled": {"running"},
        }
    )


class CorrectionStatus(models.TextChoices):
    """Where an error report stands."""

    RECEIVED = "received", "已受理"
    MENDED = "mended", "已更正"
    EXPLAINED = "explained", "已答复"

    moves = nonmember({"received": {"mended", "explained"}, "mended": set(), "explained": set()})


class AnnualReportStatus(models.TextChoices):
    """Where a yearly report on openness work stands; whether it is public is said by its catalogue item.

    One of a past year that is imported (导入) goes from its draft to 已报送 at once.
    """

    DRAFT = "draft", "填写中"
    WITH_HEAD = "with_head", "待审核"
    REPORTED = "reported", "已报送"

    moves = nonmember({"draft": {"with_head", "reported"}, "with_head": {"draft", "reported"}, "reported": {"draft"}})


class GuideStatus(models.TextChoices):
    """Where a version of a service's guide stands; whether it is in force (施行) is said by its day alone."""

    DRAFT = "draft", "起草"
    WITH_HEAD = "with_head", "待审核批准"
    APPROVED = "approved", "已批准，待公布"
    PUBLISHED = "published", "已公布"
    CANCELLED = "cancelled", "已取消"  # public already, it was to come into force and does not
    DISCARDED = "discarded", "已放弃"

    unfinished = nonmember(("draft", "with_head", "approved"))
    moves = nonmember(
        {
            "draft": {"with_head", "discarded"},
            "with_head": {"draft", "approved"},
            "approved": {"draft", "published"},
            "published": {"cancelled"},
            "cancelled": set(),
            "discarded": set(),
        }
    )


class KnowledgeStatus(models.TextChoices):
    """Where an edition of an answer (知识库) stands; whether it still holds is said by its days and its source alone."""

    DRAFT = "draft", "起草"
    WITH_HEAD = "with_head", "待审核"
    IN_REVIEW = "in_review", "审查中"
    PUBLISHED = "published", "已公布"
    REPLACED = "replaced", "已由新版替代"
    WITHDRAWN = "withdrawn", "已撤下"
    DISCARDED = "discarded", "已放弃"

    unfinished = nonmember(("draft", "with_head", "in_review"))
    moves = nonmember(
        {
            "draft": {"with_head", "discarded"},
            "with_head": {"draft", "in_review"},
            "in_review": {"draft", "published"},
            "published": {"replaced", "withdrawn"},
            "replaced": set(),
            "withdrawn": set(),
            "discarded": set(),
        }
    )
