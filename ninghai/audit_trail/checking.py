"""Checking the trail (审计核对): by night and by `manage.py verify_audit`; the result is kept and a bad one is told."""

import logging
from datetime import datetime

from django.urls import reverse

from ninghai.audit_trail.sealing import seal_everything
from ninghai.audit_trail.walking import Tell, Verdict, walk
from ninghai.models import SafetyCheck
from ninghai.safety_checks import keep_result

NAMED = 20  # misfits that the kept words name

logger = logging.getLogger(__name__)


def check_trail(*, at: datetime, tell: Tell = lambda done: None) -> Verdict:
    """Seal what waits, walk the whole chain, keep the result."""
    seal_everything(at=at)
    verdict = walk(at=at, tell=tell)
    if not verdict.is_good:
        logger.error("audit trail: %s misfits, the first: %s", verdict.wrong, verdict.first)
    keep_result(
        kind=SafetyCheck.Kind.TRAIL,
        at=at,
        is_good=verdict.is_good,
        looked_at=verdict.length,
        words=words_of(verdict),
        url=reverse("admin:ninghai_auditentry_chain"),
    )
    return verdict


def words_of(verdict: Verdict) -> str:
    """The result for the auditor: the first thing wrong first."""
    if verdict.is_good:
        return f"审计记录完好：核对 {verdict.length} 条，链尾散列值 {verdict.head.hex()[:16]}…，{_anchors(verdict)}。"
    named = [str(misfit) for misfit in verdict.misfits[:NAMED]]
    more = [f"另有 {verdict.wrong - len(named)} 处。"] if verdict.wrong > len(named) else []
    return "\n".join([f"审计记录有 {verdict.wrong} 处异常（核对 {verdict.length} 条），第一处：", *named, *more])


def _anchors(verdict: Verdict) -> str:
    held = len(verdict.anchors.by_position)
    restored = verdict.anchors.restored
    since = f"（{restored[-1].at} 恢复数据后重新登记）" if restored else ""
    return f"与 {held} 个库外锚点一致{since}" if held else "还没有库外锚点"
