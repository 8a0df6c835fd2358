"""Tests in two sizes: `make test` is what a developer must know before a commit, `make test-all` is everything.

`make test` (`--core`) leaves out four kinds, but for single tests of them that are marked `core`: those in the browser, the
faults, what is exhaustive, and what `make lint` looks at. Of a test with many cases it takes the first that it would not leave
out anyway. Marks are set here, by folder and by what a test asks for; a single test that is exhaustive says so itself.
"""

from collections import defaultdict
from collections.abc import Container
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.worlds import is_committed

ROOT = Path(__file__).parents[1]
KINDS = {
    "browser": ("tests/browser",),
    "faults": ("tests/faults",),
    "lint": ("tests/lint",),
    "exhaustive": (
        "tests/disclosure/annual_reports/test_annual_cells.py",
        "tests/disclosure/coverage/test_cells.py",
        "tests/disclosure/coverage/test_findings.py",
        "tests/disclosure/coverage/test_interpretation.py",
        "tests/disclosure/coverage/test_matrix.py",
        "tests/disclosure/coverage/test_site_checks.py",
        "tests/disclosure/exchange/test_clients.py",
        "tests/disclosure/leaks/test_snapshot.py",
        "tests/disclosure/legacy_import/test_rounds.py",
        "tests/disclosure/legacy_import/test_taking_over.py",
        "tests/disclosure/requests/importing",
        "tests/disclosure/requests/test_alike.py",
        "tests/disclosure/requests/test_excess.py",
        "tests/disclosure/requests/test_letters_made_once.py",
        "tests/disclosure/requests/test_remedies.py",
        "tests/disclosure/test_api_description.py",
        "tests/disclosure/test_archives.py",
        "tests/disclosure/test_attachment_preview.py",
        "tests/disclosure/test_attachment_text.py",
        "tests/disclosure/test_commands.py",
        "tests/disclosure/test_exports.py",
        "tests/disclosure/test_public_copies.py",
        "tests/disclosure/test_search_scan.py",
        "tests/disclosure/test_versions.py",
        "tests/fixtures",
        "tests/ninghai/audit/test_refusals.py",
        "tests/ninghai/audit/test_tampering.py",
        "tests/ninghai/backups",
        "tests/ninghai/personal_data/test_shapes.py",
        "tests/ninghai/sandbox",
        "tests/ninghai/sanitizing/test_deep.py",
        "tests/ninghai/sanitizing/test_rewriting.py",
        "tests/ninghai/test_drawing.py",
        "tests/ninghai/test_private_services.py",
        "tests/ninghai/test_replica.py",
        "tests/ninghai/test_supervisor.py",
        "tests/reports/every_number",
        "tests/reports/test_as_of.py",
        "tests/reports/test_booklets.py",
        "tests/reports/test_commands.py",
        "tests/reports/test_grid.py",
        "tests/reports/test_integrity.py",
        "tests/reports/test_pdf_layout.py",
        "tests/reports/test_pdf_safety.py",
        "tests/reports/test_pdf_words.py",
        "tests/reports/test_poison.py",
        "tests/reports/test_press_folder.py",
        "tests/security/costly",
        "tests/security/hostile",
        "tests/security/permissions/test_disclosure.py",
        "tests/security/permissions/test_own.py",
        "tests/security/permissions/test_reports.py",
        "tests/security/permissions/test_tasks.py",
        "tests/security/test_bad_input.py",
        "tests/security/test_crafted_rows.py",
        "tests/security/test_cut_requests.py",
        "tests/security/test_evidence_files.py",
        "tests/security/test_polyglots.py",
        "tests/security/test_slow_lines.py",
        "tests/security/test_versions.py",
        "tests/tasks/breakdown/test_habits.py",
        "tests/tasks/breakdown/test_round_trip.py",
        "tests/tasks/notices/test_every_character.py",
        "tests/tasks/test_breakdown_import.py",
        "tests/tasks/test_correction_desk.py",
        "tests/tasks/test_evidence_preview.py",
        "tests/tasks/test_heat_map.py",
        "tests/tasks/test_keeping_the_period.py",
        "tests/test_deployment.py",
        "tests/test_lists.py",
        "tests/test_soak.py",
        "tests/test_text_lengths.py",
    ),
}

# How long an example takes says how busy the machine is.
_PATIENT = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("all", max_examples=100, **_PATIENT)
settings.register_profile("core", max_examples=10, **_PATIENT)
settings.load_profile("all")


def mark(item: pytest.Item) -> None:
    """Say which kind it is of; `races` has its data committed, so that others see them."""
    for kind in _kinds_of(item.nodeid.partition("::")[0]):
        item.add_marker(kind)
    if is_committed(item):
        item.add_marker("races")


def mark_families(items: list[pytest.Item]) -> None:
    """Call the cases of one test exhaustive, all but one."""
    families = defaultdict[str, list[pytest.Item]](list)
    for item in items:
        families[item.nodeid.partition("[")[0]].append(item)
    for cases in families.values():
        specimen = next((item for item in cases if is_for_developers(item.keywords)), None)
        for item in cases:
            if item is not specimen:
                item.add_marker("exhaustive")


@cache
def _kinds_of(file: str) -> list[str]:
    return [kind for kind, places in KINDS.items() if any(f"{file}/".startswith(f"{place}/") for place in places)]


def is_for_developers(marks: Container[str]) -> bool:
    """Whether `make test` runs what has these marks."""
    return "core" in marks or not any(kind in marks for kind in KINDS)


def holds_nothing_for_developers(path: Path) -> bool:
    """Whether `make test` need not even read this file of tests."""
    is_of_a_kind = path.name.startswith("test_") and bool(_kinds_of(str(path.relative_to(ROOT))))
    return is_of_a_kind and "mark.core" not in path.read_text(encoding="utf-8")


def examples(most: int) -> int:
    """For a test whose examples are dear: so many, or as many as the profile has where those are fewer."""
    return min(most, settings.default.max_examples)
