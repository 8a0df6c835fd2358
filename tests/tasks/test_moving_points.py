"""Points of a draft are moved up and down, and what every act on them keeps to."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ninghai.models import AuditEntry, Unit
from ninghai.models.state_machine import StaleError, TransitionError
from tasks.models import Place, Responsibility, WorkPoint
from tasks.notices.correcting import edit_notice, remove_point, resolve_responsibility
from tasks.notices.issuing import issue_notice
from tasks.notices.reshaping import change_heading, merge_points, move_by_one, move_point, split_point
from tests.sizes import examples
from tests.tasks.drafts import AT, county_office, in_order, real_draft, told

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


def _drafts(name):
    """The notice's points, imported once for all examples of a test."""
    if not Unit.objects.exists():
        real_draft(name, by=county_office())
    points = list(WorkPoint.objects.select_related("notice").order_by("position"))
    return points[0].notice.imported_by, [point for point in points if len(point.text) > 1]


# --- Moving ------------------------------------------------------------------------------------------------


def steps(point, *, up, times=1, **act):
    for _ in range(times):
        point.refresh_from_db()
        move_by_one(point=point, version=point.version, up=up, **act)
    return point


def test_a_point_steps_past_its_neighbour_and_then_out_of_its_section(draft, points, act):
    first, second, third = points

    steps(first, up=False, **act)
    assert in_order(draft) == ["一（一）2", "一（一）1", "二（一）1"]
    steps(first, up=False, **act)
    assert in_order(draft) == ["一（一）2", "二（一）1#2", "二（一）1"]
    assert told(first)["place"] == third.place
    steps(first, up=False, **act)
    assert list(draft.points.order_by("position")) == [second, third, first]


def test_stepping_up_and_down_again_changes_nothing(draft, points, act):
    before = [told(point) for point in points]

    steps(points[1], up=True, **act)
    steps(points[1], up=False, times=2, **act)
    steps(points[1], up=True, **act)

    assert [told(point) for point in points] == before
    assert in_order(draft) == [each["key"] for each in before]


def test_the_first_does_not_step_up_nor_the_last_down(points, act):
    with pytest.raises(ValidationError, match="第一条"):
        steps(points[0], up=True, **act)
    with pytest.raises(ValidationError, match="最后一条"):
        steps(points[-1], up=False, **act)


def test_a_point_moves_behind_another_and_into_its_section(draft, points, act):
    first, second, third = points

    move_point(point=first, version=first.version, after=third, **act)

    assert list(draft.points.order_by("position")) == [second, third, first]
    assert (told(first)["key"], told(first)["place"]) == ("二（一）1#2", third.place)
    move_point(point=first, version=first.version, after=None, **act)
    assert list(draft.points.order_by("position")) == [first, second, third]
    assert (told(first)["key"], told(first)["place"]) == ("一（一）1", second.place)


def test_a_point_does_not_move_behind_itself_nor_behind_one_that_is_gone(points, act):
    first, second, _ = points
    with pytest.raises(ValidationError, match="另一条"):
        move_point(point=first, version=first.version, after=first, **act)
    gone = WorkPoint.objects.get(pk=second.pk)
    remove_point(point=second, version=second.version, **act)

    with pytest.raises(ValidationError, match="刚刚被删除或合并"):
        move_point(point=first, version=first.version, after=gone, **act)


def test_a_heading_is_given_to_all_that_follow_under_the_old_one(draft, points, act):
    first, second, _ = points
    new = first.place._replace(section_number="（二）", section_title="新的一节")

    change_heading(point=first, version=first.version, place=new, with_following=True, **act)

    assert in_order(draft) == ["一（二）1", "一（二）2", "二（一）1"]
    assert told(second)["place"] == new
    assert WorkPoint.objects.get(pk=second.pk).version == 2


def test_a_parts_title_is_corrected_over_all_its_sections(draft, points, act):
    first, second, _ = points
    change_heading(
        point=second,
        version=second.version,
        place=second.place._replace(section_number="（二）", section_title="新的一节"),
        with_following=False,
        **act,
    )
    first.refresh_from_db()

    change_heading(
        point=first,
        version=first.version,
        place=first.place._replace(part_title="改正的标题"),
        with_following=True,
        **act,
    )

    assert told(second)["place"] == Place("一", "改正的标题", "（二）", "新的一节")
    assert in_order(draft) == ["一（一）1", "一（二）2", "二（一）1"]


def test_under_a_heading_that_stands_elsewhere_points_become_the_last(draft, points, act):
    first, second, third = points

    change_heading(point=first, version=first.version, place=third.place, with_following=False, **act)

    assert list(draft.points.order_by("position")) == [second, third, first]
    assert in_order(draft) == ["一（一）2", "二（一）1", "二（一）1#2"]


def test_under_a_heading_that_stands_beside_it_a_point_stays_where_it_is(draft, points, act):
    first, second, third = points

    change_heading(point=second, version=second.version, place=third.place, with_following=False, **act)

    assert list(draft.points.order_by("position")) == [first, second, third]
    assert in_order(draft) == ["一（一）1", "二（一）2", "二（一）1"]


@settings(max_examples=examples(30), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_keys_stay_unique_and_no_point_is_lost_whatever_is_done(db, data):
    office, drafts = _drafts("2018-notice")
    notice = drafts[0].notice
    act = {"by": office, "at": AT}
    with transaction.atomic():
        texts = sorted("".join(each.text for each in drafts))
        for _ in range(data.draw(st.integers(1, 6))):
            points = list(notice.points.select_related("notice").order_by("position"))
            point, other = (data.draw(st.sampled_from(points)) for _ in range(2))
            kind = data.draw(st.sampled_from(["split", "merge", "step", "move", "head"]))
            try:
                if kind == "split":
                    split(point, data.draw(st.integers(1, len(point.text))), **act)
                elif kind == "merge":
                    merge(point, other, **act)
                elif kind == "step":
                    steps(point, up=data.draw(st.booleans()), **act)
                elif kind == "move":
                    move_point(point=point, version=point.version, after=other, **act)
                else:
                    change_heading(
                        point=point,
                        version=point.version,
                        place=other.place,
                        with_following=data.draw(st.booleans()),
                        **act,
                    )
            except ValidationError:
                continue
        now = list(notice.points.order_by("position"))
        assert sorted("".join(each.text for each in now)) == texts
        assert len({each.position for each in now}) == len({each.key for each in now}) == len(now)
        transaction.set_rollback(True)


# --- What every act keeps to -------------------------------------------------------------------------------


def every_act(points, *, version=None, **act):
    first, second, _ = points
    seen = {"version": version or first.version}
    return [
        lambda: split_point(point=first, cut=3, number="9", shares={}, **seen, **act),
        lambda: merge_points(point=first, other=second, other_version=second.version, **seen, **act),
        lambda: move_by_one(point=first, up=False, **seen, **act),
        lambda: move_point(point=first, after=second, **seen, **act),
        lambda: change_heading(point=first, place=points[2].place, with_following=False, **seen, **act),
    ]


@pytest.mark.parametrize("which", range(5))
def test_what_somebody_else_has_changed_is_left_alone(draft, points, act, which):
    before = [told(point) for point in points]

    with pytest.raises(StaleError):
        every_act(points, version=points[0].version + 1, **act)[which]()

    assert [told(point) for point in points] == before


def test_a_merge_names_both_versions(points, act):
    first, second, _ = points

    with pytest.raises(StaleError):
        merge_points(point=first, version=1, other=second, other_version=2, **act)

    assert WorkPoint.objects.count() == 3


@pytest.mark.parametrize("which", range(5))
def test_only_the_office_reshapes(cast, points, which):
    for person in (cast.clerk, cast.signer):
        with pytest.raises(PermissionDenied):
            every_act(points, by=person, at=AT)[which]()


@pytest.mark.parametrize("which", range(5))
def test_an_issued_notice_is_not_reshaped(cast, draft, points, act, which):
    for left in Responsibility.objects.filter(is_resolved=False):
        resolve_responsibility(responsibility=left, units=[cast.finance], **act)
    issue_notice(notice=draft, **act)

    with pytest.raises(TransitionError, match="不能再修改"):
        every_act(points, **act)[which]()


@pytest.mark.parametrize(("which", "action"), list(enumerate(["split_point", "merge_points", *["move_point"] * 3])))
def test_every_act_is_in_the_audit_trail_and_makes_the_notice_another(draft, points, act, which, action):
    seen = draft.version

    every_act(points, **act)[which]()

    entry = AuditEntry.objects.about(draft).last()
    assert (entry.action, entry.actor, entry.detail["point"]) == (action, act["by"], "一（一）1")
    draft.refresh_from_db()
    assert draft.version == seen + 1


@pytest.mark.parametrize("which", range(5))
@pytest.mark.django_db(transaction=True)
def test_of_two_people_at_once_one_wins(cast, points, act, which):
    def do(_):
        try:
            fresh = [WorkPoint.objects.select_related("notice").get(pk=point.pk) for point in points]
            every_act(fresh, version=points[0].version, **act)[which]()
        except (StaleError, WorkPoint.DoesNotExist):
            return "stale"
        finally:
            connection.close()
        return "won"

    with ThreadPoolExecutor(4) as people:
        outcomes = sorted(people.map(do, range(4)))

    assert outcomes == ["stale", "stale", "stale", "won"]


@pytest.mark.django_db(transaction=True)
def test_two_merges_across_each_other_do_not_lock_each_other(cast, points, act):
    def do(pair):
        one, other = pair
        try:
            merge_points(point=one, version=one.version, other=other, other_version=other.version, **act)
        except StaleError:
            return "stale"
        finally:
            connection.close()
        return "won"

    first, second, _ = points
    with ThreadPoolExecutor(2) as people:
        outcomes = sorted(people.map(do, [(first, second), (second, first)]))

    assert (outcomes, WorkPoint.objects.count()) == (["stale", "won"], 2)


def test_another_year_moves_the_default_dates(draft, points, act):
    edit_notice(notice=draft, version=draft.version, year=2019, **act)

    assert [told(point)["due_date"] for point in points] == [
        date(2019, 12, 31),
        date(2018, 11, 30),
        date(2019, 12, 31),
    ]
