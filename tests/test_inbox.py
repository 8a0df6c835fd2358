"""Everything that waits for somebody (今天要办) stands in exactly the right inboxes, and is gone once it is done.

One person for each role and two units. Each kind of waiting work has a maker (`waiting_work`): how it comes about, whose it
is, and the act that does away with it; a kind without one fails. Counts, doors, lists and headings are compared for
everybody.
"""

from dataclasses import fields
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from disclosure.models import PublicCheck
from ninghai.accounts.permission_table import IN_THE_ADMIN
from ninghai.models import Role, User
from ninghai.staff_site.inbox import KINDS, Inbox, _question, kinds_of, question_of, works_in_the_admin
from tests.cast import Cast, person
from tests.county import make_county
from tests.disclosure import makers as items
from tests.tasks.factories import NOW, TODAY, signed_in
from tests.waiting_work import makers_of_all_rooms
from tests.worlds import world

MAKERS = makers_of_all_rooms()
OF_BOTH = [(kind.key, make) for kind in KINDS for make in MAKERS.get(kind.key, ())]
ADMINISTRATORS = {"system": Role.SYSTEM, "security": Role.SECURITY, "auditor": Role.AUDITOR}


def make_world(cast: Cast) -> dict[str, User]:
    """Everybody by name, the three administrators among them."""
    people = {field.name: getattr(cast, field.name) for field in fields(cast)}
    people = {name: who for name, who in people.items() if isinstance(who, User)}
    return people | {name: person(name, name, cast.county_office, role) for name, role in ADMINISTRATORS.items()}


everybody = world("everybody", make_world, on=("cast",))
whole_county = world("whole_county", make_county, on=("cast",))


@pytest.fixture(autouse=True)
def _today(settings):
    settings.CLOCK_DATE, settings.CLOCK_SINCE = TODAY.isoformat(), TODAY.isoformat()


def waiting(people: dict[str, User], key: str, *, on: date) -> dict[str, int]:
    """How many pieces of the kind each person has, of those who have some."""
    kind = next(kind for kind in KINDS if kind.key == key)
    counts = {}
    for name, who in people.items():
        user = User.objects.get(pk=who.pk)
        counts[name] = sum(piece.count for piece in kind.pieces(user, on)) if kind in kinds_of(user) else 0
    return {name: count for name, count in counts.items() if count}


def test_every_kind_of_waiting_work_is_walked():
    assert {kind.key for kind in KINDS} == set(MAKERS)


@pytest.mark.parametrize(("key", "make"), OF_BOTH, ids=[key for key, _ in OF_BOTH])
def test_each_piece_is_in_exactly_the_right_inboxes_and_gone_after_its_act(cast, everybody, key, make):
    piece = make(cast)

    assert waiting(everybody, key, on=piece.on).keys() == piece.owners

    piece.act()
    assert waiting(everybody, key, on=piece.on + piece.after) == {}


@pytest.mark.parametrize(("key", "make"), OF_BOTH, ids=[key for key, _ in OF_BOTH])
def test_the_button_leads_its_owner_to_where_it_is_done(cast, everybody, settings, key, make):
    piece = make(cast)
    settings.CLOCK_DATE = settings.CLOCK_SINCE = piece.on.isoformat()

    for name in piece.owners:
        kind = next(kind for kind in KINDS if kind.key == key)
        rows = kind.pieces(User.objects.get(pk=everybody[name].pk), piece.on)
        assert rows
        assert {signed_in(everybody[name]).get(row.url).status_code for row in rows} == {200}
        if behind := kind.behind(everybody[name]):
            page = signed_in(everybody[name]).get(behind)
            assert page.status_code == 200
            if works_in_the_admin(everybody[name]):
                assert page.context["cl"].result_count == len(kind.pieces(everybody[name], piece.on))


def test_doors_lists_and_headings_agree_for_everybody(whole_county, everybody):
    for who in everybody.values():
        page = signed_in(who).get(reverse("admin:index") if works_in_the_admin(who) else reverse("start"), follow=True)
        inbox = Inbox(User.objects.get(pk=who.pk), on=TODAY)
        pieces = sum(len(kind.pieces(inbox.user, TODAY)) for kind in inbox.kinds)
        assert inbox.total == pieces == sum(inbox.by_door.values()) == sum(row.count for row in inbox.rows)
        shown = page.context["portal"]["work_nav"]()
        if rail := page.context.get("rail"):
            assert {group.title: group.count for group in rail.groups if group.count} == inbox.by_door
            for group in rail.groups:
                assert group.count == sum(link.count for link in group.links), (who, group)
                assert all(f">{link.label} <span" in page.text for link in group.links if link.count)
        else:
            assert shown[0].waiting == inbox.total
        if "今天要办" in page.text:
            assert f"今天要办 {inbox.total} 件" in page.text


def test_what_the_office_has_is_counted_in_a_list_behind_the_same_door():
    elsewhere = []
    for kind in [kind for kind in KINDS if kind.group and kind.roles & IN_THE_ADMIN]:
        model = kind.listed_with or kind.model
        if not admin.site.is_registered(model) or admin.site.group_of(model) != kind.group:
            elsewhere.append(kind.key)

    assert elsewhere == []


@pytest.mark.parametrize("key", ["sheets-to-inspect", "rectifications-to-recheck"])
def test_the_inspectors_list_counts_what_the_menu_counts_and_begins_with_it(cast, everybody, key):
    MAKERS[key][0](cast)
    menu = Inbox(cast.inspector, on=TODAY).by_door["tasks:inspection-list"]

    page = signed_in(cast.inspector).get(reverse("tasks:inspection-list"))

    assert sum(page.context["waiting"].values()) == menu
    waits = [row.outcome in {"待核查", "整改待复查"} for row in page.context["rows"]]
    assert (sum(waits), waits) == (menu, sorted(waits, reverse=True))
    for words, count in page.context["waiting"].items():
        assert not count or f"{count}项{words}" in page.text


def test_what_is_late_longest_stands_first_then_what_is_due_soonest_then_what_waits_longest(whole_county):
    for who in (whole_county.office, whole_county.clerk, whole_county.other_clerk):
        rows = Inbox(who, on=TODAY).rows
        dated, others = [row for row in rows if row.due], [row for row in rows if not row.due]
        assert rows == [*dated, *others]
        assert [row.due for row in dated] == sorted(row.due for row in dated)
        assert [row.since or date.max for row in others] == sorted(row.since or date.max for row in others)


def test_of_many_pieces_in_one_row_only_those_that_are_late_count_as_late(cast):
    for day in (19, 20, 21, 22, 23, 24):
        item = items.published(cast)
        PublicCheck.objects.create(item=item, checked_at=NOW.replace(day=day), open_hits=1, words="身份证号1处")
    inbox = Inbox(cast.signer, on=TODAY)

    row = next(row for row in inbox.rows if row.count == 6)
    assert (row.due_words, inbox.late) == ("核对逾期1天", 1)


def test_whatever_has_a_day_says_what_is_due_on_it(whole_county):
    """A late report is no late task: no light stands without its noun."""
    people = (whole_county.office, whole_county.clerk, whole_county.other_clerk)

    dated = [row for who in people for row in waiting_rows(who) if row.due]

    assert dated
    assert [row.due_words for row in dated if row.due_words.startswith(("逾期", "还有", "今天"))] == []


def waiting_rows(who):
    return Inbox(who, on=TODAY).rows


@pytest.mark.exhaustive
def test_the_question_for_all_tallies_depends_on_who_asks_and_the_day_alone(cast, everybody, settings):
    """It is kept: what else a kind looks at (`is_asked_anew`) would stay as it was when it was first asked."""
    people = [User.objects.get(pk=who.pk) for who in everybody.values()]
    assert all(user.acting for user in people)

    def questions(today: date) -> list[tuple[str, tuple[Any, ...]]]:
        settings.CLOCK_DATE = today.isoformat()
        _question.cache_clear()
        with CaptureQueriesContext(connection) as asked:
            found = [question_of(user, on=TODAY) for user in people]
        assert len(asked) == 0
        return found

    before = questions(TODAY)
    make_county(cast)
    assert questions(TODAY + timedelta(days=1)) == before


def test_rows_of_one_title_are_told_apart(whole_county):
    county = whole_county

    for who in (county.office, county.clerk, county.other_clerk, county.head, county.signer):
        rows = [(row.title, row.unit) for row in waiting_rows(who)]
        assert len(rows) == len(set(rows))


def test_whoever_has_nothing_to_do_is_counted_once_in_a_while_like_everybody(cast, everybody):
    client = signed_in(everybody["auditor"])
    client.get(reverse("message-list"))

    with CaptureQueriesContext(connection) as asked:
        client.get(reverse("message-list"))

    assert not [query for query in asked.captured_queries if "kind_of_work" in query["sql"]]
