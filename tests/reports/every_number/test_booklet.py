"""Every number of a basic catalogue's booklet (目录手册), against plain SQL over its edition."""

import json
from collections import Counter
from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction

from disclosure.models import CatalogueEdition
from reports.jobs import booklet_of
from reports.pdf.booklet import render_booklet
from tests.reports.every_number import by_sql
from tests.reports.every_number.pdf import read_pdf
from tests.reports.every_number.printed import NUMBER, day, flat, read_csv
from tests.reports.reading import files_inside


@pytest.fixture(scope="module", autouse=True)
def _ground(django_db_setup, django_db_blocker) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_ground_data", stdout=StringIO())
        yield
        transaction.set_rollback(True)


def test_every_number_of_a_booklet():
    for edition in CatalogueEdition.objects.order_by("pk"):
        pdf = render_booklet(booklet_of(edition))
        rows = by_sql.rows(by_sql.EDITION_ROWS, edition=edition.pk)
        assert len(rows) > 20

        text, tables, _ = read_pdf(pdf)

        [(_, content)] = files_inside(pdf)
        told = [[row[name] for name in ("code", "parent", "name", "content", "basis", "time_limit")] for row in rows]
        assert [row[:6] for row in read_csv(content)] == told
        in_table(whole_rows(tables[""]), rows)
        in_text(text, edition.pk)


def whole_rows(pieces: list[list[str]]) -> list[list[str]]:
    """A row that a page break has cut goes on without its number."""
    found: list[list[str]] = []
    for piece in ([flat(cell) for cell in each] for each in pieces):
        if found and not piece[0]:
            found[-1] = [above + below for above, below in zip(found[-1], piece, strict=True)]
        else:
            found.append(piece)
    return found


def in_table(printed: list[list[str]], rows: list[by_sql.Row]) -> None:
    """Every duty under its running number, with its words; every heading in its place."""
    number = 0
    assert len(printed) == len(rows)
    for cells, row in zip(printed, rows, strict=True):
        if row["is_heading"]:
            assert flat(row["name"]) in cells[0]
            assert Counter(NUMBER.findall(cells[0])) <= Counter(NUMBER.findall(flat(list(row.values()))))
            continue
        number += 1
        assert cells[:4] == [str(number), *(flat(row[name]) for name in ("name", "content", "basis"))]
        assert cells[4].startswith(flat(row["time_limit"]))
        assert not NUMBER.search(cells[4].removeprefix(flat(row["time_limit"])))
        assert not NUMBER.search("".join(cells[6:]))


def in_text(text: str, edition: int) -> None:
    """Cover and explanation: the edition's number, its day, and words of the record; nothing else has a digit."""
    [known] = by_sql.rows(by_sql.EDITION, edition=edition)
    words = [known["explanation"], known["note"], *(change["name"] for change in json.loads(known["changes"]))]
    for said in (f"(第{known['number']}版)", day(known["published_on"])):
        assert flat(said) in text
        text = text.replace(flat(said), "")
    text = text.replace(flat(known["catalogue"]), "")
    for line in "\n".join(words).splitlines():
        text = text.replace(flat(line), "", 1)
    assert NUMBER.findall(text) == []
