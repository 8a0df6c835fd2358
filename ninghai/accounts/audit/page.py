"""核对结果: how the chain of seals stands and what the last checks found, for the auditor."""

from django.conf import settings
from django.http import HttpResponse
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from ninghai.accounts.audit.anchors import read_anchors
from ninghai.accounts.audit.sealing import last_seal
from ninghai.models import OFFICE_ROLES, Role, SafetyCheck, acts_as
from ninghai.models.state_machine import require
from ninghai.operations.safety_checks import bad_results
from ninghai.staff_site.pages import office_page, office_path
from ninghai.web.http import AuthenticatedRequest

SHOWN = 30
PAGE = "admin:ninghai_auditentry_chain"


@require_safe
def results(request: AuthenticatedRequest) -> HttpResponse:
    """All of it for the auditor and the security administrator; what is public for the office, which must act on it."""
    sees_trail = acts_as(request.user, Role.AUDITOR, Role.SECURITY)
    require(sees_trail or acts_as(request.user, *OFFICE_ROLES))
    kinds = SafetyCheck.Kind.values if sees_trail else [SafetyCheck.Kind.CONTENT]
    is_auditor = acts_as(request.user, Role.AUDITOR)
    return office_page(
        request,
        "admin/ninghai/auditentry/chain.html",
        title="核对结果",
        trail=[("审计记录", reverse("admin:ninghai_auditentry_changelist"))] if is_auditor else [],
        standing=_standing() if sees_trail else [],
        bad=[(check, check.words.splitlines()) for check in bad_results() if check.kind in kinds],
        checks=SafetyCheck.objects.filter(kind__in=kinds)[:SHOWN],
    )


def _standing() -> list[tuple[str, str]]:
    """How long the chain is, where it ends, how it is held outside, and what happens to old rows."""
    seal, anchors = last_seal(), read_anchors()
    length = f"{seal.position} 条，最近封存于 {timezone.localtime(seal.sealed_at):%Y-%m-%d %H:%M:%S}" if seal else "无"
    anchored = f"{len(anchors.by_position)} 个" + (
        f"，最近的是第 {anchors.last.position} 号（{anchors.last.at}）" if anchors.last else ""
    )
    return [
        ("已封存", length),
        ("链尾散列值", seal.digest.hex() if seal else "无"),
        ("库外锚点", f"{anchored}，每 {settings.AUDIT_ANCHOR_MINUTES} 分钟一个"),
        ("保存期限", "审计记录永久保存，系统不删除任何一条；需要移交时用“导出 CSV”。"),
    ]


URLS: list[URLPattern] = [office_path("chain/", results, "ninghai_auditentry_chain")]
