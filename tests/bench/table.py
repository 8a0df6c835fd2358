"""How the figures are told: as plain tables, and as JSON to be kept."""

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import median

from tests.bench.export import Exported
from tests.bench.floors import Floor
from tests.bench.limits import Limit
from tests.bench.pages import Opened
from tests.bench.timing import Figure, late

SLOW = 200  # ms; a page should take less


def say(line: str = "") -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def tell_pages(pages: Sequence[Opened]) -> None:
    """The slowest first; the best time is what a quiet machine would need."""
    say(f"\n{'page':<46}{'who':<18}{'n':>4}{'queries':>9}{'best ms':>9}{'median ms':>11}")
    for page in sorted(pages, key=lambda page: page.median, reverse=True):
        mark = f"  ≥ {SLOW} ms" if page.median >= SLOW else ""
        say(
            f"{page.name:<46}{page.who:<18}{len(page.times):>4}{page.queries:>9}{page.best:>9.1f}{page.median:>11.1f}{mark}"
        )


def tell_figures(figures: Sequence[Figure], *, items: int) -> None:
    say(f"\nwith {items:,} items; times are medians in ms; ratio = time of ours ÷ time of the peer")
    say(f"{'what':<32}{'peer':<30}{'n':>5}{'ours':>9}{'peer':>9}{'ratio':>8}{'ours p95':>10}{'peer p95':>10}")
    for one in figures:
        say(
            f"{one.name:<32}{one.peer_name:<30}{len(one.ours):>5}{median(one.ours):>9.2f}{median(one.peer):>9.2f}"
            f"{one.ratio:>8.2f}{late(one.ours):>10.2f}{late(one.peer):>10.2f}"
        )


def tell_exports(exports: Iterable[Exported]) -> list[Exported]:
    """As they come: at a million items each takes a minute."""
    say()
    told = []
    for one in exports:
        say(f"{one}")
        told.append(one)
    return told


def tell_floors(found: Iterable[tuple[int, Floor]], *, of: str = "catalogue") -> list[tuple[int, Floor]]:
    """Each as soon as it is known: a million items take their time."""
    say(f"\n{of:<58}{'items':>10}{'n':>6}{'median':>10}{'figure':>12}{'floor':>14}")
    told = []
    for items, one in found:
        middle = "" if one.middle is None else f"{one.middle:.2f}"
        figure, floor = f"{one.value:,.2f} {one.unit}", f"{one.sign} {one.bound:,.10g} {one.unit}"
        mark = "" if one.is_kept else "  missed"
        say(f"{one.name:<58}{items:>10,}{one.n:>6}{middle:>10}{figure:>12}{floor:>14}{mark}")
        told.append((items, one))
    return told


def tell_limits(limits: Iterable[Limit]) -> list[Limit]:
    """Each as soon as it is measured: what comes after may break."""
    say(f"\n{'within a limit':<46}{'n':>4}{'queries':>9}{'ms':>11}{'limit ms':>11}")
    told = []
    for one in limits:
        queries = "" if one.queries is None else one.queries
        mark = "" if one.is_kept else "  missed"
        say(f"{one.name:<46}{len(one.times):>4}{queries:>9}{one.took:>11.1f}{one.within:>11.0f}{mark}")
        told.append(one)
    return told


def keep(
    file: Path,
    *,
    items: int,
    load: float,
    floors: Sequence[tuple[int, Floor]],
    figures: Sequence[Figure],
    exports: Sequence[Exported],
    limits: Sequence[Limit],
    pages: Sequence[Opened],
    second_start: float,
) -> None:
    kept = {
        "items": items,
        "load": load,
        "second_start_seconds": round(second_start, 1),
        "floors": [
            {
                "name": one.name,
                "items": number,
                "n": one.n,
                "median": one.middle,
                "figure": round(one.value, 3),
                "unit": one.unit,
                "floor": f"{one.sign} {one.bound:g}",
                "kept": one.is_kept,
            }
            for number, one in floors
        ],
        "figures": [
            {
                "name": one.name,
                "peer": one.peer_name,
                "n": len(one.ours),
                "ours_ms": round(median(one.ours), 3),
                "peer_ms": round(median(one.peer), 3),
                "ratio": round(one.ratio, 3),
                "ours_p95_ms": round(late(one.ours), 3),
                "peer_p95_ms": round(late(one.peer), 3),
            }
            for one in figures
        ],
        "exports": [asdict(one) | {"kept": one.is_kept} for one in exports],
        "limits": [
            {
                "name": one.name,
                "n": len(one.times),
                "queries": one.queries,
                "ms": round(one.took, 1),
                "limit_ms": one.within,
                "kept": one.is_kept,
            }
            for one in limits
        ],
        "pages": [
            {
                "name": page.name,
                "who": page.who,
                "queries": page.queries,
                "best_ms": round(page.best, 1),
                "median_ms": round(page.median, 1),
            }
            for page in pages
        ],
    }
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(kept, ensure_ascii=False, indent=1), encoding="utf-8")
