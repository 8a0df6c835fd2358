"""A refused form has the cursor in its first wrong field, says what is wrong beside it, and leads there from the summary."""

import re

import pytest
from django import forms
from django.template.loader import render_to_string


class Letter(forms.Form):
    token = forms.CharField(widget=forms.HiddenInput)
    name = forms.CharField(label="姓名", max_length=20, widget=forms.TextInput(attrs={"autofocus": True}))
    day = forms.DateField(label="日期", help_text="写成 2018-08-13")
    kind = forms.ChoiceField(label="种类", choices=[("a", "甲"), ("b", "乙")], widget=forms.RadioSelect)

    def clean(self):
        if self.cleaned_data.get("name") == "无名":
            raise forms.ValidationError("请写明姓名。")


TEMPLATES = ["components/_form.html"]


def drawn(template: str, **typed: str) -> str:
    form = Letter(typed or None)
    return render_to_string(template, {"form": form})


def with_cursor(html: str) -> list[str]:
    """The names (or classes) of the elements that ask for the cursor, in order."""
    tags = re.findall(r"<[^>]*\sautofocus[^>]*>", html)
    return [(re.search(r'name="(\w+)"', tag) or re.search(r'class="([\w-]+)', tag))[1] for tag in tags]


@pytest.mark.parametrize("template", TEMPLATES)
def test_the_cursor_is_in_the_first_wrong_field(template):
    html = drawn(template, token="1", name="张三", day="昨天", kind="c")

    assert with_cursor(html) == ["day"]
    assert 'aria-describedby="id_day_helptext id_day_error"' in html
    assert 'id="id_day_error"' in html
    assert '<a href="#id_day">日期</a>' in html
    assert 'value="昨天"' in html


@pytest.mark.parametrize("template", TEMPLATES)
def test_what_is_wrong_with_the_whole_form_has_it_at_the_summary(template):
    html = drawn(template, token="1", name="无名", day="2018-08-13", kind="a")

    assert with_cursor(html)[0] == "error-summary"


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_fresh_form_keeps_the_cursor_where_its_author_wants_it(template):
    assert with_cursor(drawn(template)) == ["name"]


@pytest.mark.parametrize("template", TEMPLATES)
def test_what_is_pasted_is_never_cut_off_by_the_browser(template):
    pasted = "长" * 21

    fresh, refused = drawn(template), drawn(template, name=pasted)

    assert "maxlength" not in fresh + refused
    assert f'value="{pasted}"' in refused
    assert "最多写20个字，现有21个，请删减。" in refused


def test_an_error_in_a_hidden_field_takes_no_cursor():
    assert with_cursor(drawn(TEMPLATES[0], name="张三", day="2018-08-13", kind="a")) == ["name"]
