"""A question compiled once answers as its queryset does, in one query, whatever it was asked before."""

import pytest
from django.db.models import F, Value

from ninghai.models import Membership, Role, Unit, User
from ninghai.operations.database.queries import CompiledOnce
from tests.cast import person


def held(user: int, role: str):
    return Membership.objects.filter(user=user, role=role).select_related("unit").annotate(called=F("unit__name"))


def test_it_answers_as_the_queryset_does(cast, django_assert_num_queries):
    question = CompiledOnce(held, user=-1, role="the role")
    other = person("second", "第二人", cast.town, Role.EDITOR)

    for user, role in ((cast.clerk, Role.EDITOR), (other, Role.EDITOR), (other, Role.OFFICE)):
        with django_assert_num_queries(1):
            found = question(user=user.pk, role=role)
            told = [(each, each.unit.names, each.called, each._state.db) for each in found]
        assert told == [(each, each.unit.names, each.called, "default") for each in held(user.pk, role)]


def test_values_that_are_not_marked_stay(cast):
    question = CompiledOnce(lambda kind: Unit.objects.filter(kind=kind).annotate(said=Value("kept")), kind="a kind")
    assert {each.said for each in question(kind="town")} == {"kept"}


def test_what_is_left_out_is_asked_for_later(cast, django_assert_num_queries):
    question = CompiledOnce(lambda pk: User.objects.filter(pk=pk).defer("name"), pk=-1)
    (found,) = question(pk=cast.clerk.pk)
    with django_assert_num_queries(1):
        assert found.name == cast.clerk.name


def test_a_mark_that_stands_nowhere_is_told():
    question = CompiledOnce(lambda pk, name: User.objects.filter(pk=pk), pk=-1, name="nowhere")
    with pytest.raises(ValueError, match="name"):
        question(pk=1, name="x")


def test_a_person_holds_what_the_list_of_memberships_says(cast, django_assert_num_queries):
    assert User().own_memberships == []

    Membership.objects.create(user=cast.clerk, unit=cast.town, role=Role.REVIEWER)
    clerk = User.objects.get(pk=cast.clerk.pk)
    with django_assert_num_queries(1):
        held_now = [(each.user, each.unit.short_name, each.role) for each in clerk.own_memberships]
    assert held_now == [(clerk, each.unit.short_name, each.role) for each in clerk.memberships.all()]
