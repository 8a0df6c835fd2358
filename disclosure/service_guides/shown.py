"""A guide as people read it: its fields by group, what changed from one version to the next, what is not asked for any more."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from disclosure.models import GuideVersion
from disclosure.service_guides.content import FIELDS, GROUPS, MATERIALS, GuideField, as_typed
from tasks.notices.editions import Marked, marked


@dataclass(frozen=True, slots=True)
class ShownField:
    """A field that says something: its text, or the rows of its list with their heads."""

    name: str
    text: str
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[tuple[str, str], ...], ...] = ()


def shown_fields(content: Mapping[str, Any]) -> list[tuple[str, list[ShownField]]]:
    """What it says, by group."""
    groups = [
        (group, [_shown(content, field) for field in fields if content.get(field.name)])
        for group, fields in GROUPS.items()
    ]
    return [(group, fields) for group, fields in groups if fields]


def _shown(content: Mapping[str, Any], field: GuideField) -> ShownField:
    if not field.heads:
        return ShownField(field.name, as_typed(content, field))
    rows = tuple(tuple((head, row.get(head, "")) for head in field.heads) for row in content[field.name])
    return ShownField(field.name, "", field.heads, rows)


def changes_between(before: GuideVersion, after: GuideVersion) -> list[tuple[str, list[Marked]]]:
    """In words, field by field: what went and what came."""
    pairs = [(field.name, as_typed(before.content, field), as_typed(after.content, field)) for field in FIELDS]
    return [(name, list(marked(old, new))) for name, old, new in pairs if old != new]


@dataclass(frozen=True, slots=True)
class ShownMaterial:
    """A line of the checklist; `cancelled` says why it is not asked for any more."""

    said: Mapping[str, str]
    cancelled: str = ""

    @property
    def name(self) -> str:
        return self.said["名称"]

    @property
    def words(self) -> str:
        """As in “原件，1份，必要，申请人自备”."""
        count = self.said.get("份数", "")
        amount = f"{count}份" if count.isdecimal() else count
        parts = [self.said.get("形式", ""), amount, self.said.get("必要性", ""), self.said.get("来源渠道", "")]
        return "，".join(filter(None, parts))

    @property
    def basis(self) -> str:
        return self.said.get("依据", "")


def checklist(guide: GuideVersion, *, on: date) -> list[ShownMaterial]:
    """The materials of the guide; a shared one that is cancelled by that day says so."""
    gone = {
        each.name: f"{each.cancelled_on}起取消，不再提交（{each.cancel_reason}）"
        for each in (guide.materials.filter(cancelled_on__lte=on) if getattr(guide, "has_gone", True) else ())
    }
    return [ShownMaterial(row, gone.get(row["名称"], "")) for row in guide.content.get(MATERIALS, [])]


def version_on(guides: Iterable[GuideVersion], *, on: date) -> GuideVersion | None:
    """Of a service's published versions the one in force that day."""
    held = [each for each in guides if each.effective_on and each.effective_on <= on]
    return max(held, key=lambda each: (each.effective_on, each.number), default=None)
