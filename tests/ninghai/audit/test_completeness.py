"""What the trail must not miss: every private download, every look at personal data, every try."""

from django.urls import reverse

from ninghai.files import store_bytes
from ninghai.models import AuditEntry
from tests.disclosure.makers import AT, corrected, drafted, published


def rows(action):
    return [(row.actor, row.target_label, row.detail) for row in AuditEntry.objects.filter(action=action)]


def test_a_draft_s_file_is_noted_a_public_one_is_not(client, cast):
    one, other = (
        store_bytes(data=b"1", name=f"{name}.txt", media_type="text/plain", by=cast.clerk, at=AT) for name in "甲乙"
    )
    draft, public = drafted(cast, files=[one]), published(cast, files=[other])
    client.force_login(cast.clerk)

    for item in (draft, public):
        assert client.get(item.attachments.get().get_absolute_url()).status_code == 200

    assert rows("download") == [(cast.clerk, "甲.txt", {"file": "甲.txt", "sha256": one.sha256})]


def test_who_looks_at_a_visitors_contact_is_noted(client, cast):
    correction = corrected(published(cast))
    client.force_login(cast.clerk)
    address = reverse("disclosure:correction", args=[correction.pk])

    masked = client.get(address).text
    assert not rows("read_personal")
    shown = client.get(f"{address}?contact=show").text

    assert ("●●●" in masked, "13812345678" in masked, "13812345678" in shown) == (True, False, True)
    noted = AuditEntry.objects.get(action="read_personal")
    assert (noted.actor, noted.acting_unit, noted.acting_role) == (cast.clerk, cast.finance, "editor")
    assert noted.address == "127.0.0.1"
    assert "13812345678" not in str(noted.detail)


def test_a_try_that_was_refused_is_noted_and_one_for_a_strangers_record_is_logged(client, cast, caplog):
    item = drafted(cast)
    client.force_login(cast.other_clerk)

    assert client.get(reverse("admin:ninghai_auditentry_changelist")).status_code in {302, 403}
    client.force_login(cast.office)
    assert client.get(reverse("admin:ninghai_auditentry_changelist")).status_code == 403
    client.force_login(cast.other_clerk)
    assert client.get(reverse("disclosure:work-item-detail", args=[item.pk])).status_code == 404

    assert (cast.office, str(cast.office), {"method": "GET", "path": "/admin/ninghai/auditentry/"}) in rows("refused")
    assert f"not found for account {cast.other_clerk.pk}: GET" in caplog.text
    assert cast.other_clerk.username not in caplog.text
