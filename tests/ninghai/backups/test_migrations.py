"""Every migration back and forth, one after the other, on the database of a whole year of work."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from importlib import import_module
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.db.migrations import AddField, CreateModel, Migration
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from disclosure.corrections.services import ReportedError, report_error
from disclosure.models import Correction
from disclosure.requests.inquiries import services as inquiries
from fixtures.reference_data import load_workdays
from ninghai.calendar import clock
from ninghai.models import Unit
from ninghai.operations.backups.server import fingerprint, owner_connection, schema
from ninghai.operations.database.connections import as_owner
from ninghai.sealed.services import destroy, look
from tasks.models import Finding, SpotCheck
from tests.browser.papers import pdf
from tests.cast import make_cast
from tests.committed_worlds import DEMO_YEAR
from tests.databases import make_template, renew_database
from tests.disclosure.makers import AT
from tests.disclosure.requests import makers
from tests.disclosure.service_guides import makers as service_guides
from tests.tasks import factories

OURS = ("ninghai", "tasks", "disclosure", "reports")
WITHOUT_LATER = "without_later_steps"  # the demo year before the steps that change tables with rows
Step = tuple[str, str]


@pytest.fixture
def year(demo_year, django_db_blocker) -> Iterator[None]:
    """Nothing stands around it: a migration has transactions of its own."""
    with django_db_blocker.unblock():
        renew_database(DEMO_YEAR)
        yield


@pytest.fixture
def county(django_db_setup, django_db_blocker) -> Iterator[None]:
    """Nothing but its office, which takes in what concerns no unit."""
    with django_db_blocker.unblock():
        renew_database()
        Unit.objects.create(code="001", name="宁海县人民政府办公室", short_name="县政府办公室", kind=Unit.Kind.OFFICE)
        yield
        renew_database()


def found() -> dict[str, Any]:
    with owner_connection() as direct:
        return fingerprint(direct)


def schema_now() -> dict[str, list[str]]:
    with owner_connection() as direct:
        return schema(direct)


def all_steps() -> list[Migration]:
    """In the order in which an empty database gets them, Django's own among them."""
    executor = MigrationExecutor(connection)
    return [step for step, _ in executor.migration_plan(executor.loader.graph.leaf_nodes(), clean_start=True)]


def go_back(steps: Sequence[Migration], *, note: Callable[[Step], None] | None = None) -> None:
    """The last first; `note` looks at each while it still stands."""
    _walk(list(reversed(steps)), back=True, at="unapply_start", note=note)


def go_forth(steps: Sequence[Migration], *, note: Callable[[Step], None] | None = None) -> None:
    """`note` looks at each when it has just come."""
    _walk(steps, back=False, at="apply_success", note=note)


def _walk(steps: Sequence[Migration], *, back: bool, at: str, note: Callable[[Step], None] | None) -> None:
    def told(moment: str, step: Migration | None = None, fake: bool = False) -> None:
        if step and note and moment == at:
            note((step.app_label, step.name))

    with as_owner():
        MigrationExecutor(connection, told).migrate([], plan=[(step, back) for step in steps])


def applied() -> set[Step]:
    return set(MigrationRecorder(connection).applied_migrations())


def brought_along(steps: Sequence[Migration]) -> tuple[set[str], set[tuple[str, str]]]:
    """The tables, and the columns of other tables, that these steps make: what they hold goes and comes with them."""
    tables, columns = set(), set()
    for step in steps:
        for operation in step.operations:
            if isinstance(operation, CreateModel):
                table = table_of(step, operation.name)
                joins = (
                    name for name, field in operation.fields if field.many_to_many and not field.remote_field.through
                )
                tables |= {table, *(f"{table}_{name}" for name in joins)}
            elif isinstance(operation, AddField):
                columns |= {(table_of(step, operation.model_name), each) for each in columns_of(operation)}
    return tables, columns


def table_of(step: Migration, model: str) -> str:
    return f"{step.app_label}_{model.lower()}"


def columns_of(operation: AddField) -> set[str]:
    return {operation.name, f"{operation.name}_id"}


def rows_without(tables: set[str], columns: set[tuple[str, str]]) -> dict[str, Any]:
    """Of each table how many rows it has, and a digest of them, those tables and columns left out."""
    rows = {}
    with connection.cursor() as cursor:
        for table in set(found()["tables"]) - tables:
            cursor.execute(
                "SELECT column_name FROM information_schema.columns WHERE table_name = %s ORDER BY column_name", [table]
            )
            kept = ", ".join(f'"{name}"' for (name,) in cursor.fetchall() if (table, name) not in columns)
            cursor.execute(
                f"SELECT count(*), sum(hashtextextended(row::text, 0)) FROM (SELECT {kept} FROM {table}) AS row"  # noqa: S608 - our own names
            )
            rows[table] = cursor.fetchone()
    return rows


def test_a_contact_under_seal_is_plain_again_before_that_step_and_sealed_after_it(county):
    """Of a report whose sender was forgotten nothing comes back."""
    reported = ReportedError(page="/", words="日期有误。", contact="13812345678", address="198.51.100.9")
    kept, forgotten, silent = (
        report_error(reported=each, form_id=uuid4(), at=clock.now())
        for each in (reported, reported, replace(reported, contact=""))
    )
    destroy(forgotten.data_key, by=None, reason="保存期满", at=clock.now())
    steps = all_steps()
    since = [(step.app_label, step.name) for step in steps].index(("disclosure", "0024_senders_are_sealed"))

    go_back(steps[since:])
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, contact FROM disclosure_correction WHERE page = '/' AND contact <> ''")
        assert cursor.fetchall() == [(kept.pk, "13812345678")]
        cursor.execute("SELECT count(*) FROM disclosure_correction WHERE data_key_id IS NOT NULL")
        assert cursor.fetchone() == (0,)
    go_forth(steps[since:])

    assert contact_of(kept) == "13812345678"
    assert [Correction.objects.get(pk=each.pk).has_contact for each in (forgotten, silent)] == [False, False]


def test_files_of_opinions_go_with_their_questions(django_db_setup, django_db_blocker):
    """Before that step an application had one file of each kind."""
    with django_db_blocker.unblock():
        renew_database()
        cast, at = make_cast(), AT
        load_workdays()
        case = makers.asking(cast)
        told = {"case": case, "to": "另一家公司", "disclosed": "报价单", "by": cast.clerk, "at": at}
        inquiries.ask_third_party(**told, version=case.version)
        for inquiry in case.information_request.inquiries.all():
            upload = SimpleUploadedFile("证明.pdf", pdf("证明.pdf")["buffer"])
            inquiries.give_opinion(inquiry=inquiry, opinion="refuses", reason="秘密", upload=upload, at=at)
        makers.proof_of(case)
        steps = all_steps()
        since = [(step.app_label, step.name) for step in steps].index(("disclosure", "0033_inquiries_have_answers"))

        go_back(steps[since:])
        go_forth(steps[since:])

        assert list(case.information_request.files.values_list("kind", flat=True)) == ["identity"]
        renew_database()


def test_draws_of_guides_go_with_their_step_and_those_of_assignments_stay(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        renew_database()
        cast = make_cast()
        load_workdays()
        notice = factories.issued_notice(cast)
        kept = factories.recorded(cast, factories.drawn_of_finance(cast, notice))
        service_guides.published(cast)
        gone = service_guides.special_check(cast, notice)
        factories.handed_in(
            cast, service_guides.guide_found(cast, gone.drawn.select_related("spot_check", "unit").get())
        )
        steps = all_steps()
        since = [(step.app_label, step.name) for step in steps].index(("tasks", "0011_other_things_are_drawn"))

        go_back(steps[since:])
        go_forth(steps[since:])

        again = Finding.objects.select_related("drawn__assignment").get()
        assert again.pk == kept.pk
        assert (again.drawn.key, again.drawn.unit_id) == (again.drawn.assignment.key, cast.finance.pk)
        assert SpotCheck.objects.get() == kept.drawn.spot_check
        renew_database()


def contact_of(correction: Correction) -> str:
    found = Correction.objects.get(pk=correction.pk)
    return look(found, by=None, purpose="核对迁移", at=clock.now())["contact"]


def test_every_migration_goes_back_and_forth_and_loses_no_row_and_each_leaves_what_it_had_found(year):
    """Columns, constraints, indexes, triggers, functions and rights, with each step and without it; down to nothing."""
    with as_owner():  # former tables hold no draw of anything but assignments: what goes with the way back, goes first
        import_module("tasks.migrations.0012_assignments_that_were_drawn").take_away_others(apps, None)
    first, later = in_two(all_steps())
    tables, columns = brought_along(later)
    # when each step was taken; that a step has moved the revision of what is public
    tables |= {"django_migrations", "ninghai_publicchange"}
    before = rows_without(tables, columns)
    assert len(later) > 10
    assert before["disclosure_item"][0] > 10
    back: dict[Step, Any] = {}
    forth: dict[Step, Any] = {}

    make_template(WITHOUT_LATER, lambda: go_back(later, note=lambda step: back.update({step: schema_now()})))
    renew_database(WITHOUT_LATER)
    assert not applied() & {(step.app_label, step.name) for step in later}
    go_back(first, note=lambda step: back.update({step: schema_now()}))
    assert (set(found()["tables"]), applied()) == ({"django_migrations"}, set())
    go_forth(first, note=lambda step: forth.update({step: schema_now()}))
    renew_database(WITHOUT_LATER)  # with the rows of the year, which went with their tables
    go_forth(later, note=lambda step: forth.update({step: schema_now()}))

    now = rows_without(tables, columns)
    assert {name: told for name, told in now.items() if told != before[name]} == {}
    assert len(back) == len(forth) == len(first) + len(later)
    assert [words for step in forth for words in differences(back[step], forth[step], of=step)] == []


def in_two(steps: Sequence[Migration]) -> tuple[list[Migration], list[Migration]]:
    """Those that make the first tables, of Django and of ours, and those that change what already has rows."""
    later = [step for step in steps if step.app_label in OURS and step.name != "0001_tables"]
    return [step for step in steps if step not in later], later


def differences(back: dict[str, list[str]], forth: dict[str, list[str]], *, of: Step) -> list[str]:
    """What stands in one of the two alone."""
    return [f"{of}: {each}" for part in forth for each in set(back[part]) ^ set(forth[part])]


def test_a_database_that_knows_steps_by_their_former_names_is_taken_for_what_it_is(year):
    joined = MigrationExecutor(connection).loader.replacements
    assert len(joined) > 5
    at_first = schema_now()
    with as_owner():
        recorder = MigrationRecorder(connection)
        for step, migration in joined.items():
            recorder.record_unapplied(*step)
            for former in migration.replaces:
                recorder.record_applied(*former)

    call_command("migrate", interactive=False, verbosity=0)

    assert applied() >= set(joined)
    assert schema_now() == at_first
