"""In which order xdist's workers take the files: the longest first, so that all workers end together.

By the durations of earlier runs; a file that is not named here takes less than seven seconds or so, and comes by the
number of its tests. The second worker begins with what needs no database, while the first migrates it for all. The
faults wait for most of their time: one worker takes them all, so that the others work meanwhile.
"""

from collections import Counter

import pytest
from xdist.scheduler import LoadFileScheduling

from tests.stage import is_committed, worlds_of

FIRST = [
    "tests/fixtures/test_demo_year.py",
    "tests/test_layers.py",
    "tests/ninghai/test_reckoning.py",
    "tests/faults/test_disk.py",
    "tests/faults/test_postgresql.py",
    "tests/faults/test_redis.py",
    "tests/faults/test_requests.py",
    "tests/faults/test_scheduler.py",
    "tests/faults/test_workers.py",
    "tests/security/hostile/test_forms.py",
    "tests/browser/test_every_page.py",
    "tests/browser/test_year_of_a_work_point.py",
    "tests/security/permissions/test_disclosure.py",
    "tests/browser/test_moves.py",
    "tests/ninghai/test_private_services.py",
    "tests/browser/test_public_face.py",
    "tests/disclosure/leaks/test_table.py",
    "tests/browser/test_item_life.py",
    "tests/browser/test_publish_and_find.py",
    "tests/security/permissions/test_own.py",
    "tests/security/permissions/test_tasks.py",
    "tests/disclosure/test_search.py",
    "tests/reports/test_poison.py",
    "tests/reports/test_frozen_snapshots.py",
    "tests/disclosure/test_hits.py",
    "tests/browser/test_basic_catalogue.py",
    "tests/ninghai/test_replica.py",
    "tests/security/permissions/test_matrix.py",
    "tests/browser/test_batches.py",
    "tests/security/test_bad_input.py",
    "tests/test_lists.py",
    "tests/browser/test_spot_check.py",
    "tests/safe_keeping/test_rehearsal.py",
    "tests/safe_keeping/test_migrations.py",
    "tests/reports/test_pdf_layout.py",
    "tests/security/hostile/test_parameters.py",
    "tests/test_deployment.py",
    "tests/ninghai/test_production_checks.py",
    "tests/browser/test_review_page.py",
    "tests/browser/test_keyboard.py",
    "tests/reports/test_grid.py",
    "tests/disclosure/test_search_scan.py",
    "tests/browser/test_doors.py",
    "tests/browser/test_verify.py",
    "tests/reports/test_commands.py",
    "tests/browser/test_page_states.py",
    "tests/disclosure/test_exports.py",
    "tests/tasks/test_reshaping.py",
    "tests/disclosure/test_races.py",
    "tests/tasks/test_reminders.py",
    "tests/tasks/test_every_illegal_move.py",
    "tests/reports/test_booklets.py",
    "tests/reports/every_number/test_every_number.py",
    "tests/security/permissions/test_reports.py",
    "tests/browser/test_coverage.py",
    "tests/browser/test_signing.py",
    "tests/browser/test_heat_map.py",
    "tests/disclosure/leaks/test_snapshot.py",
    "tests/browser/test_correction_desk.py",
    "tests/ninghai/audit_trail/test_completeness.py",
    "tests/browser/test_messages.py",
    "tests/disclosure/test_api_description.py",
    "tests/disclosure/test_feeds.py",
    "tests/reports/test_pdf_words.py",
    "tests/reports/test_twin.py",
    "tests/ninghai/test_metrics.py",
    "tests/tasks/scoring/test_oracle.py",
    "tests/browser/test_older_items.py",
    "tests/disclosure/test_life_pages.py",
    "tests/browser/test_elder_mode.py",
    "tests/browser/test_breakdown.py",
    "tests/ninghai/audit_trail/test_tampering.py",
    "tests/disclosure/coverage/test_interpretation.py",
    "tests/tasks/task_breakdown/test_round_trip.py",
    "tests/test_soak.py",
    "tests/disclosure/basic_catalogue/test_workbook.py",
    "tests/tasks/test_to_do.py",
    "tests/reports/test_integrity.py",
    "tests/ninghai/accounts/test_second_factor.py",
    "tests/disclosure/test_archives.py",
    "tests/disclosure/test_nightly.py",
    "tests/disclosure/test_no_way_around_review.py",
]
WAITING = "tests/faults/"


def file_of(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[0]


def put_in_order(config: pytest.Config, items: list[pytest.Item]) -> None:
    """File by file; within a file by the worlds that stand, so that each is made once, and what is committed last.

    With `-p randomly` the files come, and their tests among those of one world, as pytest-randomly has shuffled them.
    """
    files = shuffled(items) if config.pluginmanager.has_plugin("randomly") else by_length(items)
    places = {file: place for place, file in enumerate(files)}
    items.sort(key=lambda item: (places[file_of(item)], is_committed(item), worlds_of(item)))


def shuffled(items: list[pytest.Item]) -> list[str]:
    """The files in the order of their first tests."""
    return list(dict.fromkeys(map(file_of, items)))


def by_length(items: list[pytest.Item]) -> list[str]:
    """The files whose durations are known, the longest first; then the rest, by the number of their tests."""
    known = {name: place for place, name in enumerate(FIRST)}
    tests = Counter(map(file_of, items))
    return sorted(tests, key=lambda file: (known.get(file, len(known)), -tests[file], file))


class Scheduling(LoadFileScheduling):
    """xdist's own `loadfile`, but for the faults, which one worker takes together."""

    def _split_scope(self, nodeid: str) -> str:
        return WAITING if nodeid.startswith(WAITING) else super()._split_scope(nodeid)


def scheduling(config: pytest.Config, log) -> LoadFileScheduling:
    """In the order of the collection."""
    config.option.loadscopereorder = False
    return Scheduling(config, log)
