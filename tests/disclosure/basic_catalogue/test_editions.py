"""Editions: frozen, with their change log, published once and only as shown."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from disclosure.basic_catalogue.services import (
    move_entry,
    proposal_for,
    publish_edition,
    publish_first_edition,
    restore_entry,
    retire_entry,
)
from disclosure.models import CatalogueEdition, CatalogueEntry
from ninghai.models import AuditEntry
from ninghai.models.state_machine import StaleError
from tests.disclosure.basic_catalogue.makers import TODAY, duty, edition_of, entry
from tests.disclosure.makers import AT, published


def told(edition) -> list[tuple[str, str, list[str]]]:
    return [(each["kind"], each["code"], [column["label"] for column in each["columns"]]) for each in edition.changes]


def test_an_edition_stays_as_it_was_published(catalogue, cast):
    first = edition_of(catalogue, by=cast.office)
    CatalogueEntry.objects.filter(code="0101").update(name="预算公开", legal_basis="预算法")

    first.refresh_from_db()

    assert [row["name"] for row in first.rows] == ["财政", "预算", "决算", "规划", "专项规划"]
    assert first.rows[1]["units"] == [{"code": "002", "name": "县财政局", "since": "", "until": ""}]
    assert first.changes == []


def test_the_next_edition_tells_what_has_changed(catalogue, cast):
    edition_of(catalogue, by=cast.office)
    CatalogueEntry.objects.filter(code="0101").update(
        time_limit="批准后20日内", limit_unit="day", limit_event="approved"
    )
    entry("0101").owed_by.all().delete()
    duty(entry("02"), "0202", "总体规划", position=6)
    CatalogueEntry.objects.filter(code="0201").update(parent=entry("01"))
    retire_entry(entry=entry("0102"), by=cast.office, at=AT)

    second = edition_of(catalogue, by=cast.office, note="按新要求调整")

    assert second.number == 2
    assert told(second) == [
        ("changed", "0101", ["公开时限", "时限规则", "责任单位"]),
        ("changed", "0201", ["上级事项"]),
        ("added", "0202", []),
        ("removed", "0102", []),
    ]
    limit = second.changes[0]["columns"][0]
    assert (limit["old"], limit["new"]) == ("20个工作日内", "批准后20日内")


def test_a_duty_that_was_moved_is_told_and_no_other(catalogue, cast):
    edition_of(catalogue, by=cast.office)
    assert move_entry(entry=entry("0102"), direction="up", by=cast.office, at=AT)

    assert [kind for kind, _, _ in told(edition_of(catalogue, by=cast.office, note="调整次序"))] == ["moved"]


def test_nothing_new_is_not_published_again(catalogue, cast):
    edition_of(catalogue, by=cast.office)

    with pytest.raises(ValidationError, match="没有变化"):
        edition_of(catalogue, by=cast.office)


def test_a_new_explanation_alone_is_published(catalogue, cast):
    edition_of(catalogue, by=cast.office)
    catalogue.explanation = "编制说明第二稿"
    catalogue.save(update_fields=["explanation"])

    assert edition_of(catalogue, by=cast.office, note="修改编制说明").explanation == "编制说明第二稿"


def test_what_was_not_shown_is_not_published(catalogue, cast):
    seen = proposal_for(catalogue, on=TODAY).seen
    CatalogueEntry.objects.filter(code="0101").update(name="别的")

    with pytest.raises(StaleError):
        publish_edition(catalogue=catalogue, note="首次发布", seen=seen, by=cast.office, at=AT)
    assert not CatalogueEdition.objects.exists()


def test_the_public_is_told_why(catalogue, cast):
    with pytest.raises(ValidationError, match="变更说明"):
        edition_of(catalogue, by=cast.office, note="  ")


@pytest.mark.parametrize("role", ["signer", "clerk", "head", "inspector"])
def test_only_the_office_publishes(catalogue, cast, role):
    with pytest.raises(PermissionDenied):
        edition_of(catalogue, by=getattr(cast, role))


def test_publication_enters_the_audit_trail(catalogue, cast):
    edition = edition_of(catalogue, by=cast.office)

    noted = AuditEntry.objects.about(edition).get()
    assert (noted.action, noted.actor, noted.reason) == ("publish_edition", cast.office, "首次发布")


def test_the_first_edition_comes_with_the_ground_data_and_only_once(catalogue):
    assert publish_first_edition(catalogue=catalogue, note="首次", at=AT).number == 1
    assert publish_first_edition(catalogue=catalogue, note="首次", at=AT) is None


def test_an_ended_duty_takes_what_is_below_with_it_and_keeps_its_items(catalogue, cast):
    item = published(cast, title="2018年预算", entry=entry("0101"))

    ended = retire_entry(entry=entry("01"), by=cast.office, at=AT)

    assert [each.code for each in ended] == ["01", "0101", "0102"]
    assert [row["code"] for row in proposal_for(catalogue, on=TODAY).rows] == ["02", "0201"]
    item.refresh_from_db()
    assert item.entry.code == "0101"


def test_a_duty_stands_again_after_its_heading(catalogue, cast):
    retire_entry(entry=entry("01"), by=cast.office, at=AT)

    with pytest.raises(ValidationError, match="先恢复"):
        restore_entry(entry=entry("0101"), by=cast.office, at=AT)
    restore_entry(entry=entry("01"), by=cast.office, at=AT)
    restore_entry(entry=entry("0101"), by=cast.office, at=AT)

    assert [row["code"] for row in proposal_for(catalogue, on=TODAY).rows] == ["01", "0101", "02", "0201"]


def test_moving_goes_with_all_below_and_ends_at_the_end(catalogue, cast):
    assert move_entry(entry=entry("02"), direction="up", by=cast.office, at=AT)
    assert list(catalogue.entries.values_list("code", flat=True)) == ["02", "0201", "01", "0101", "0102"]
    assert not move_entry(entry=entry("02"), direction="up", by=cast.office, at=AT)
    assert not move_entry(entry=entry("01"), direction="down", by=cast.office, at=AT)
    assert not move_entry(entry=entry("01"), direction="sideways", by=cast.office, at=AT)
