"""Acts on an item of the finance bureau below /work/ and in the admin, tried by everybody whom it does not concern."""

import pytest
from django.urls import reverse

from disclosure.privacy.item_scan import scan_item
from ninghai.models import AuditEntry, Role
from tests.cast import person
from tests.disclosure.makers import drafted
from tests.disclosure.test_gate import stored
from tests.ninghai.personal_data import files
from tests.ninghai.personal_data.files import NUMBER

ACTS = ["rule", "mask-text", "mask-file"]


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("where", ["disclosure:work-item-{}", "admin:disclosure_item_{}"])
def test_a_stranger_rules_on_nothing_and_masks_nothing(client, cast, act, where):
    item = drafted(cast, body=f"证号{NUMBER}", files=[stored(cast, files.workbook(), "名单.xlsx")])
    numbers = [item.pk, item.attachments.get().pk] if act == "mask-file" else [item.pk]
    address = reverse(where.format(act), args=numbers)
    hits = [hit.fingerprint for hit in scan_item(item).hits]
    sent = {"version": item.version, "hit": hits, "reason": "consent", "act": "rule"}
    before = AuditEntry.objects.count()

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
    assert AuditEntry.objects.count() == before


def test_a_checker_rules_but_does_not_mask(client, cast):
    item = drafted(cast, body=f"证号{NUMBER}")
    client.force_login(cast.head)

    response = client.post(reverse("disclosure:work-item-mask-text", args=[item.pk]), {"version": item.version})

    assert response.status_code == 403
    item.refresh_from_db()
    assert NUMBER in item.body
