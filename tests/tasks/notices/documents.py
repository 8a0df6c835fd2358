"""Notices for the tests: the published ones, and small ones made of a few lines."""

from pathlib import Path

from tasks.notices.reading import ParsedNotice, read_notice
from tasks.notices.reading.parsed import ParsedPoint

DATA = Path(__file__).resolve().parents[2] / "data"
PUBLISHED = ("2018-notice", "2018-employment-notice", "2020-division-of-work-notice")
HEAD = "宁海县人民政府办公室关于印发2018年工作要点的通知\n宁政办发〔2018〕1号\n2018年3月1日\n"


def published(name: str) -> ParsedNotice:
    return read_notice(data=(DATA / f"{name}.txt").read_bytes(), filename=f"{name}.txt")


def read(*lines: str) -> ParsedNotice:
    """A notice of March 2018 with these lines as its body."""
    return read_notice(data=(HEAD + "\n".join(lines)).encode(), filename="notice.txt")


def point(*lines: str) -> ParsedPoint:
    """The only point of such a notice."""
    (only,) = read(*lines).points
    return only


def units(*lines: str) -> list[tuple[str, str]]:
    return [(unit.name, unit.role.value) for unit in point(*lines).units]


def messages(notice: ParsedNotice) -> list[str]:
    return [warning.message for warning in notice.warnings]
