"""Where the facts of a rule come from (数据来源)."""

from enum import nonmember

from django.db import models


class Source(models.TextChoices):
    """The first six carry the scheme's weights; the last four are what the office records or imports by hand."""

    REPORTING = "reporting", "按时报送进展"
    COMPLETION = "completion", "按时办结任务"
    QUALITY = "quality", "抽查质量"
    COVERAGE = "coverage", "公开覆盖"
    RESPONSE = "response", "整改与回应"
    THIRD_PARTY = "third_party", "第三方评估"
    DEDUCTION = "deduction", "专项扣分"
    BONUS = "bonus", "加分"
    VETO = "veto", "单项否决"

    weighted = nonmember(frozenset({"reporting", "completion", "quality", "coverage", "response", "third_party"}))
    recorded = nonmember(frozenset({"third_party", "deduction", "bonus", "veto"}))
