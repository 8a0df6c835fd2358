"""The ground data of the catalogue: topics and duties, loaded once, then the office's to edit."""

import json
from pathlib import Path
from typing import Any, NotRequired, TypedDict, cast

from django.db import transaction

from disclosure.models import BasicCatalogue, CatalogueEntry, Topic

COUNTY = "county"  # the code of the county's own catalogue


class TopicRow(TypedDict):
    code: str
    name: str
    parent: str | None


class EntryRow(TopicRow):
    content_elements: NotRequired[str]
    legal_basis: NotRequired[str]
    time_limit: NotRequired[str]


@transaction.atomic
def load_topics(path: Path) -> int:
    """Add the topics (主题分类) whose codes are new; return how many. A topic that is there stays as the office left it."""
    known = {topic.code: topic for topic in Topic.objects.all()}
    new = [row for row in cast(list[TopicRow], _read(path)) if row["code"] not in known]
    for row in new:
        above = known[row["parent"]] if row["parent"] else None
        full_name = f"{above.path}\\{row['name']}" if above else row["name"]
        known[row["code"]] = Topic.objects.create(code=row["code"], name=row["name"], parent=above, path=full_name)
    return len(new)


@transaction.atomic
def load_entries(path: Path) -> int:
    """Add the duties (公开事项) whose codes are new, in the file's order; return how many. What is there stays as it is."""
    known = {entry.code: entry for entry in CatalogueEntry.objects.all()}
    rows = cast(list[EntryRow], _read(path))
    new = [(position, row) for position, row in enumerate(rows, start=1) if row["code"] not in known]
    catalogue, _ = BasicCatalogue.objects.get_or_create(code=COUNTY, defaults={"name": "主动公开基本目录"})
    for position, row in new:
        above = known[row["parent"]] if row["parent"] else None
        known[row["code"]] = CatalogueEntry.objects.create(
            catalogue=catalogue,
            code=row["code"],
            name=row["name"],
            parent=above,
            position=position,
            content_elements=row.get("content_elements", ""),
            legal_basis=row.get("legal_basis", ""),
            time_limit=row.get("time_limit", ""),
        )
    return len(new)


def _read(path: Path) -> list[Any]:
    return cast(list[Any], json.loads(path.read_text(encoding="utf-8")))
