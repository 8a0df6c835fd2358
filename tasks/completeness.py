"""What a progress report needs before it leaves the clerk; a draft may lack anything."""

from tasks.models import ProgressReport
from tasks.public_words import certain_in


def missing_for_submission(report: ProgressReport) -> dict[str, str]:
    """A sentence for each field that still lacks something; empty when the report may go to the unit's head."""
    missing = missing_words(report)
    if report.claims_completion and not report.evidence.exists():
        missing["upload"] = "申请办结的，请至少附一份佐证材料（文件或索引号）。"
    return missing


def missing_words(report: ProgressReport) -> dict[str, str]:
    """The same of what is typed, kept or not: the evidence aside."""
    missing = {}
    if not report.text.strip() and not report.nothing_to_report:
        missing["text"] = "请填写进展情况；本期确实没有进展的，请勾选“本期无进展”。"
    if report.claims_completion and report.nothing_to_report:
        missing["nothing_to_report"] = "申请办结与“本期无进展”不能同时勾选，请取消其中一项。"
    if report.claims_completion and report.percent != 100:
        missing["percent"] = "申请办结的，完成比例应为100。"
    if personal := certain_in(report.public_summary):
        missing["public_summary"] = personal
    return missing
