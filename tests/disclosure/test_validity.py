"""有效、失效、废止: the office says so after publication, with dates and successor; the day after the last one it expires."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from disclosure.items.lifecycle import change_validity, expire_items
from disclosure.models import Item
from disclosure.models.states import Validity
from ninghai.models import AuditEntry
from ninghai.models.state_machine import StaleError, TransitionError
from tests.disclosure.makers import AT, approved, published, withdrawn

TODAY, YESTERDAY, TOMORROW = date(2018, 11, 20), date(2018, 11, 19), date(2018, 11, 21)


def change(item, cast, *, by=None, reason="规范性文件清理", **said):
    said = {
        "validity": Validity.IN_FORCE,
        "effective_on": None,
        "expires_on": None,
        "repealed_on": None,
        "replaced_by": None,
    } | said
    return change_validity(item=item, chosen=said, reason=reason, by=by or cast.office, at=AT)


def test_the_office_repeals_and_names_what_replaces_it(cast):
    successor = published(cast, title="新办法")
    item = change(
        published(cast), cast, validity=Validity.REPEALED, repealed_on=TODAY, replaced_by=successor, reason="已修订"
    )

    assert (item.validity, item.repealed_on, item.replaced_by) == (Validity.REPEALED, TODAY, successor)
    assert list(successor.replaces.all()) == [item]
    entry = AuditEntry.objects.about(item).get(action="change_validity")
    assert (entry.actor, entry.reason, entry.detail) == (cast.office, "已修订", {"from": "in_force", "to": "repealed"})


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"validity": Validity.EXPIRED}, "expires_on"),
        ({"validity": Validity.EXPIRED, "expires_on": TODAY}, "expires_on"),
        ({"validity": Validity.IN_FORCE, "expires_on": YESTERDAY}, "expires_on"),
        ({"effective_on": TODAY, "expires_on": YESTERDAY}, "expires_on"),
        ({"validity": Validity.REPEALED}, "repealed_on"),
        ({"validity": Validity.REPEALED, "repealed_on": TOMORROW}, "repealed_on"),
        ({"validity": Validity.IN_FORCE, "repealed_on": YESTERDAY}, "repealed_on"),
    ],
)
def test_dates_that_contradict_the_label_are_refused_beside_their_field(cast, said, field):
    with pytest.raises(ValidationError) as refused:
        change(published(cast), cast, **said)

    assert list(refused.value.message_dict) == [field]


@pytest.mark.parametrize("who", ["clerk", "head", "inspector"])
def test_nobody_but_the_office_changes_it(cast, who):
    with pytest.raises(PermissionDenied):
        change(published(cast), cast, by=getattr(cast, who))


@pytest.mark.parametrize("make", [approved, withdrawn])
def test_only_of_what_is_public(cast, make):
    with pytest.raises(TransitionError):
        change(make(cast), cast)


def test_not_without_grounds_and_not_from_a_stale_page(cast):
    item = published(cast)
    seen = Item.objects.get(pk=item.pk)
    with pytest.raises(ValidationError, match="请填写变更时效的依据"):
        change(item, cast, reason=" ")
    change(item, cast, expires_on=TOMORROW)

    with pytest.raises(StaleError):
        change(seen, cast, expires_on=TODAY)


def test_nothing_replaces_itself_in_a_circle(cast):
    first, second, third = (published(cast, title=title) for title in "甲乙丙")
    second = change(second, cast, replaced_by=third)
    third = change(third, cast, replaced_by=first)

    for successor in (first, second):
        with pytest.raises(ValidationError, match="替代文件") as refused:
            change(first, cast, replaced_by=Item.objects.get(pk=successor.pk))
        assert list(refused.value.message_dict) == ["replaced_by"]


def test_what_is_not_public_replaces_nothing(cast):
    with pytest.raises(ValidationError, match="替代文件必须是已公开的信息"):
        change(published(cast), cast, replaced_by=approved(cast))


def test_it_holds_on_its_last_day_and_expires_the_day_after_once(cast):
    item = change(published(cast), cast, expires_on=TODAY)

    assert expire_items(at=AT.replace(hour=23, minute=59)) == 0
    assert (expire_items(at=AT.replace(day=21, hour=0)), expire_items(at=AT.replace(day=25))) == (1, 0)

    item.refresh_from_db()
    assert item.validity == Validity.EXPIRED
    assert AuditEntry.objects.about(item).filter(action="change_validity", actor=None).count() == 1


def test_what_is_not_public_or_was_repealed_does_not_expire(cast):
    waiting, repealed = (
        approved(cast, expires_on=TODAY),
        change(published(cast), cast, validity=Validity.REPEALED, repealed_on=TODAY, expires_on=TODAY),
    )

    assert expire_items(at=AT.replace(day=25)) == 0
    waiting.refresh_from_db()
    repealed.refresh_from_db()
    assert (waiting.validity, repealed.validity) == (Validity.IN_FORCE, Validity.REPEALED)
