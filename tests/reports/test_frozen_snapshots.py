"""Frozen snapshots of earlier days render from themselves alone: no test here may reach a database (pytest-django sees to it).

Kept as they were stored: `tests/data/snapshots/schema-N/` holds what schema N froze of each kind.
"""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from ninghai.calendar import clock
from ninghai.files.paper_codes import codes_of
from reports.pdf import render_pdf
from reports.snapshots.schema import SCHEMA
from reports.snapshots.snapshot import fingerprint
from tests.reports.every_number.pdf import read_pdf
from tests.reports.every_number.printed import NUMBER, flat, paper_of, read_csv, same_cells, without_code
from tests.reports.reading import SNAPSHOTS, files_inside

FROZEN = sorted(SNAPSHOTS.glob("schema-*/*.json"))


@pytest.fixture(autouse=True)
def _no_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", None)
    monkeypatch.setattr(clock, "today", None)


def stored(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))


def test_every_schema_so_far_has_its_frozen_snapshots():
    kinds = {"progress", "unit-progress", "spot-check", "score", "overdue"}

    found = {(int(path.parent.name.removeprefix("schema-")), path.stem) for path in FROZEN}

    assert found == {(version, kind) for version in range(1, SCHEMA + 1) for kind in kinds}


@pytest.mark.exhaustive
@pytest.mark.parametrize("path", FROZEN, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_frozen_report_is_printed_without_anything_else(path):
    """The PDF says, number by number and cell by cell, what its HTML twin says and its CSV files hold."""
    snapshot = stored(path)
    twin, pdf = paper_of(snapshot), render_pdf(snapshot=snapshot)

    text, tables, charts = read_pdf(pdf)

    assert Counter(NUMBER.findall(unlabelled(without_code(text)))) == Counter(
        NUMBER.findall(unlabelled(twin.text.left))
    )
    assert set(NUMBER.findall(unlabelled(charts))) == set(NUMBER.findall(" ".join(twin.charts)))
    for title, rows in twin.tables.items():
        same_cells(tables[flat(title)], rows)
    files = {name.partition("-")[2].removesuffix(".csv"): content for name, content in files_inside(pdf)}
    assert {title: read_csv(content) for title, content in files.items()} == twin.data


def unlabelled(text: str) -> str:
    """Without the annexes' own numbers, which stand on charts' pages too."""
    return re.sub(r"附件\s*\d", "附件", text)


@pytest.mark.parametrize("path", FROZEN, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_code_still_follows_from_what_was_frozen(path):
    snapshot = stored(path)

    assert snapshot["code"] == next(codes_of(fingerprint(snapshot)))
