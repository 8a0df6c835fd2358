"""`/work/coverage/`: a unit sees what it has to make public, by when, and where it writes it."""

from datetime import date

import pytest

from disclosure.coverage.views import unit_list
from disclosure.models import CoverageFinding, Item
from disclosure.models.basic_catalogue import UpdateRhythm
from ninghai.models import Unit
from tests.disclosure import makers
from tests.disclosure.coverage.county import ON, duty, public

LIST = "/work/coverage/"


@pytest.fixture(autouse=True)
def _today(settings) -> None:
    settings.CLOCK_DATE = settings.CLOCK_SINCE = ON.isoformat()


def test_what_is_missing_stands_first_the_longest_late_before_the_others(cast):
    current = duty("A", cast.finance)
    public(cast, date(2018, 11, 1), entry=current)
    duty("B", cast.finance, rhythm=UpdateRhythm.MONTHLY)
    duty("C", cast.finance, rhythm=UpdateRhythm.QUARTERLY)
    duty("D", cast.town)

    found = unit_list(cast.finance, on=ON)

    assert [(row.title, row.state, row.due_on) for row in found.to_do] == [
        ("事项C", "空白", date(2018, 9, 30)),
        ("事项B", "空白", date(2018, 10, 31)),
    ]
    assert [(row.title, row.state) for row in found.others] == [("事项A", "已公开")]
    assert found.counts == {"已公开": 1, "空白": 2}


def test_the_heir_sees_what_the_ended_unit_has_still_to_interpret(cast):
    policy = public(cast, date(2018, 11, 1), title="预算管理办法", owes_interpretation=True)
    Unit.objects.filter(pk=cast.finance.pk).update(valid_until=date(2018, 11, 10), successor=cast.town)
    cast.town.refresh_from_db()

    found = unit_list(cast.town, on=ON)

    assert [row.title for row in found.to_do] == [f"解读：{policy.title}"]


def test_it_leads_to_the_form_with_the_duty_filled_in(client, cast):
    duty("0201", cast.finance, name="财政预决算")
    client.force_login(cast.clerk)

    page = client.get(LIST).content.decode()

    assert "财政预决算" in page
    assert 'href="/work/items/new/?entry=0201"' in page


def test_the_head_sees_the_list_and_drafts_nothing(client, cast):
    duty("0201", cast.finance)
    client.force_login(cast.head)

    page = client.get(LIST).content.decode()

    assert "事项0201" in page
    assert "/work/items/new/" not in page


def test_what_becomes_public_counts_at_once(client, cast):
    entry = duty("A", cast.finance)
    client.force_login(cast.clerk)
    assert "空白 1 项" in client.get(LIST).content.decode()

    makers.published(cast, entry=entry, title="刚刚公开的公告")

    page = client.get(LIST).content.decode()
    assert "已公开 1 项" in page
    assert "刚刚公开的公告" in page


def test_an_interpretation_that_is_owed_stands_there_with_its_day(cast):
    item = public(cast, date(2018, 11, 19), title="关于补贴的通知", kind="document")
    Item.objects.filter(pk=item.pk).update(owes_interpretation=True)

    row = unit_list(cast.finance, on=ON).to_do[0]

    assert (row.title, row.state, row.due_on) == ("解读：关于补贴的通知", "待解读", date(2018, 11, 22))
    assert row.draft == f"/work/items/new/?kind=interpretation&explains={item.pk}"


def test_a_unit_that_owes_nothing_reads_why(client, cast):
    duty("A", cast.town)
    client.force_login(cast.clerk)

    assert "目录没有列出本单位的事项" in client.get(LIST).content.decode()


def test_what_was_mended_and_what_came_late_stand_below(client, cast):
    for unit, words in ((cast.finance, "本单位的问题"), (cast.town, "别的单位的问题")):
        CoverageFinding.objects.create(kind="empty", unit=unit, words=words, opened_on=ON, closed_on=ON)
    client.force_login(cast.clerk)

    page = client.get(LIST).content.decode()

    assert "本单位的问题" in page
    assert "别的单位的问题" not in page


@pytest.mark.parametrize("who", ["office", "signer", "inspector"])
def test_it_is_a_units_own_page(client, cast, who):
    client.force_login(getattr(cast, who))

    assert client.get(LIST).status_code == 403


def test_who_is_signed_out_is_asked_to_sign_in(client, cast):
    assert client.get(LIST)["Location"].startswith("/login/")


def test_a_list_of_many_duties_costs_as_many_queries_as_one_of_few(client, cast, django_assert_max_num_queries):
    for number in range(40):
        entry = duty(f"A{number}", cast.finance, rhythm=UpdateRhythm.MONTHLY)
    public(cast, date(2018, 9, 5), entry=entry)
    client.force_login(cast.clerk)
    client.get("/account/")  # the menu's numbers are counted once a minute

    with django_assert_max_num_queries(20):
        client.get(LIST)
