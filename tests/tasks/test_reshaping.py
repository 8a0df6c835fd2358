"""Points are split, merged and moved: nothing that stands in them is lost, and nobody overwrites another's work."""

from datetime import date
from itertools import pairwise

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ninghai.models import AuditEntry, Unit
from tasks.models import Place, Responsibility, WorkPoint
from tasks.notices.correcting import edit_point, resolve_responsibility, times_in
from tasks.notices.reshaping import SplitShare, cut_marked, cut_places, halves, merge_points, split_point
from tests.sizes import examples
from tests.tasks.drafts import AT, REAL, county_office, in_order, named, real_draft, told
from tests.tasks.issued import draft_notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(three_drafted):
    """一（一）1, 一（一）2 and 二（一）1."""
    return three_drafted


@pytest.fixture
def points(draft):
    return list(draft.points.select_related("notice").order_by("position"))


@pytest.fixture
def act(cast):
    return {"by": cast.office, "at": AT}


def split(point, cut, *, number="", shares=None, **act):
    return split_point(point=point, version=point.version, cut=cut, number=number, shares=shares or {}, **act)


def merge(one, other, **act):
    one.refresh_from_db()
    other.refresh_from_db()
    return merge_points(point=one, version=one.version, other=other, other_version=other.version, **act)


def rewritten(point, text, **act):
    edit_point(point=point, version=point.version, number=point.number, text=text, due_date=point.due_date, **act)
    point.refresh_from_db()
    return point


# --- Where a text can be cut -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("公开预算。公开决算。", ["公开预算。", "公开决算。"]),
        ("一是公开；二是解读！三是回应。", ["一是公开；", "二是解读！", "三是回应。"]),
        ("坚持“公开为常态。”加强解读。", ["坚持“公开为常态。”", "加强解读。"]),
        ("公开预算，公开决算。", ["公开预算，", "公开决算。"]),
        ("公开预算", ["公开预算"]),
    ],
)
def test_a_text_is_cut_behind_its_sentences(text, pieces):
    places = [0, *cut_places(text), len(text)]

    assert [text[start:end] for start, end in pairwise(places)] == pieces


@pytest.mark.parametrize(
    ("text", "typed", "cut"),
    [
        ("公开预算。公开决算。", "公开预算。\r\n\r\n公开决算。", 5),
        ("公开预算。公开决算。", "公开预算。\n  \n\n公开决算。\n", 5),
        ("甲\n\n乙丙", "甲\n\n乙\n\n丙", 4),
        ("甲 乙", "甲\n\n乙", 2),
    ],
)
def test_an_empty_line_marks_the_place(text, typed, cut):
    assert cut_marked(text, typed=typed) == cut


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("公开预算。公开决算。", "空出一行"),
        ("公开预算。\n公开决算。", "空出一行"),
        ("公开\n\n预算。\n\n公开决算。", "空出一行"),
        ("公开预算。\n\n决算。", "不能改文字"),
    ],
)
def test_what_marks_no_place_is_refused_with_what_to_do(typed, sentence):
    with pytest.raises(ValidationError, match=sentence):
        cut_marked("公开预算。公开决算。", typed=typed)


@pytest.mark.exhaustive
@given(text=st.text(min_size=1, max_size=30), cut=st.integers(0, 30))
def test_two_halves_are_the_whole_or_refused(text, cut):
    try:
        first, second = halves(text, min(cut, len(text)))
    except ValidationError:
        assert not text[:cut].strip() or not text[cut:].strip()
    else:
        assert (first + second, bool(first.strip()), second.strip()[:1]) == (text, True, second[:1])


# --- Splitting ---------------------------------------------------------------------------------------------


def test_each_half_has_its_own_words_dates_and_names(draft, points, act):
    point = rewritten(points[1], "公开会议事项，2018年11月底前完成。每季度解读。", **act)
    everybody = ["县政府办公室", "各乡镇（街道）", "有关部门"]

    second = split(
        point,
        point.text.index("每"),
        number="2之二",
        shares=dict(zip(everybody, [SplitShare.FIRST, SplitShare.SECOND, SplitShare.BOTH], strict=True)),
        **act,
    )

    assert in_order(draft) == ["一（一）1", "一（一）2", "一（一）2之二", "二（一）1"]
    first = told(point)
    assert (first["text"], first["due_date"], first["due_date_is_default"]) == (
        "公开会议事项，2018年11月底前完成。",
        date(2018, 11, 30),
        False,
    )
    then = told(second)
    assert (then["text"], then["due_date"], then["due_date_is_default"]) == ("每季度解读。", date(2018, 12, 31), True)
    assert [each["text"] for each in then["limits"]["recurrences"]] == ["每季度"]
    assert (first["limits"]["recurrences"], then["place"]) == ([], first["place"])
    assert [each[0] for each in named(point)] == sorted(["县政府办公室", "有关部门"])
    assert [each[0] for each in named(second)] == sorted(["各乡镇（街道）", "有关部门"])


def test_a_date_set_by_hand_holds_for_both_halves(points, act):
    point = rewritten(points[0], "公开预算。公开决算。", **act)
    edit_point(point=point, version=point.version, number="1", text=point.text, due_date=date(2018, 10, 10), **act)
    point.refresh_from_db()

    second = split(point, 5, number="1之二", **act)

    dates = {(told(each)["due_date"], told(each)["due_date_is_default"]) for each in (point, second)}
    assert dates == {(date(2018, 10, 10), False)}


def test_a_point_without_number_gets_a_key_of_its_own(draft, points, act):
    rewritten(points[0], "公开预算。公开决算。", **act)

    second = split(points[0], 5, **act)
    third = split(points[1], 3, **act)

    assert (second.key, third.key) == ("一（一）", "一（一）#2")


def test_a_taken_number_and_an_empty_half_are_refused(points, act):
    with pytest.raises(ValidationError, match="已有，请换一个序号"):
        split(points[0], 3, number="2", **act)
    for cut in (0, len(points[0].text)):
        with pytest.raises(ValidationError, match="前后都要有文字"):
            split(points[0], cut, number="1之二", **act)

    assert (WorkPoint.objects.count(), told(points[0])["text"]) == (3, points[0].text)
    assert not AuditEntry.objects.filter(action="split_point").exists()


# --- Merging -----------------------------------------------------------------------------------------------


def test_the_first_point_takes_up_the_second(draft, points, act):
    first, second, _ = points

    kept = merge(second, first, **act)

    assert (kept, in_order(draft)) == (first, ["一（一）1", "二（一）1"])
    assert told(first) | {"limits": None} == {
        "key": "一（一）1",
        "number": "1",
        "text": "公开财政预决算。公开常务会议事项，2018年11月底前完成。",
        "responsibility_texts": ["[责任单位：县财政局]", "[责任单位：县政府办公室、各乡镇（街道）、有关部门]"],
        "limits": None,
        "due_date": date(2018, 11, 30),
        "due_date_is_default": False,
        "place": Place("一", "着力加强主动公开", "（一）", "围绕重点领域公开"),
    }
    assert [each[0] for each in named(first)] == sorted(["县财政局", "县政府办公室", "各乡镇（街道）", "有关部门"])
    assert [each["text"] for each in first.limits["deadlines"]] == ["2018年11月底前"]


def test_the_stronger_role_and_the_units_of_both_stay(cast, draft, points, act):
    first, second, _ = points
    units = {name: Unit.objects.get(short_name=name) for name in ("县财政局", "县发改局")}
    for point, role, name in ((first, "supporting", "县财政局"), (second, "lead", "县发改局")):
        point.responsibilities.all().delete()
        group = Responsibility.objects.create(
            point=point, position=1, name="有关部门", role=role, is_group=True, is_resolved=True
        )
        group.units.set([units[name]])

    merge(first, second, **act)

    assert named(first) == [("有关部门", "lead", True, True, ["002", "003"])]


def test_a_name_that_is_open_in_one_point_is_open_in_both(points, act):
    first, second, _ = points
    resolved = Responsibility.objects.create(
        point=first, position=9, name="有关部门", role="responsible", is_group=True, is_resolved=True
    )
    resolved.units.set(Unit.objects.filter(short_name="县财政局"))

    merge(first, second, **act)

    assert [each for each in named(first) if each[0] == "有关部门"] == [
        ("有关部门", "responsible", True, False, ["002"])
    ]


def test_of_two_dates_the_later_one_counts(points, act):
    first, _, third = points
    for point, due_date in ((first, date(2018, 9, 1)), (third, date(2018, 10, 1))):
        edit_point(point=point, version=point.version, number=point.number, text=point.text, due_date=due_date, **act)

    merge(third, first, **act)

    assert told(first)["due_date"] == date(2018, 10, 1)


def test_a_point_is_not_merged_with_itself_nor_with_another_notices(cast, points, act):
    other = draft_notice(cast).points.first()

    for partner in (points[0], other):
        with pytest.raises(ValidationError, match="只能合并同一份通知中的两条要点"):
            merge(points[0], partner, **act)


def test_points_carried_over_from_two_are_not_merged(cast, points, act):
    one, two = draft_notice(cast).points.order_by("position")[:2]
    for point, source in ((points[0], one), (points[1], two)):
        WorkPoint.objects.filter(pk=point.pk).update(carried_from=source)

    with pytest.raises(ValidationError, match="不能合并"):
        merge(points[0], points[1], **act)


# --- There and back ----------------------------------------------------------------------------------------


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", REAL)
@settings(max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_point_that_is_split_and_merged_again_is_as_before(db, name, data):
    office, drafts = _drafts(name)
    with transaction.atomic():
        point = data.draw(st.sampled_from(drafts), label="point")
        for open_name in point.responsibilities.filter(is_resolved=False):
            units = data.draw(st.lists(st.sampled_from(_units()), min_size=1, max_size=3, unique=True))
            point.refresh_from_db()
            resolve_responsibility(responsibility=open_name, units=units, version=point.version, by=office, at=AT)
        before, who = told(point), named(point)
        cut = data.draw(st.integers(1, len(point.text) - 1), label="cut")
        names = {each[0] for each in who}
        shares = data.draw(st.fixed_dictionaries({each: st.sampled_from(SplitShare.values) for each in names}))

        second = split(point, cut, number="之二", shares=shares, by=office, at=AT)
        assert told(point)["text"] + told(second)["text"] == before["text"]
        merge(point, second, by=office, at=AT)

        assert (told(point), named(point)) == (before, who)
        transaction.set_rollback(True)


def _drafts(name):
    """The notice's points, imported once for all examples of a test."""
    if not Unit.objects.exists():
        real_draft(name, by=county_office())
    points = list(WorkPoint.objects.select_related("notice").order_by("position"))
    return points[0].notice.imported_by, [point for point in points if len(point.text) > 1]


def _units():
    return list(Unit.objects.order_by("code")[:6])


def test_a_date_that_was_cut_in_two_is_whole_again(points, act):
    point = points[1]
    before = told(point)

    second = split(point, point.text.index("1月"), number="2之二", **act)
    halved = told(second)["due_date"]
    merge(point, second, **act)

    assert (halved, told(point)) == (date(2018, 1, 31), before)


@pytest.mark.parametrize("name", REAL)
def test_the_reader_finds_the_same_times_again(name):
    notice = real_draft(name, by=county_office())

    different = [point.key for point in notice.points.all() if times_in(point).as_json() != point.limits]

    assert different == []
