"""What the office reads about a notice before it imports it (识别摘要)."""

from collections import Counter
from collections.abc import Iterator

from tasks.notice.parsed import ParsedNotice, Role

ROLES = {Role.LEAD: "牵头", Role.RESPONSIBLE: "责任", Role.SUPPORTING: "配合", Role.GUIDING: "指导"}


def summary_of(notice: ParsedNotice) -> str:
    """How much was found, who is named how often, every time limit and every warning, in plain lines."""
    return "\n".join((*_facts(notice), *_units(notice), *_times(notice), *_warnings(notice)))


def _facts(notice: ParsedNotice) -> Iterator[str]:
    parts = {point.part.no for point in notice.points if point.part}
    sections = {(point.part and point.part.no, point.section.no) for point in notice.points if point.section}
    yield f"标题：{notice.title or '未识别'}"
    yield f"文号：{notice.document_number or '未识别'}"
    yield f"发文机关：{notice.issuing_office or '未识别'}"
    yield f"成文日期：{notice.issued_on or '未识别'}"
    yield f"公开属性：{notice.openness or '未写明'}"
    yield f"共{len(parts)}个部分、{len(sections)}节、{len(notice.points)}条要点（{notice.year}年）。"


def _units(notice: ParsedNotice) -> Iterator[str]:
    named = Counter((unit.name, unit.role, unit.group) for point in notice.points for unit in point.units)
    for is_group, heading in ((False, "点名的单位"), (True, "需要确定的单位组")):
        counted = [(name, role, times) for (name, role, group), times in named.most_common() if group is is_group]
        names = len({name for name, _, _ in counted})
        yield f"{heading}{names}个：" + (
            "、".join(f"{name}（{ROLES[role]}{times}条）" for name, role, times in counted) or "无"
        )


def _times(notice: ParsedNotice) -> Iterator[str]:
    for point in notice.points:
        times = point.times
        found = [f"{deadline.text}（{deadline.date}）" for deadline in times.deadlines]
        found += [limit.text for limit in times.time_limits]
        found += [recurrence.text for recurrence in times.recurrences]
        found += [standing.text for standing in times.standing]
        if found:
            yield f"时限 {point.key}：{'、'.join(found)}"


def _warnings(notice: ParsedNotice) -> Iterator[str]:
    yield f"提示{len(notice.warnings)}条" + ("：" if notice.warnings else "。")
    for warning in notice.warnings:
        yield f"  第{warning.line}行：{warning.message}"
