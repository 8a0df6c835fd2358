"""The nightly look at what is public: bounded, the unseen first, what is found stands on the office's desk."""

from datetime import timedelta

import pytest

from disclosure.items.lifecycle import withdraw_item
from disclosure.models import Item, PublicCheck, Ruling
from disclosure.privacy import scans
from disclosure.privacy.nightly import check_public_items, check_public_items_by_night
from disclosure.privacy.rulings import rule_on_hits
from disclosure.privacy.scans import scan_item
from tests.disclosure.makers import AT, drafted, published, updated
from tests.disclosure.test_gate import stored
from tests.jobs.background import scan_waiting
from tests.ninghai.personal_data.files import NUMBER

NEXT_NIGHT = AT + timedelta(hours=16)


def taken_over(cast, **fields) -> Item:
    """Public since before there was a gate."""
    item = published(cast)
    Item.objects.filter(pk=item.pk).update(**fields)
    return item


def test_what_is_found_stands_on_the_desk_until_it_is_ruled_on(client, cast):
    item = taken_over(cast, title="旧的公示", body=f"证号{NUMBER}")
    published(cast, title="干净的一条")
    drafted(cast, body=f"证号{NUMBER}")

    assert check_public_items(at=NEXT_NIGHT) == 2

    client.force_login(cast.office)
    assert "旧的公示" in [row.title for row in client.get("/admin/").context["rows"]]
    listed = client.get("/admin/disclosure/publiccheck/").content.decode()
    assert "旧的公示" in listed
    assert "身份证号1处" in listed
    assert "干净的一条" not in listed
    hits = [hit.fingerprint for hit in scan_item(item).hits]
    rule_on_hits(item=item, fingerprints=hits, reason=Ruling.Reason.MANDATORY, by=cast.office, at=NEXT_NIGHT)
    assert "旧的公示" not in client.get("/admin/disclosure/publiccheck/").content.decode()


def test_a_night_has_its_bound_and_the_next_goes_on_where_it_stopped(cast):
    items = [published(cast, title=f"第{number}条") for number in range(3)]

    assert check_public_items(at=NEXT_NIGHT, most=2) == 2
    assert check_public_items(at=NEXT_NIGHT, most=2) == 0
    assert check_public_items(at=NEXT_NIGHT + timedelta(days=1), most=2) == 2

    assert set(PublicCheck.objects.values_list("item", flat=True)) == {item.pk for item in items}


def test_a_large_file_is_scanned_first_and_the_item_comes_again(cast, monkeypatch):
    item = published(cast, files=[stored(cast, "这里没有".encode(), "长.txt")])
    item.attachments.update(file=stored(cast, f"这里有{NUMBER}".encode(), "长.txt"))
    monkeypatch.setattr(scans, "PATIENCE", 0)

    assert check_public_items(at=NEXT_NIGHT) == 0
    scan_waiting()
    assert check_public_items(at=NEXT_NIGHT) == 1

    assert PublicCheck.objects.get().open_hits == 1


@pytest.mark.parametrize(("hour", "checked"), [(12, 0), (3, 1)])
def test_it_is_done_at_night(cast, hour, checked):
    published(cast)

    check_public_items_by_night(at=(AT + timedelta(days=1)).replace(hour=hour))

    assert PublicCheck.objects.count() == checked


def test_what_keeps_its_text_is_looked_at_too(client, cast):
    item = taken_over(cast, body=f"证号{NUMBER}")
    withdraw_item(item=item, reason="outdated", explanation="过时", by=cast.office, at=AT)

    assert check_public_items(at=NEXT_NIGHT) == 1

    assert PublicCheck.objects.get().open_hits == 1
    client.force_login(cast.office)
    assert item.title in client.get("/admin/disclosure/publiccheck/").content.decode()


def test_a_version_that_gives_something_away_is_hidden_though_nobody_asked(client, cast):
    item = taken_over(cast, body=f"证号{NUMBER}")

    item = updated(cast, item, body="证号已隐去")

    assert item.public_versions.get().is_hidden
    assert client.get(f"/catalogue/version/1/{item.index_number}/").status_code == 404


def test_what_was_ruled_on_hides_no_version(cast):
    item = taken_over(cast, body=f"证号{NUMBER}")
    hits = [hit.fingerprint for hit in scan_item(item).hits]
    rule_on_hits(item=item, fingerprints=hits, reason=Ruling.Reason.MANDATORY, by=cast.office, at=AT)

    item = updated(cast, item, body="另一段文字")

    assert not item.public_versions.get().is_hidden


@pytest.mark.parametrize("inside", ["text", "file", "label"])
def test_versions_that_may_be_consulted_are_looked_at_until_they_are_hidden(cast, inside):
    item = updated(cast, published(cast, files=[stored(cast, b"x", "旧表.txt")]), body="新的正文")
    version = item.public_versions.get()
    if inside == "text":
        version.content["fields"]["body"] = f"证号{NUMBER}"
        version.save()
    elif inside == "file":
        version.files.update(file=stored(cast, f"证号{NUMBER}".encode(), "旧表.txt"))
    else:
        version.files.update(label=f"{NUMBER}.txt")

    check_public_items(at=NEXT_NIGHT + timedelta(days=1))

    found = PublicCheck.objects.get()
    assert found.open_hits == 1
    assert found.words.startswith("历史版本里还有1处个人信息：身份证号1处。请修订这条信息并勾选“旧版本不再供查阅”")
    item.public_versions.update(is_hidden=True)
    check_public_items(at=NEXT_NIGHT + timedelta(days=2))
    assert PublicCheck.objects.get().open_hits == 0
