"""Every illegal move of every status in `states.py`, refused by model, service, page, office and bulk action, and in a race.

Generated from the tables of moves and from `doors`: whatever a record may not do from where it stands is tried there.
"""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, models
from django.urls import reverse

from ninghai.models import AuditEntry, User
from ninghai.models.state_machine import StaleError, TransitionError
from tasks.models import states
from tests.cast import make_cast
from tests.tasks import factories
from tests.tasks.factories import NOW, TODAY, signed_in
from tests.tasks.move_table import KINDS, Door, Play

REFUSALS = (PermissionDenied, StaleError, TransitionError, ValidationError)
STATIONS = [(name, station) for name, kind in KINDS.items() for station in kind.stations]
ILLEGAL = [
    (name, station, number)
    for name, station in STATIONS
    for number, door in enumerate(KINDS[name].doors)
    if door.to not in KINDS[name].statuses.moves[station]
]
RACES = [
    (name, station, first, second)
    for name, station in STATIONS
    for doors in [[
        number for number, door in enumerate(KINDS[name].doors)
        if door.service and (not door.at or station in door.at) and door.to in KINDS[name].statuses.moves[station]
    ]]
    for first in doors
    for second in doors
    if first <= second
]  # fmt: skip


def fresh(record):
    """As the database has it, without anything remembered."""
    return type(record)._base_manager.get(pk=record.pk)


def standing(record) -> tuple[dict, int]:
    """Everything that the record says, and how many rows the audit trail has about it."""
    rows = type(record)._base_manager.filter(pk=record.pk)
    return rows.values().get(), AuditEntry.objects.about(record).count()


def person(play: Play, door: Door, number: int = 0) -> User:
    return User.objects.get(pk=play.people[door.by[number]].pk)


@pytest.fixture
def play(cast, notice) -> Play:
    return Play.begin(cast)


# --- The table itself ------------------------------------------------------------------------------------


def test_every_status_of_every_record_is_in_the_table():
    with_moves = {each for each in vars(states).values() if isinstance(each, type) and hasattr(each, "moves")}

    assert {kind.statuses for kind in KINDS.values()} == with_moves
    assert {name: set(kind.stations) for name, kind in KINDS.items()} == {
        name: set(kind.statuses.values) for name, kind in KINDS.items()
    }


def test_every_move_of_the_tables_has_a_door():
    """But for the way back of what was carried over, which opens with the revocation, and 已并入 until amendments land."""
    elsewhere = {("assignment", "todo"), ("notice", "merged")}
    leads = {(name, to) for name, kind in KINDS.items() for reached in kind.statuses.moves.values() for to in reached}

    assert leads - {(name, door.to) for name, kind in KINDS.items() for door in kind.doors} <= elsewhere


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "station"), STATIONS)
def test_each_station_is_reached(play, name, station):
    assert KINDS[name].stations[station](play.cast).status == station


# --- Refused one by one ----------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "station"), STATIONS)
def test_the_one_door_refuses_whatever_the_table_does_not_know(play, name, station):
    kind, record = KINDS[name], fresh(KINDS[name].stations[station](play.cast))
    before = standing(record)

    for to in set(kind.statuses) - {kind.statuses(each) for each in kind.statuses.moves[station]}:
        with pytest.raises(TransitionError, match="不能改为"):
            record._move(to, by=play.cast.office, at=NOW)

    assert standing(record) == before


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "station", "number"), ILLEGAL)
@pytest.mark.exhaustive
def test_an_illegal_move_is_refused_by_every_door(play, name, station, number):
    door, record = KINDS[name].doors[number], fresh(KINDS[name].stations[station](play.cast))
    before = standing(record)
    repeats = door.to == station  # the same act sent once more may be taken for done, and changes nothing

    with pytest.raises(TransitionError):
        door.method(fresh(record), person(play, door))
    assert standing(record) == before, "the model's method"
    if door.service:
        with suppress(*REFUSALS) if repeats else pytest.raises(REFUSALS):
            door.service(fresh(record), version=record.version, by=person(play, door))
        assert standing(record) == before, "the service"
    for sent in (door.page, door.office):
        if sent:
            answer = send(play, door, sent, record)
            assert answer.status_code in ({302, 403, 404, 409} if repeats else {403, 404, 409}), sent
            assert standing(record) == before, "the page"
    if door.bulk:
        assert "已完成" not in in_bulk(play, door, record).text
        assert standing(record) == before, "the bulk action"


def send(play: Play, door: Door, sent, record: models.Model):
    """The form as a browser would send it from a page that shows the record as it is now."""
    address, form = sent(record)
    return signed_in(person(play, door)).post(address, {"version": record.version, **form})


def in_bulk(play: Play, door: Door, record: models.Model):
    """The list's action, confirmed at once, whatever the page would have offered."""
    address, action = door.bulk
    chosen = {"action": action, "_selected_action": record.pk, f"version-{record.pk}": record.version}
    form = {**chosen, "confirmed": "yes", "reason": "已研究"}
    return signed_in(person(play, door)).post(reverse(address), form, follow=True)


# --- Two at once -----------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("name", "station", "first", "second"), RACES)
@pytest.mark.exhaustive
def test_of_two_at_once_one_wins_and_the_other_is_told(settings, name, station, first, second):
    settings.CLOCK_DATE, settings.CLOCK_SINCE = TODAY.isoformat(), TODAY.isoformat()
    cast = make_cast()
    factories.issued_notice(cast)
    play, kind = Play.begin(cast), KINDS[name]
    record = fresh(kind.stations[station](cast))
    moves_before = moves(record)
    start = Barrier(2)

    def act(number: int, door: Door):
        try:
            by, mine = person(play, door, number), fresh(record)
            start.wait(timeout=200)
            return door.service(mine, version=record.version, by=by)
        except REFUSALS as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as two:
        outcomes = list(two.map(act, (0, 1), (kind.doors[first], kind.doors[second])))

    refused = [isinstance(outcome, REFUSALS) for outcome in outcomes]
    is_same_act = first == second  # which whoever comes second may find done
    assert sum(refused) == 1 or (is_same_act and not any(refused)), outcomes
    assert all(str(outcome) for outcome in outcomes), "the other is told in words"
    assert moves(record) == moves_before + 1
    winner = kind.doors[(first, second)[refused.index(False)]]
    assert fresh(record).status == winner.to


def moves(record) -> int:
    return AuditEntry.objects.about(record).filter(action="move").count()
