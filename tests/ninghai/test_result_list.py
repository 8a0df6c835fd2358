"""A list of the office: its rows as our table draws them, and what it loads."""

import json
import re

import pytest
from django.urls import reverse
from django.utils.html import format_html

from ninghai.staff_site.result_list import in_words, read
from tests.cast import Cast
from tests.disclosure.makers import published
from tests.tasks.factories import signed_in


@pytest.fixture
def page(cast: Cast) -> str:
    published(cast, title="关于做好政务公开工作并把公开透明的要求贯穿各个环节的通知")
    return signed_in(cast.office).get(reverse("admin:disclosure_item_changelist")).content.decode()


@pytest.mark.django_db
def test_a_state_is_a_chip_and_a_day_is_in_figures(page: str):
    assert '<span class="status status--good">已公开</span>' in page
    assert re.search(r'data-label="发布时间"[^>]*>\s*\d{4}-\d\d-\d\d \d\d:\d\d', page)


@pytest.mark.django_db
def test_a_cell_names_its_column_and_the_row_its_record(page: str):
    row = re.search(r"<tbody>\s*<tr>(.*?)</tr>", page, flags=re.DOTALL)[1]

    assert re.search(r'<th scope="row" class="field-title[^"]*"><a href=', row)
    assert 'data-label="发布机构"' in row


@pytest.mark.django_db
def test_what_is_ticked_is_counted_in_plain_words(cast: Cast, page: str):
    script = signed_in(cast.office).get(reverse("admin:jsi18n")).text

    assert "已选 0 项，共 1 项" in page
    assert json.dumps("已选 %(sel)s 项，共 %(cnt)s 项") in script  # as it is said once something is ticked


@pytest.mark.django_db
def test_a_list_loads_no_script_that_it_does_not_use(page: str):
    assert not re.search(r"jquery|xregexp|urlify|prepopulate|RelatedObjectLookups", page)


@pytest.mark.django_db
def test_a_form_with_related_records_has_the_scripts_of_their_windows(client, cast: Cast):
    form = signed_in(cast.office).get(reverse("admin:disclosure_catalogueentry_add")).content.decode()

    assert form.index("jquery") < form.index("jquery.init") < form.index("RelatedObjectLookups")
    assert len(re.findall(r"/jquery[^/]*\.js", form)) == 2  # itself once, and jquery.init
    assert 'type="date"' in form
    assert "admin/img" not in re.sub(r"related-widget-wrapper-link.*?</a>", "", form, flags=re.DOTALL)


@pytest.mark.parametrize(("name", "words"), [("yes", "是"), ("no", "否"), ("unknown", "未定")])
def test_pictures_become_words(name: str, words: str):
    assert words in in_words(format_html('<img src="/static/admin/img/icon-{}.svg" alt="True">', name))


def test_pictures_become_words_where_files_are_served_by_their_hash():
    served = format_html('<img src="{}" alt="True">', "/static/admin/img/icon-yes.d2f9f035226a.svg")

    assert "是" in in_words(served)
    assert "<img" not in in_words(served)


def test_what_is_no_picture_stays_escaped():
    assert in_words("<b>粗</b>") == "&lt;b&gt;粗&lt;/b&gt;"


@pytest.mark.parametrize(
    ("inner", "is_number", "is_blank"),
    [("12", True, False), ("-1.50", True, False), ("62%", True, False), ("-", False, True), ("第3季度", False, False)],
)
def test_numbers_and_blanks_are_known(inner: str, is_number: bool, is_blank: bool):
    cell = read(f'<td class="field-count">{inner}</td>', "数量", {})
    assert (cell.is_number, cell.is_blank) == (is_number, is_blank)


@pytest.mark.parametrize(
    "inner", ['<a href="/admin/x/1/">—</a>', '<a href="/admin/x/1/"></a>', "<textarea></textarea>"]
)
def test_a_record_without_a_name_can_still_be_opened_and_an_empty_field_filled_in(inner: str):
    assert not read(f'<th class="field-title">{inner}</th>', "标题", {}).is_blank


def test_what_a_record_says_stays_text():
    said = '<img src="/icon-yes.svg" alt="x"></td><td>">'
    cell = read(str(format_html('<td class="{}">{}</td>', "field-title", said)), "标题", {})

    assert "<" not in cell.html
