"""Acts on an item of the finance bureau below /work/ and in the admin, tried by everybody whom it does not concern."""

import pytest
from django.contrib.admin import site
from django.urls import reverse

from disclosure.content_hash import content_hash
from disclosure.models import Item
from disclosure.privacy.item_scan import scan_item
from disclosure.urls import staff
from disclosure.views import life_acts
from ninghai.models import AuditEntry, Role
from tests.cast import person
from tests.disclosure.makers import drafted, in_review, published, released_at_once
from tests.disclosure.test_gate import stored
from tests.ninghai.personal_data import files
from tests.ninghai.personal_data.files import NUMBER


def emergency(cast, **fields):
    return released_at_once(cast, in_review(cast, **fields))


ACTS = ["rule", "mask-text", "mask-file"]


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("where", ["disclosure:work-item-{}", "admin:disclosure_item_{}"])
def test_a_stranger_rules_on_nothing_and_masks_nothing(client, cast, act, where):
    item = drafted(cast, body=f"证号{NUMBER}", files=[stored(cast, files.workbook(), "名单.xlsx")])
    numbers = [item.pk, item.attachments.get().pk] if act == "mask-file" else [item.pk]
    address = reverse(where.format(act), args=numbers)
    hits = [hit.fingerprint for hit in scan_item(item).hits]
    sent = {"version": item.version, "hit": hits, "reason": "consent", "act": "rule"}
    before = AuditEntry.objects.exclude(action="refused").count()

    roles = (Role.INSPECTOR, Role.SYSTEM, Role.SECURITY, Role.AUDITOR)
    others = [person(f"other-{role}", "另一个人", cast.county_office, role) for role in roles]
    for stranger in (cast.other_clerk, cast.other_head, cast.office, *others, None):
        client.logout()
        if stranger:
            client.force_login(stranger)
        response = client.post(address, sent)
        assert response.status_code in {302, 403, 404}, stranger
        if response.status_code == 302:
            assert "/login/?next=" in response["Location"], stranger

    item.refresh_from_db()
    assert NUMBER in item.body
    assert not item.rulings.exists()
    assert AuditEntry.objects.exclude(action="refused").count() == before


OF_EITHER = ["submit", "edit", "pass", "return", "autosave", "explains", *life_acts.OF_EITHER]
OF_THE_OFFICE = ["answer", "publish", *life_acts.OF_THE_OFFICE]
ADDRESSES = [
    *(f"disclosure:work-item-{name}" for name in ("detail", *OF_EITHER)),
    *(f"admin:disclosure_item_{name}" for name in ("change", *OF_EITHER, *OF_THE_OFFICE)),
]
SENT = {
    "kind": "legality",
    "reason": "改写",
    "explanation": "改写",
    "title": "改写",
    "validity": "repealed",
    "repealed_on": "2018-11-20",
    "release_at": "2018-12-01T09:00",
    "confirmed": "on",
}


def test_the_matrix_knows_every_address_of_an_item():
    """An act that is added stands in one of the two lists above, or this fails."""
    named = {f"disclosure:{each.name}" for each in staff if "items/<int:pk>/" in str(each.pattern)}
    in_admin = {
        f"admin:{each.name}"
        for each in site.get_model_admin(Item).get_urls()
        if str(each.pattern).startswith("<int:pk>/")
    }
    here = [where.format(act) for act in ACTS for where in ("disclosure:work-item-{}", "admin:disclosure_item_{}")]

    assert named | in_admin <= {*ADDRESSES, *here}


@pytest.mark.parametrize("make", [drafted, in_review, published, emergency], ids=lambda make: make.__name__)
def test_a_stranger_opens_and_moves_nothing_in_an_items_life(client, cast, make):
    item = make(cast, title="只有财政局能看到的标题", body="只有财政局能看到的话")
    sent = {**SENT, "version": item.version, "seen_hash": content_hash(item)}
    before = AuditEntry.objects.exclude(action="refused").count()
    roles = (Role.INSPECTOR, Role.SYSTEM, Role.SECURITY, Role.AUDITOR)
    others = [person(f"other-{role}", "另一个人", cast.county_office, role) for role in roles]

    for stranger in (cast.other_clerk, cast.other_head, *others, None):
        client.logout()
        if stranger:
            client.force_login(stranger)
        for name in ADDRESSES:
            address = reverse(name, args=[item.pk])
            for answer in (client.get(address), client.post(address, sent)):
                assert is_refused(client, answer), (stranger, address, answer.status_code)
                assert "只有财政局能看到" not in answer.text, (stranger, address)

    assert AuditEntry.objects.exclude(action="refused").count() == before
    assert Item.objects.get().version == item.version


def is_refused(client, answer) -> bool:
    """No, or not there, or log in; the address of an act leads back to a page that is not there either."""
    if answer.status_code != 302:
        return answer.status_code in {403, 404, 405}
    return "/login/?next=" in answer["Location"] or client.get(answer["Location"]).status_code in {403, 404}


def test_a_checker_rules_but_does_not_mask(client, cast):
    item = drafted(cast, body=f"证号{NUMBER}")
    client.force_login(cast.head)

    response = client.post(reverse("disclosure:work-item-mask-text", args=[item.pk]), {"version": item.version})

    assert response.status_code == 403
    item.refresh_from_db()
    assert NUMBER in item.body
