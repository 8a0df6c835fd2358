"""Three signed answers and one changed byte never publish; of two reviewers at once, one publishes."""

import string

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from disclosure.items.publication import publish_item
from disclosure.models import Answer, Item
from disclosure.models.public_content import PUBLIC_FIELDS
from disclosure.review.services import answer_item, lines
from ninghai.files import store_bytes
from ninghai.models.state_machine import StaleError, TransitionError
from tests.disclosure.makers import AT, approved, in_review
from tests.sizes import examples

TEXTS = [
    name
    for name in PUBLIC_FIELDS
    if not name.endswith("_id") and Item._meta.get_field(name).get_internal_type() in {"CharField", "TextField"}
]
CHOSEN = {name: Item._meta.get_field(name).choices for name in TEXTS}
FREE = [name for name in TEXTS if not CHOSEN[name]]
CLOSED = [name for name in TEXTS if CHOSEN[name]]
DAYS = [
    name for name in PUBLIC_FIELDS if Item._meta.get_field(name.removesuffix("_id")).get_internal_type() == "DateField"
]

a_sign = st.sampled_from(string.ascii_letters + string.digits + "预算公开。，（） ")
a_change = st.one_of(
    st.tuples(st.just("text"), st.sampled_from(FREE), a_sign),
    st.tuples(st.just("choice"), st.sampled_from(CLOSED), st.integers(1, 20)),
    st.tuples(st.just("day"), st.sampled_from(DAYS), st.dates()),
    st.tuples(st.just("label"), st.just(""), a_sign),
    st.tuples(st.just("file"), st.just(""), st.binary(min_size=1, max_size=3)),
    st.tuples(st.just("order"), st.just(""), st.none()),
)


def change(item: Item, cast, how: str, name: str, value) -> None:
    """One byte of what the public would read, past every service: as if somebody wrote to the database."""
    row = Item.objects.filter(pk=item.pk)
    first, last = item.attachments.order_by("position")
    if how == "text":
        limit = Item._meta.get_field(name).max_length or 10_000
        row.update(**{name: (value + getattr(item, name))[:limit]})
    elif how == "choice":
        others = [each for each, _ in CHOSEN[name] if each != getattr(item, name)]
        row.update(**{name: others[value % len(others)]})
    elif how == "day":
        row.update(**{name: value})
    elif how == "label":
        item.attachments.filter(pk=first.pk).update(label=value + first.label)
    elif how == "file":
        data = "公开内容一".encode() + value
        item.attachments.filter(pk=first.pk).update(
            file=store_bytes(data=data, name="一.txt", media_type="text/plain", by=cast.clerk, at=AT)
        )
    else:
        item.attachments.filter(pk=last.pk).update(position=0)


@given(a_change)
@settings(max_examples=examples(30), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.django_db
def test_one_changed_byte_after_three_answers_never_publishes(cast, changed):
    files = [
        store_bytes(data=f"公开内容{name}".encode(), name=f"{name}.txt", media_type="text/plain", by=cast.clerk, at=AT)
        for name in "一二"
    ]
    item = approved(cast, title="关于公开部门预算的通知", method_reason="", files=files)
    before = item.content_hash()

    try:
        with transaction.atomic():
            change(item, cast, *changed)
    except IntegrityError:  # the database itself refuses it
        return
    if item.content_hash() == before:  # blanks at an end that the column's limit cut off again
        return
    fresh = Item.objects.get(pk=item.pk)
    with pytest.raises((TransitionError, StaleError)):
        publish_item(item=fresh, by=cast.second_office, at=AT)
    assert not Item.objects.published(AT).filter(pk=item.pk).exists()
    assert not Item.objects.get(pk=item.pk).index_number


@pytest.mark.parametrize("kind", [Answer.Kind.PERSONAL_DATA, Answer.Kind.LEGALITY])
def test_an_answer_given_for_other_words_is_refused(cast, kind):
    item = in_review(cast)
    seen = item.content_hash()
    Item.objects.filter(pk=item.pk).update(summary="后来加的一句")

    with pytest.raises(StaleError):
        answer_item(item=item, kind=kind, seen_hash=seen, checked=lines(kind), by=cast.office, at=AT)
