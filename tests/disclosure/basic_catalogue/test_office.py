"""The office's pages: the tree, the form of a duty, publication."""

import pytest
from django.urls import reverse

from disclosure.basic_catalogue.services import proposal_for
from disclosure.models import CatalogueEdition, CatalogueEntry
from ninghai.models import AuditEntry, UnitGroup
from tests.disclosure.basic_catalogue.makers import TODAY, edition_of, entry
from tests.disclosure.makers import AT
from tests.seen import post_as_seen

ADD = "/admin/disclosure/catalogueentry/add/"


@pytest.fixture(autouse=True)
def _today(settings):
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2018-11-20"


@pytest.fixture
def office(client, cast):
    client.force_login(cast.office)
    return client


def filled(catalogue, **fields) -> dict[str, object]:
    """The form of a new duty, with what is typed."""
    usual = {
        "catalogue": catalogue.pk,
        "parent": entry("01").pk,
        "name": "政府债务",
        "rhythm": "yearly",
        "audience": "everybody",
        "method": "proactive",
        "at_county": "on",
        "channels": ["website", "print"],
        "owed_by-TOTAL_FORMS": 0,
        "owed_by-INITIAL_FORMS": 0,
    }
    return usual | fields


def test_the_tree_is_shown_as_a_tree(office, catalogue):
    page = office.get(f"/admin/disclosure/basiccatalogue/{catalogue.pk}/tree/")

    assert [(depth, each.code) for depth, each, _ in page.context["branches"]] == [
        (0, "01"),
        (1, "0101"),
        (1, "0102"),
        (0, "02"),
        (1, "0201"),
    ]
    assert "这个目录还没有发布" in page.content.decode()


def test_a_new_duty_gets_its_code_its_place_and_the_words_of_its_rule(office, catalogue, cast):
    group = UnitGroup.objects.get(is_open=False)
    response = office.post(
        ADD,
        filled(
            catalogue,
            limit_amount=20,
            limit_unit="day",
            limit_event="approved",
            unit_groups=[group.pk],
            **{
                "owed_by-TOTAL_FORMS": 1,
                "owed_by-0-unit": cast.finance.pk,
                "owed_by-0-since": "2018-09-01",
                "owed_by-0-until": "",
            },
        ),
    )

    made = entry("0103")
    assert response.status_code == 302
    assert response["Location"].endswith(f"/tree/#e{made.pk}")
    assert made.time_limit == "自批准或者批复之日起20日内"
    assert made.channels == ["website", "print"]
    assert list(catalogue.entries.values_list("code", flat=True)) == ["01", "0101", "0102", "0103", "02", "0201"]
    owing = {str(each.unit): each.since for each in made.owed_by.all()}
    assert owing == {"县财政局": AT.date().replace(month=9, day=1), "跃龙街道": None, "深甽镇": None}
    assert AuditEntry.objects.about(made).filter(action="create", actor=cast.office).exists()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"limit_amount": 20}, "一起填写"),
        ({"limit_month": 2, "limit_day": 30}, "没有2月30日"),
        ({"limit_amount": 20, "limit_unit": "day", "limit_month": 3, "limit_day": 31}, "只能选一种"),
        ({"name": ""}, "name"),
        ({"code": "0101"}, "编码"),
        ({"method": "not_disclosed"}, "method"),
        ({"channels": ["carrier-pigeon"]}, "channels"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_typed_is_lost(office, catalogue, fields, sentence):
    response = office.post(ADD, filled(catalogue, content_elements="打了很多字", **fields))

    assert response.status_code == 422
    assert sentence in str(response.context["adminform"].form.errors)
    assert "打了很多字" in response.content.decode()
    assert CatalogueEntry.objects.count() == 5


def test_words_that_disagree_with_the_rule_are_saved_with_a_warning(office, catalogue):
    told = filled(catalogue, time_limit="15个工作日内", limit_amount=20, limit_unit="working_day")
    page = office.post(ADD, told, follow=True).content.decode()

    assert "与时限规则" in page
    assert entry("0103").time_limit == "15个工作日内"


def change_form(office, code: str) -> dict[str, object]:
    """What the page of the duty would send back unchanged."""
    context = office.get(f"/admin/disclosure/catalogueentry/{entry(code).pk}/change/").context
    form = context["adminform"].form
    told = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)}
    return told | {"version": context["seen_version"], "owed_by-TOTAL_FORMS": 0, "owed_by-INITIAL_FORMS": 0}


def test_a_duty_does_not_stand_below_itself(office, catalogue):
    told = change_form(office, "01") | {"parent": entry("0101").pk}
    response = office.post(f"/admin/disclosure/catalogueentry/{entry('01').pk}/change/", told)

    assert "不能是它自己或者它的下级" in response.content.decode()


def test_two_people_do_not_overwrite_each_other(office, catalogue):
    told = change_form(office, "0102") | {"name": "我改的决算"}
    CatalogueEntry.objects.filter(code="0102").update(legal_basis="别人刚刚填的")
    response = office.post(f"/admin/disclosure/catalogueentry/{entry('0102').pk}/change/", told)

    assert "刚刚被别人修改过" in response.content.decode()
    assert "我改的决算" in response.content.decode()
    assert entry("0102").name == "决算"


def test_moving_ending_and_restoring_from_the_tree(office, catalogue):
    tree = reverse("admin:disclosure_basiccatalogue_tree", args=[catalogue.pk])
    for code, act, data in (("02", "move", {"direction": "up"}), ("0102", "retire", {}), ("0102", "restore", {})):
        address = f"/admin/disclosure/catalogueentry/{entry(code).pk}/{act}/"
        response = post_as_seen(office, address, data, page=tree, follow=True)
        assert response.status_code == 200
    assert [row["code"] for row in proposal_for(catalogue, on=TODAY).rows] == ["02", "0201", "01", "0101", "0102"]


def test_the_changes_are_shown_before_they_are_published(office, catalogue, cast):
    edition_of(catalogue, by=cast.office)
    CatalogueEntry.objects.filter(code="0101").update(name="预算公开")
    address = f"/admin/disclosure/basiccatalogue/{catalogue.pk}/publish/"

    page = office.get(address)
    assert "预算公开" in page.content.decode()
    missing = office.post(address, {"note": "", "seen": page.context["proposal"].seen})
    assert "变更说明" in missing.content.decode()
    assert CatalogueEdition.objects.count() == 1
    office.post(address, {"note": "改名", "seen": page.context["proposal"].seen})

    assert CatalogueEdition.objects.get(number=2).published_by == cast.office


def test_what_changed_meanwhile_is_a_conflict_that_keeps_the_note(office, catalogue):
    address = f"/admin/disclosure/basiccatalogue/{catalogue.pk}/publish/"
    seen = office.get(address).context["proposal"].seen
    CatalogueEntry.objects.filter(code="0101").update(name="别人改的")

    response = office.post(address, {"note": "我写的说明", "seen": seen})

    assert response.status_code == 409
    assert "我写的说明" in response.content.decode()


@pytest.mark.parametrize("who", ["signer"])
def test_the_head_of_the_office_looks_and_changes_nothing(client, catalogue, cast, who):
    client.force_login(getattr(cast, who))
    pk = catalogue.pk

    assert client.get(f"/admin/disclosure/basiccatalogue/{pk}/tree/").status_code == 200
    assert client.get(f"/admin/disclosure/basiccatalogue/{pk}/publish/").status_code == 403
    for act in ("move", "retire", "restore"):
        assert (
            client.post(f"/admin/disclosure/catalogueentry/{entry('01').pk}/{act}/", {"version": 1}).status_code == 403
        )
    assert not CatalogueEntry.objects.exclude(retired_on=None).exists()
