"""The checklist (核对清单): what a reviewer looks at before signing; every line must be ticked.

The lines that the portal brings along are the office's to edit. Sources: 政府信息公开条例 as of the day (ninghai.law),
保守国家秘密法 and the 2018 notice, 四(二)2.
"""

import json
from collections.abc import Collection
from pathlib import Path
from typing import TypedDict, cast

from disclosure.models import Answer, CheckPoint
from ninghai.moves import TransitionError


class CheckPointRow(TypedDict):
    kind: str
    words: str


def lines(kind: Answer.Kind) -> list[str]:
    """What is to be ticked for this answer now, in the office's order."""
    return list(CheckPoint.objects.filter(kind=kind, is_active=True).values_list("words", flat=True))


def require_ticked(kind: Answer.Kind, ticked: Collection[str]) -> None:
    """Refuse an answer for which a line of the list was not ticked."""
    if missing := unticked(kind, ticked):
        raise TransitionError(
            f"还有{len(missing)}项没有核对：{'；'.join(missing)}。请核对后再签署，不能确认的请退回修改。"
        )


def unticked(kind: Answer.Kind, ticked: Collection[str]) -> list[str]:
    return [line for line in lines(kind) if line not in ticked]


def load_check_points(path: Path) -> int:
    """Add the lines of an answer that has none yet; return how many. A list that is there stays as the office left it."""
    rows = cast(list[CheckPointRow], json.loads(path.read_text(encoding="utf-8")))
    kept = set(CheckPoint.objects.values_list("kind", flat=True))
    new = [CheckPoint(**row, position=at) for at, row in enumerate(rows, start=1) if row["kind"] not in kept]
    return len(CheckPoint.objects.bulk_create(new))
