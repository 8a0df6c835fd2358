"""The worlds of the tests: what a test changes in one is undone for the next, and a committed one is seen by everybody."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from ninghai.models import Role, User
from tests.cast import person
from tests.databases import empty_database, held, pristine, superuser
from tests.sizes import KINDS, ROOT
from tests.worlds import world

PEOPLE = 8


def rename(cast) -> str:
    User.objects.filter(pk=cast.office.pk).update(name="改过名的")
    return "改过名的"


renamed = world("renamed", rename, on=("cast",))


@pytest.mark.parametrize("turn", ["first", "second", "third"])
def test_a_test_finds_nothing_of_what_another_has_changed(cast, turn):
    kept = User.objects.get(pk=cast.clerk.pk)

    assert (cast.clerk.name, kept.name, User.objects.count()) == ("财政局经办人", "财政局经办人", PEOPLE)

    cast.clerk.name = turn
    cast.clerk.save()
    person(f"{turn}-visitor", "来访者", cast.finance, Role.EDITOR)


def test_a_world_stands_on_another(cast, renamed):
    assert User.objects.get(pk=cast.office.pk).name == renamed


def test_a_world_that_nobody_asks_for_does_not_stand(cast):
    assert User.objects.get(pk=cast.office.pk).name == cast.office.name


@pytest.mark.django_db
def test_without_any_world_there_is_nobody():
    assert not User.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_what_is_committed_is_seen_from_elsewhere(cast, renamed):
    def elsewhere() -> str:
        try:
            return User.objects.get(pk=cast.office.pk).name
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other:
        assert other.submit(elsewhere).result() == renamed


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "change",
    [
        "SELECT",
        "DELETE FROM auth_permission WHERE id = (SELECT min(id) FROM auth_permission)",
        "INSERT INTO ninghai_publicchange DEFAULT VALUES",
        "ALTER TABLE ninghai_auditentry DISABLE TRIGGER USER",
        "ALTER TABLE ninghai_unit ADD COLUMN more text",
        "REVOKE SELECT ON ninghai_unit FROM PUBLIC, ninghai_app",
        "CREATE INDEX more ON ninghai_unit (name)",
    ],
)
def test_nothing_of_what_was_committed_stays(cast, change):
    """Rows are deleted; for what is more than rows the whole database is copied anew."""
    with superuser(connection.settings_dict["NAME"]) as server:
        server.execute(change)

    empty_database()

    assert held() == pristine()


def test_the_files_whose_kind_is_told_are_there():
    assert [place for places in KINDS.values() for place in places if not (ROOT / place).exists()] == []
