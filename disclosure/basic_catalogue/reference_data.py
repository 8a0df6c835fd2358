"""The ground data of the catalogue: topics and duties, loaded once, then the office's to edit."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any, NotRequired, TypedDict, cast

from django.db import transaction
from django.utils import timezone

from disclosure.basic_catalogue.services import let_units_owe, publish_first_edition, renumber
from disclosure.models import BasicCatalogue, CatalogueEntry, LimitLaw, SitePage, Topic
from ninghai.calendar.law import rule_set_on
from tasks.notices.responsibilities import Directory

COUNTY = "county"  # the code of the county's own catalogue


class TopicRow(TypedDict):
    code: str
    name: str
    parent: str | None


class CatalogueFile(TypedDict):
    """A catalogue as a file ships it: `entries` hold the code of their heading, the names of their units, and plain fields."""

    code: str
    name: str
    position: int
    since: NotRequired[str]  # the day from which there is such a catalogue
    explanation: str
    office_note: NotRequired[str]  # what only the office reads
    note: str  # of the first edition
    entries: list[dict[str, Any]]


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
def load_entries(path: Path, *, at: datetime) -> int:
    """Add the duties (公开事项) whose codes are new, in the file's order; return how many. What is there stays as it is.

    A catalogue that has no edition yet gets its first, so that the public reads what the portal ships; one that did not
    exist yet on that day is left out.
    """
    file = cast(CatalogueFile, json.loads(path.read_text(encoding="utf-8")))
    if timezone.localdate(at) < date.fromisoformat(file.get("since", "2008-05-01")):
        return 0
    texts = {name: file.get(name, "") for name in ("name", "explanation", "office_note", "position")}
    catalogue, _ = BasicCatalogue.objects.get_or_create(code=file["code"], defaults=texts)
    if not catalogue.explanation and not catalogue.editions.exists():
        BasicCatalogue.objects.filter(pk=catalogue.pk).update(explanation=file["explanation"])
    added = _add_entries(catalogue, file["entries"], on=timezone.localdate(at))
    if added:
        renumber(catalogue)
    publish_first_edition(catalogue=catalogue, note=file["note"], at=at)
    return added


def _add_entries(catalogue: BasicCatalogue, rows: list[dict[str, Any]], *, on: date) -> int:
    directory = Directory.load(on=on)
    known = {entry.code: entry for entry in CatalogueEntry.objects.all()}
    new = [(position, row) for position, row in enumerate(rows, start=1) if row["code"] not in known]
    for position, row in new:
        fields = {name: value for name, value in row.items() if name not in {"parent", "units"}}
        if row.get("limit_law") == LimitLaw.ANNUAL_REPORT:
            fields["time_limit"] = rule_set_on(on).annual_report.words
        above = known[row["parent"]] if row["parent"] else None
        entry = CatalogueEntry.objects.create(catalogue=catalogue, parent=above, position=position, **fields)
        let_units_owe(entry=entry, units=[u for name in row.get("units", []) for u in directory.look_up(name).units])
        known[row["code"]] = entry
    return len(new)


def _read(path: Path) -> list[Any]:
    return cast(list[Any], json.loads(path.read_text(encoding="utf-8")))


def load_site_pages(folder: Path, *, office: str) -> None:
    """A page for each of the four columns, with the text that the portal ships; a page that is there stays as it is."""
    for column in SitePage.Column:
        file = folder / f"{column}.txt"
        body = file.read_text(encoding="utf-8").replace("{office}", office).strip() if file.exists() else ""
        SitePage.objects.get_or_create(column=column, defaults={"body": body})
