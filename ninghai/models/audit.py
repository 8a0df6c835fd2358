"""The audit trail (审计记录): who did what to which record, for which unit, from where; its chain of seals, and how often somebody was refused. It only grows."""

from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from ninghai.accounts.audit import request_context
from ninghai.calendar import clock
from ninghai.models.unit import Unit
from ninghai.models.user import Role, User

SITTING = timedelta(hours=1)  # so long one row stands for what a person types on and on
WRITING = frozenset({"create", "draft", "edit"})


class AuditQuerySet(models.QuerySet["AuditEntry"]):
    def about(self, target: models.Model) -> "AuditQuerySet":
        """The history of one record, oldest first: every act on it, but not who only looked, or tried in vain."""
        rows = self.filter(target_type=target._meta.label_lower, target_id=str(target.pk))
        return rows.exclude(action__in=AuditEntry.NO_ACTS).select_related("actor", "acting_unit")

    def that_stand(self) -> "AuditQuerySet":
        """Without the acts that were undone at once (撤销), and without the undoing."""
        undoing = AuditEntry.objects.filter(
            target_type=models.OuterRef("target_type"), target_id=models.OuterRef("target_id")
        )
        undone = Cast(KeyTextTransform("undoes", "detail"), models.BigIntegerField())
        is_undone = models.Exists(undoing.alias(undone=undone).filter(undone=models.OuterRef("pk")))
        return self.filter(~is_undone).exclude(detail__has_key="undoes")

    def is_same_sitting(self, target: models.Model, *, by: User, at: datetime) -> bool:
        """Whether the last act on the record is this person's own writing, less than a `SITTING` ago."""
        last = self.about(target).order_by("-pk").first()
        return last is not None and last.actor_id == by.pk and last.action in WRITING and at - last.at < SITTING

    def record(
        self,
        *,
        action: str,  # one of AuditEntry.Action
        target: models.Model,
        by: User | None,
        at: datetime,
        from_status: str = "",
        to_status: str = "",
        reason: str = "",
        detail: dict[str, Any] | None = None,
    ) -> "AuditEntry":
        """Write one row; `by` is None for what the portal does itself."""
        acting = by.acting if by else None
        context = request_context.current.get()
        request_context.note_row()
        return self.create(
            at=at,
            actor=by,
            acting_unit=acting.unit if acting else None,
            acting_role=acting.role if acting else "",
            action=action,
            target_type=target._meta.label_lower,
            target_id=str(target.pk),
            target_label=str(target)[:200],
            from_status=from_status,
            to_status=to_status,
            reason=reason,
            detail=detail or {},
            address=context.address or None,
            request_id=context.request_id,
        )


class AuditEntry(models.Model):
    """One act: by whom, in which role, on what, from which address. Never changed, never deleted."""

    class Action(models.TextChoices):
        """The acts that the trail knows, in the office's words."""

        CREATE = "create", "新建"
        DRAFT = "draft", "起草"
        EDIT = "edit", "修改"
        MOVE = "move", "流转"
        IMPORT = "import", "导入"
        RESOLVE = "resolve", "确定单位"
        LEARN_NAME = "learn_name", "记住别称"
        CORRECT_POINT = "correct_point", "修改要点"
        ADD_POINT = "add_point", "添加要点"
        REMOVE_POINT = "remove_point", "删除要点"
        CORRECT_RESPONSIBILITY = "correct_responsibility", "修改责任单位"
        ADD_RESPONSIBILITY = "add_responsibility", "添加责任单位"
        REMOVE_RESPONSIBILITY = "remove_responsibility", "删除责任单位"
        ADD_EVIDENCE = "add_evidence", "添加材料"
        REMOVE_EVIDENCE = "remove_evidence", "移除材料"
        DRAW = "draw", "抽取"
        ASSIGN_INSPECTOR = "assign_inspector", "指定抽查人员"
        RECORD_FINDING = "record_finding", "记录抽查结论"
        REQUEST = "request", "制作报告"
        RENDER = "render", "生成报告"
        REMIND = "remind", "催办"
        SPLIT_POINT = "split_point", "拆分要点"
        MERGE_POINTS = "merge_points", "合并要点"
        MOVE_POINT = "move_point", "移动要点"
        IMPORT_BREAKDOWN = "import_breakdown", "导入分解表"
        AMEND = "amend", "并入修订"
        CARRY_OVER = "carry_over", "结转"
        HAND_OVER = "hand_over", "移交"
        SET_PERIODS = "set_periods", "设定报送周期"
        CLOSE_PERIOD = "close_period", "报送周期封账"
        DRAW_INSPECTORS = "draw_inspectors", "随机分派抽查人员"
        RECORD_SCORE = "record_score", "登记考核记录"
        CANCEL_SCORE = "cancel_score", "作废考核记录"
        COMPUTE_SCORES = "compute_scores", "计算考核得分"
        EXPORT = "export", "导出列表"
        EXPORT_UNITS = "export_units", "导出单位"
        CREATE_ACCOUNT = "create_account", "开通账号"
        START_CLOCK = "start_clock", "时限起算"
        PAUSE_CLOCK = "pause_clock", "时限暂停"
        RESUME_CLOCK = "resume_clock", "时限恢复"
        EXTEND_CLOCK = "extend_clock", "时限延长"
        RESTART_CLOCK = "restart_clock", "时限重新起算"
        CLOSE_CLOCK = "close_clock", "时限办结"
        RESTATE_CLOCK = "restate_clock", "重算时限"
        EDIT_CALENDAR = "edit_calendar", "修改日历"
        REVISE = "revise", "起草修订稿"
        MERGE_REVISION = "merge_revision", "更新为修订后的内容"
        CHANGE_VALIDITY = "change_validity", "变更时效"
        SCHEDULE = "schedule", "定时公开"
        EMERGENCY = "emergency", "紧急公开"
        REVIEW_AFTER = "review_after", "补充审查"
        RULE_ON_HIT = "rule_on_hit", "核对个人信息"
        MASK = "mask", "制作脱敏副本"
        PUBLIC_COPY = "public_copy", "生成公开副本"
        PUBLISH_EDITION = "publish_edition", "发布目录版本"
        IMPORT_CATALOGUE = "import_catalogue", "导入目录"
        IMPORT_ITEMS = "import_items", "导入历史信息"
        LINK_INTERPRETATION = "link_interpretation", "关联解读"
        EDIT_PAGE = "edit_page", "修改页面"
        ANSWER_CORRECTION = "answer_correction", "答复纠错"
        CIRCULATE = "circulate", "印发"
        CONFIRM_RECEIPT = "confirm_receipt", "签收"
        SIGN_IN = "sign_in", "登录"
        SIGN_OUT = "sign_out", "退出"
        SIGN_IN_FAILED = "sign_in_failed", "登录失败"
        BLOCK_SIGN_IN = "block_sign_in", "暂停登录"
        UNBLOCK_SIGN_IN = "unblock_sign_in", "解除登录限制"
        CHANGE_PASSWORD = "change_password", "修改密码"
        RESET_PASSWORD = "reset_password", "重置密码"
        SET_UP_CODES = "set_up_codes", "启用动态口令"
        RENEW_RECOVERY = "renew_recovery", "更换备用码"
        RESET_CODES = "reset_codes", "重置动态口令"
        END_SESSIONS = "end_sessions", "结束登录会话"
        DEACTIVATE = "deactivate", "停用账号"
        REACTIVATE = "reactivate", "恢复账号"
        GRANT_ROLE = "grant_role", "授予角色"
        REVOKE_ROLE = "revoke_role", "收回角色"
        ANSWER = "answer", "签署审查意见"
        DOWNLOAD = "download", "下载文件"
        READ_PERSONAL_DATA = "read_personal", "查看个人信息"
        DESTROY_KEY = "destroy_key", "销毁密钥"
        EXCHANGE = "exchange", "平台对接"
        REFUSED = "refused", "越权被拒"
        RESTORE = "restore", "恢复数据"

    NO_ACTS = frozenset({Action.DOWNLOAD, Action.READ_PERSONAL_DATA, Action.REFUSED})

    at = models.DateTimeField("时间")
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="操作人")
    acting_unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name="代表单位")
    acting_role = models.CharField("角色", max_length=20, blank=True, choices=Role)
    action = models.CharField("操作", max_length=40, choices=Action)
    target_type = models.CharField("对象类型", max_length=60)
    target_id = models.CharField("对象编号", max_length=40)
    target_label = models.CharField("对象", max_length=200)
    from_status = models.CharField("原状态", max_length=20, blank=True)
    to_status = models.CharField("新状态", max_length=20, blank=True)
    reason = models.TextField("理由", max_length=2000, blank=True)
    detail = models.JSONField("详情", default=dict)
    address = models.GenericIPAddressField("来源地址", null=True)
    request_id = models.CharField("请求编号", max_length=32, blank=True)

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "审计记录"
        ordering = ["pk"]
        indexes = [models.Index(fields=["target_type", "target_id"], name="audit_about_a_record")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor or '系统'} {self.get_action_display()} {self.target_label}"

    def is_just_done(self, *, by: User, at: datetime, within: timedelta) -> bool:
        """Whether this person did it a moment ago, in the role in which they act now, and has not undone it."""
        acting = (by.acting.unit_id, by.acting.role) if by.acting else (None, "")
        is_own = self.actor_id == by.pk and (self.acting_unit_id, self.acting_role) == acting
        since = max(at - self.at, clock.since_stamp(self.detail))
        return is_own and "undoes" not in self.detail and at >= self.at and since <= within

    @property
    def target_model(self) -> type[models.Model]:
        return apps.get_model(self.target_type)

    def status_label(self, status: str) -> str:
        """A status of the record that this row is about, in Chinese; a record may have several fields with statuses."""
        labels = dict(getattr(self.target_model, "status_labels", {}))
        labels = labels.get(
            self.detail.get("kind"), labels
        )  # records of several kinds call the same status differently
        labels |= {value: label for field in self.target_model._meta.fields for value, label in field.flatchoices}
        return str(labels.get(status, status))


# The chain of seals (封存链) over the audit trail: each seal binds one row, and the seal before it, by SHA-256.


class AuditSeal(models.Model):
    """One row of the trail, sealed. Like the trail it only grows: positions count from 1 without a gap.

    No foreign key in the database: its check would lock each row of the trail once more, and the chain sees a row that
    is gone.
    """

    position = models.BigIntegerField("序号", primary_key=True)
    entry = models.OneToOneField(
        AuditEntry, models.PROTECT, db_constraint=False, related_name="seal", verbose_name="审计记录"
    )
    form = models.PositiveSmallIntegerField("格式", help_text="按哪一种写法计算内容散列值。")
    content = models.BinaryField("内容散列值")
    sealed_at = models.DateTimeField("封存时间")
    previous = models.BinaryField("上一条的散列值")
    digest = models.BinaryField("散列值")

    class Meta:
        verbose_name = verbose_name_plural = "审计封存"
        ordering = ["position"]

    def __str__(self) -> str:
        return f"第{self.position}号"


# How often a person was refused at one address within an hour; the trail has the first, and later the sum.


class RefusalCount(models.Model):
    user = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name="账号")
    address = models.CharField("地址", max_length=220, help_text="请求方法和网址的样式，不含其中的编号。")
    hour = models.DateTimeField("小时")
    count = models.PositiveIntegerField("次数", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "越权次数"
        ordering = ["hour", "pk"]
        constraints = [models.UniqueConstraint(name="refusals_once", fields=["user", "address", "hour"])]

    def __str__(self) -> str:
        return f"{self.user} {self.address}"
