"""Reports as they come: a whole one of nothing, and figures put into it."""

from disclosure.annual_reports.blanks import Blank, ReportCell, blank_of
from disclosure.annual_reports.checks import ReportCheck, Severity, Told, checks
from disclosure.annual_reports.figures import Figures, put, with_sums, zeros

CATEGORIES = ("自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他")
TEXTS = {
    "总体情况": "本单位按时公开信息。",
    "概述": "本单位按时公开信息。",
    "存在的主要问题及改进情况": "公开不够及时。",
    "存在的主要问题及改进措施": "公开不够及时。",
    "其他需要报告的事项": "本年没有收取信息处理费。",
}


def whole(year: int, **rows: dict[str, int]) -> Figures:
    """All zeros, with these rows of table 3 (or, up to 2018, of the statistics) in other figures; sums reckoned."""
    blank = blank_of(year)
    figures = zeros(blank, [table.key for table in blank.tables])
    for identity in blank.identities:
        if identity.is_sum:
            put(figures, identity.right[0], None)
    for row, cells in rows.items():
        for column, value in cells.items():
            put(figures, ReportCell("1" if blank.code == "A" else "3", row, column), value)
    return with_sums(figures, blank)


def told(year: int, figures: Figures, **texts: str) -> Told:
    parts = blank_of(year).parts
    return Told(figures=figures, texts={name: text for name, text in {**TEXTS, **texts}.items() if name in parts})


def broken(year: int, report: Told, *, last: Told | None = None, units: Figures | None = None) -> list[ReportCheck]:
    """The checks that are not met, but for warnings."""
    last_blank: Blank | None = blank_of(year - 1) if last else None
    found = checks(report, blank=blank_of(year), last=last, last_blank=last_blank, units=units)
    return [each for each in found if not each.is_met and each.severity != Severity.WARNS]
