"""A scheme to begin with (建议方案): the platform's own proposal, no regulation; the office sets what its county wants."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from tasks.scoring.source import Source


@dataclass(frozen=True, slots=True)
class ProposedRule:
    source: Source
    title: str
    full_marks: int
    parameters: Mapping[str, object] = field(default_factory=dict)


PROPOSED_NAME = "年度政务公开工作考核方案（平台建议）"
PROPOSED_CAP, PROPOSED_VETO_SCORE = Decimal(105), Decimal(60)

PROPOSED_RULES = (  # the weights make 100
    ProposedRule(Source.REPORTING, "按时报送进展", 20, {"late_percent": 0}),
    ProposedRule(Source.COMPLETION, "按时办结任务", 30, {"late_percent": 50}),
    ProposedRule(Source.QUALITY, "抽查质量", 20),
    ProposedRule(Source.COVERAGE, "信息公开及时", 10, {"late_percent": 50}),
    ProposedRule(Source.RESPONSE, "整改与回应", 10, {"answer_workdays": 5, "late_percent": 50}),
    ProposedRule(Source.THIRD_PARTY, "第三方评估", 10),
    ProposedRule(Source.DEDUCTION, "专项扣分", 10),
    ProposedRule(Source.BONUS, "工作创新加分", 5),
    ProposedRule(Source.VETO, "单项否决", 0),
)
