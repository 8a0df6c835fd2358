"""An edition as a file to take along: the table that counties print (.xlsx), plain rows (.csv), data (.json)."""

import json
from collections.abc import Iterator
from typing import Any

from django.utils import timezone

from disclosure.basic_catalogue.columns import (
    BY_KEY,
    COMPARED,
    audience_text,
    levels_text,
    method_text,
    rhythm_text,
    rule_of,
    shown_columns,
    ticked_channels,
    units_text,
)
from disclosure.basic_catalogue.reading import duties_of, rows_in
from disclosure.basic_catalogue.rows import Row
from disclosure.basic_catalogue.workbook.writing import write_catalogue
from disclosure.models import CatalogueEdition, Channel
from ninghai.spreadsheets import as_csv

OWN = ("rhythm", "units")  # the office's own columns that are always given away


def title_of(edition: CatalogueEdition) -> str:
    return f"{edition.catalogue.name}（第{edition.number}版）"


def edition_as_xlsx(edition: CatalogueEdition) -> bytes:
    shown = shown_columns(edition.catalogue)
    more = [BY_KEY[key] for key in OWN if BY_KEY[key] not in shown]
    return write_catalogue(rows_in(edition), title=title_of(edition), columns=[*shown, *more])


def edition_as_csv(edition: CatalogueEdition) -> str:
    """A row for each duty and heading, with the names above it."""
    return "".join(as_csv(_csv_rows(rows_in(edition))))


def _csv_rows(rows: list[Row]) -> Iterator[list[str]]:
    yield ["编码", "上级编码", "层次", *COMPARED]
    for duty in duties_of(rows, {}):
        row = duty.row
        yield [row["code"], row["parent"], str(duty.depth + 1), *(text(row) for text in COMPARED.values())]


def edition_as_json(edition: CatalogueEdition) -> str:
    """The rows with values that programs can use, and the words that are printed for them."""
    data = {
        "catalogue": {"code": edition.catalogue.code, "name": edition.catalogue.name},
        "edition": edition.number,
        "published_at": timezone.localtime(edition.published_at).isoformat(),
        "explanation": edition.explanation,
        "note": edition.note,
        "changes": edition.changes,
        "entries": [_as_data(row) for row in rows_in(edition)],
    }
    return json.dumps(data, ensure_ascii=False, indent=1)


def _as_data(row: Row) -> dict[str, Any]:
    rule = rule_of(row)
    counted = {"amount": rule.amount, "unit": rule.unit, "event": rule.event} if rule.amount else None
    yearly = {"month": rule.month, "day": rule.day} if rule.month else None
    return {
        "code": row["code"],
        "parent": row["parent"] or None,
        "name": row["name"],
        "content_elements": row["content_elements"],
        "legal_basis": row["legal_basis"],
        "time_limit": row["time_limit"],
        "limit": counted or yearly,
        "rhythm": {"value": row["rhythm"], "label": rhythm_text(row)},
        "publisher": row["publisher"],
        "units": row["units"],
        "channels": [{"value": each.value, "label": str(each.label)} for each in Channel if each in row["channels"]],
        "audience": audience_text(row),
        "method": method_text(row),
        "levels": levels_text(row),
        "duration": row["duration"],
        "site_column": row["site_column"],
        "printed": {"units": units_text(row), "channels": ticked_channels(row), "limit": str(rule)},
    }
