"""Tests in two sizes: `make test` is what a developer must know before a commit, `make test-all` is everything.

`make test` leaves out four kinds, but for single tests of them that are marked `core`: those in the browser, the faults,
what is exhaustive, and what `make lint` looks at. Marks are set here, by folder and by what a test asks for; a single test that is
exhaustive says so itself.
"""

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
        "tests/disclosure/leaks/test_snapshot.py",
        "tests/disclosure/test_search_scan.py",
        "tests/fixtures",
        "tests/ninghai/personal_data/test_shapes.py",
        "tests/ninghai/sanitizing/test_rewriting.py",
        "tests/ninghai/test_private_services.py",
        "tests/ninghai/test_replica.py",
        "tests/reports/every_number",
        "tests/reports/test_poison.py",
        "tests/ninghai/backups",
        "tests/security/costly",
        "tests/security/hostile",
        "tests/security/permissions/test_disclosure.py",
        "tests/security/permissions/test_own.py",
        "tests/security/permissions/test_reports.py",
        "tests/security/permissions/test_tasks.py",
        "tests/security/test_bad_input.py",
        "tests/security/test_crafted_rows.py",
        "tests/security/test_cut_requests.py",
        "tests/security/test_polyglots.py",
        "tests/security/test_slow_lines.py",
        "tests/security/test_versions.py",
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
    for kind in _kinds_of(item.path):
        item.add_marker(kind)
    if is_committed(item):
        item.add_marker("races")


@cache
def _kinds_of(path: Path) -> list[str]:
    return [kind for kind, places in KINDS.items() if any(path.is_relative_to(ROOT / place) for place in places)]


def is_for_developers(marks: Container[str]) -> bool:
    """Whether `make test` runs what has these marks."""
    return "core" in marks or not any(kind in marks for kind in KINDS)


def examples(most: int) -> int:
    """For a test whose examples are dear: so many, or as many as the profile has where those are fewer."""
    return min(most, settings.default.max_examples)
