"""The sentences of forms and lists: ours stand before Django's, and each says what to do."""

import pytest
from django import forms
from django.urls import reverse

from tests.cast import make_cast


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        (forms.CharField(), "", "还没有填写，请补上。"),
        (forms.IntegerField(max_value=100), "101", "最大只能填100，请改小。"),
        (forms.IntegerField(min_value=0), "-1", "最小只能填0，请改大。"),
        (forms.IntegerField(), "六十", "请填写整数，例如60。"),
        (forms.CharField(max_length=3), "四个汉字", "最多写3个字，现有4个，请删减。"),
        (forms.DateField(), "2018-02-30", "没有这一天，或者格式不对，请按“2018-08-13”的格式填写。"),
        (forms.ChoiceField(choices=[("lead", "牵头")]), "配合", "列表中没有“配合”，请从列表中重新选择。"),
        (forms.FileField(), None, "还没有填写，请补上。"),
    ],
)
def test_a_form_says_what_to_do(field, typed, sentence):
    with pytest.raises(forms.ValidationError) as refusal:
        field.clean(typed)

    assert refusal.value.messages == [sentence]


@pytest.mark.django_db
def test_a_list_of_the_office_is_named_by_what_it_lists(client):
    client.force_login(make_cast().office)

    response = client.get(reverse("admin:ninghai_unit_changelist"))

    assert "<h1>单位</h1>" in response.text
