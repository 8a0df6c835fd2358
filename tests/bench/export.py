"""The whole catalogue as a file: rows a second, and by how much memory grows on the way. Each format in a process of its own."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import django

FORMATS = ("csv", "json", "xlsx")
ROWS_A_SECOND, GROWTH = 20_000, 50  # what a CSV has to reach; MiB within which every format stays


@dataclass(frozen=True, slots=True)
class Exported:
    format: str
    rows: int
    seconds: float
    first_byte: float  # seconds until the file begins to come
    size: float  # MiB
    growth: float  # MiB of resident memory at its highest, above that after a small export

    @property
    def rows_a_second(self) -> float:
        return self.rows / self.seconds

    @property
    def is_kept(self) -> bool:
        return self.growth <= GROWTH and (self.format != "csv" or self.rows_a_second >= ROWS_A_SECOND)

    def __str__(self) -> str:
        floor = f" (≥ {ROWS_A_SECOND:,})" if self.format == "csv" else ""
        mark = "" if self.is_kept else "  missed"
        return (
            f"export as {self.format:<5}{self.rows:>11,} rows{self.rows_a_second:>10,.0f} rows/s{floor:<11}{self.size:>7.0f} MiB"
            f"{self.first_byte:>7.2f} s to the first byte{self.growth:>8.1f} MiB growth (≤ {GROWTH}){mark}"
        )


def exports() -> Iterator[Exported]:
    for kind in FORMATS:
        command = [sys.executable, "-m", "tests.bench.export", kind]
        told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
        yield Exported(**json.loads(told))


def export(kind: str) -> Exported:
    """In this process: a small one first, so that what is loaded once does not count as growth."""
    from disclosure.models import Item
    from disclosure.models.states import Validity
    from ninghai.calendar import clock
    from tests.bench.pages import visitor

    def pieces(**query: str) -> Iterator[bytes]:
        return iter(visitor().get("/catalogue/export/", {"format": kind, **query}))

    for _ in pieces(q="财政预算 调整", year="2018", validity=Validity.IN_FORCE):
        pass
    before = highest = resident()
    began, first, size = time.perf_counter(), 0.0, 0
    for piece in pieces():
        first = first or time.perf_counter() - began
        size += len(piece)
        highest = max(highest, resident())
    seconds = time.perf_counter() - began
    rows = Item.objects.published(clock.now()).count()
    return Exported(kind, rows, seconds, first, size / 2**20, (highest - before) / 2**20)


def resident() -> int:
    """Bytes of memory that this process holds now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


if __name__ == "__main__":
    django.setup()
    sys.stdout.write(json.dumps(asdict(export(sys.argv[1]))))
