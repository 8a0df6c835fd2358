"""The correction desk's pages, as a browser sends their forms: what works, what is refused, what a long notice costs."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ninghai.models import AuditEntry, Unit
from tasks.models import Responsibility, UnitChoice, WorkPoint
from tasks.notices.correcting import remove_responsibility, resolve_responsibility
from tasks.notices.importing import import_notice
from tasks.notices.reshaping import merge_points
from tasks.notices.responsibilities import guesses
from tests.jobs.background import held_up
from tests.tasks.factories import signed_in
from tests.tasks.issued import ISSUED_AT, draft_notice, issued_notice

pytestmark = pytest.mark.django_db

HEAD = "宁海县人民政府办公室关于印发2018年宁海县政务公开工作要点的通知\n宁政办发〔2018〕45号\n一、着力加强主动公开\n"
TAIL = "宁海县人民政府办公室\n2018年8月13日\n"


@pytest.fixture(autouse=True)
def _in_november(settings):
    settings.CLOCK_DATE = "2018-11-20"
    settings.CLOCK_SINCE = "2018-11-20"


@pytest.fixture
def office(client, cast):
    client.force_login(cast.office)
    return client


@pytest.fixture
def draft(cast):
    return draft_notice(cast)


@pytest.fixture
def points(draft):
    return list(draft.points.select_related("notice").order_by("position"))


def url(name, *args):
    return reverse(f"admin:{name}", args=args)


def of(name, point, *args):
    return url(name, point.notice_id, point.pk, *args)


def long_draft(cast, *, points):
    body = "".join(
        f"{number}.第{number}件事，推进公开。[责任单位：县财政局、各乡镇（街道）、有关部门]\n"
        for number in range(1, points + 1)
    )
    data = (HEAD + body + TAIL).encode()
    return import_notice(data=data, filename="long.txt", form_id=uuid4(), by=cast.office, at=ISSUED_AT)


# --- Short titles ------------------------------------------------------------------------------------------


@pytest.mark.core
def test_a_title_is_corrected_with_its_point_and_made_anew_where_it_is_left_empty(office, points):
    point = points[0]
    sent = {"number": point.number, "text": point.text, "due_date": point.due_date.isoformat()}

    office.post(of("tasks_point_edit", point), {**sent, "version": 1, "title": "公开预决算"})
    point.refresh_from_db()
    written = point.title
    office.post(of("tasks_point_edit", point), {**sent, "version": 2, "title": written, "text": "公开三公经费。"})
    point.refresh_from_db()
    kept = point.title
    office.post(of("tasks_point_edit", point), {**sent, "version": 3, "title": "", "text": "公开三公经费。"})
    point.refresh_from_db()

    assert (written, kept, point.title) == ("公开预决算", "公开预决算", "公开三公经费")


def test_a_title_that_nobody_wrote_follows_the_words(office, points):
    point = points[0]
    sent = {"number": point.number, "title": point.title, "due_date": point.due_date.isoformat()}

    office.post(of("tasks_point_edit", point), {**sent, "version": 1, "text": "进一步公开三公经费。"})

    point.refresh_from_db()
    assert point.title == "公开三公经费"


def test_a_title_of_more_than_a_line_is_sent_back_with_what_was_typed(office, points):
    refused = office.post(of("tasks_point_title", points[0]), {"version": 1, "title": "公" * 19})
    empty = office.post(of("tasks_point_title", points[0]), {"version": 1, "title": " "})

    assert "公" * 19 in refused.text
    assert "18" in str(refused.context["form"].errors["title"])
    assert empty.context["form"].errors["title"]


def test_the_title_of_an_issued_point_is_put_better_and_its_words_stay(cast, client):
    notice = issued_notice(cast)
    point = notice.points.select_related("notice").get(key="一（一）1")
    text, client_of_office = point.text, signed_in(cast.office)
    shown = client_of_office.get(f"{notice.get_absolute_url()}?point={point.pk}").text

    done = client_of_office.post(of("tasks_point_title", point), {"version": point.version, "title": " 公开 预决算 "})
    late = client_of_office.post(of("tasks_point_title", point), {"version": point.version, "title": "别的"})

    point.refresh_from_db()
    assert of("tasks_point_title", point) in shown
    assert f'"{of("tasks_point_edit", point)}"' not in shown
    assert (done.status_code, late.status_code) == (302, 409)
    assert (point.title, point.text, point.label) == ("公开 预决算", text, "一（一）1　公开 预决算")
    assert "公开 预决算" in client.get(reverse("tasks:progress-year", args=[2018])).text
    entry = AuditEntry.objects.filter(action="retitle_point").get()
    assert entry.detail == {"point": "一（一）1", "before": "公开财政预决算", "after": "公开 预决算"}


def test_a_title_of_a_draft_is_on_no_public_page(cast, client, draft):
    draft.points.update(title="还没有下达的事")

    pages = [client.get(reverse(name)).text for name in ("tasks:progress", "disclosure:home")]
    year = client.get(reverse("tasks:progress-year", args=[2018]))

    assert [page for page in pages if "还没有下达的事" in page] == []
    assert year.status_code == 404


@pytest.mark.parametrize("person", ["clerk", "head", "inspector"])
def test_nobody_else_changes_a_title(cast, draft, person):
    point = draft.points.first()

    answer = signed_in(getattr(cast, person)).post(of("tasks_point_title", point), {"version": 1, "title": "别的"})

    assert answer.status_code in {302, 403, 404}
    assert not draft.points.filter(title="别的").exists()


# --- Splitting and merging ---------------------------------------------------------------------------------


@pytest.mark.core
def test_a_point_is_split_where_an_empty_line_stands(office, points):
    point = points[1]
    typed = point.text.replace("，", "，\r\n\r\n")

    marked = office.post(of("tasks_point_split", point), {"version": point.version, "typed": typed})
    shown = office.get(marked.url)
    form = {"version": point.version, "number": "2之二", "share-0": "first", "share-1": "second", "share-2": "both"}
    done = office.post(marked.url, form, follow=True)

    assert marked.url == of("tasks_point_split_at", point, 9)
    assert [half.text for half in shown.context["halves"]] == ["公开常务会议事项，", "2018年11月底前完成。"]
    second = WorkPoint.objects.get(number="2之二")
    assert done.redirect_chain == [(second.get_absolute_url(), 302)]
    assert f'href="{second.get_absolute_url()}">查看要点{second.label}</a>' in done.text
    assert [each.name for each in second.responsibilities.all()] == ["各乡镇（街道）", "有关部门"]


def test_each_sentence_but_the_last_offers_to_be_cut_behind(office, points):
    WorkPoint.objects.filter(pk=points[0].pk).update(text="公开预算。公开决算。公开债务。")

    page = office.get(of("tasks_point_split", points[0]))

    assert page.text.count("在此处拆分") == 2
    assert of("tasks_point_split_at", points[0], 5) in page.text


@pytest.mark.parametrize(("typed", "said"), [("公开财政\n\n决算。", "不能改文字"), ("公开财政预决算。", "空出一行")])
def test_what_marks_no_place_comes_back_as_typed(office, points, typed, said):
    page = office.post(of("tasks_point_split", points[0]), {"version": points[0].version, "typed": typed})

    assert page.status_code == 422
    assert said in page.context["form"].errors["typed"][0]
    assert page.context["form"]["typed"].value() == typed


def test_an_impossible_place_leads_back_to_the_choice(office, points):
    page = office.get(of("tasks_point_split_at", points[0], 999), follow=True)

    assert page.redirect_chain == [(of("tasks_point_split", points[0]), 302)]
    assert "前后都要有文字" in page.text


def test_a_taken_number_keeps_the_shares(office, points):
    form = {"version": points[0].version, "number": "2", "share-0": "second"}

    page = office.post(of("tasks_point_split_at", points[0], 4), form)

    assert "已有，请换一个序号" in page.context["form"].errors["number"][0]
    assert page.context["form"]["share-0"].value() == "second"


def merge_form(point, other):
    return {"version": point.version, "other": other.pk, "other_version": other.version}


def test_a_point_is_merged_with_its_neighbour(office, draft, points):
    shown = office.get(of("tasks_point_merge", points[1]))

    done = office.post(of("tasks_point_merge", points[1]), merge_form(points[1], points[0]), follow=True)

    assert [way["pair"] for way in shown.context["ways"]] == [points[:2], points[1:]]
    assert done.redirect_chain == [(points[0].get_absolute_url(), 302)]
    assert draft.points.count() == 2


def test_the_first_point_has_no_neighbour_above(office, points):
    assert "前面没有要点" in office.get(of("tasks_point_merge", points[0])).text


def test_what_is_sent_for_a_point_that_was_merged_away_is_a_conflict_and_not_lost(cast, office, points):
    first, second, _ = points
    merge_points(point=first, version=1, other=second, other_version=1, by=cast.second_office, at=ISSUED_AT)
    form = {"version": 1, "number": "2", "text": "打了很久的字", "due_date": "2018-12-20"}

    gone = office.post(of("tasks_point_edit", second), form)
    partner = office.post(of("tasks_point_merge", points[2]), merge_form(points[2], second))

    assert (gone.status_code, "打了很久的字" in gone.text) == (409, True)
    assert gone.context["latest"] == first.notice.get_absolute_url()
    assert partner.context["errors"] == ["所选的要点刚刚被删除或合并了，请重新选择。"]


# --- Moving ------------------------------------------------------------------------------------------------


def test_a_button_moves_a_point_by_one(office, draft, points):
    down = office.post(of("tasks_point_down", points[0]), {"version": points[0].version}, follow=True)
    end = office.post(of("tasks_point_down", points[2]), {"version": points[2].version}, follow=True)

    assert list(draft.points.order_by("position")) == [points[1], points[0], points[2]]
    assert "要点已下移一步" in down.text
    assert "已经是最后一条" in end.text
    assert office.get(of("tasks_point_up", points[0])).status_code == 405


def test_a_point_is_moved_behind_another(office, draft, points):
    done = office.post(
        of("tasks_point_move", points[0]), {"version": points[0].version, "after": points[2].pk}, follow=True
    )

    assert list(draft.points.order_by("position")) == [points[1], points[2], points[0]]
    assert "编号为二（一）1（同号第2条）" in done.text


def test_a_heading_is_chosen_or_typed(office, draft, points):
    asked = office.get(of("tasks_point_heading", points[0])).context["form"]
    chosen = {"version": 1, "existing": str(points[2].pk), **dict.fromkeys(["part_number", "part_title"], "")}

    office.post(of("tasks_point_heading", points[0]), chosen)
    typed = {"version": 1, "part_number": "三", "part_title": "新的部分", "with_following": "on"}
    office.post(of("tasks_point_heading", points[1]), typed)

    assert [label for _, label in asked.fields["existing"].choices] == [
        "不选，按下面填写",
        "二、着力提升服务 （一）优化审批",
    ]
    keys = list(draft.points.order_by("position").values_list("key", flat=True))
    assert keys == ["三2", "二（一）1", "二（一）1#2"]


def test_a_due_date_is_set_beside_the_point(office, points):
    refused = office.post(of("tasks_point_due", points[0]), {"version": 1, "due_date": ""})
    done = office.post(of("tasks_point_due", points[0]), {"version": 1, "due_date": "2018-10-10"}, follow=True)

    points[0].refresh_from_db()
    assert refused.context["form"].errors["due_date"]
    assert (f"{points[0].due_date}", points[0].text) == ("2018-10-10", "公开财政预决算。")
    assert "的完成时限已改为 2018-10-10" in done.text


def forms_of(points):
    first, second, third = points
    return {
        of("tasks_point_split", first): {"typed": "公开财政\n\n预决算。"},
        of("tasks_point_split_at", first, 4): {"number": "7", "share-0": "both"},
        of("tasks_point_merge", first): {"other": second.pk, "other_version": second.version},
        of("tasks_point_up", second): {},
        of("tasks_point_down", first): {},
        of("tasks_point_move", first): {"after": third.pk},
        of("tasks_point_heading", first): {"part_number": "九", "part_title": "打好的标题"},
        of("tasks_point_due", first): {"due_date": "2018-10-10"},
    }


def test_every_page_names_the_version_seen(office, draft, points):
    before = list(draft.points.order_by("position").values())

    answers = {address: office.post(address, {**form, "version": 9}) for address, form in forms_of(points).items()}

    assert {answer.status_code for answer in answers.values()} == {409}
    assert "打好的标题" in answers[of("tasks_point_heading", points[0])].text
    assert list(draft.points.order_by("position").values()) == before


def test_only_the_office_comes_to_these_pages(client, cast, points):
    for person in (cast.signer, cast.clerk):
        client.force_login(person)
        answers = [client.post(address, {**form, "version": 1}) for address, form in forms_of(points).items()]
        assert {answer.status_code for answer in answers} <= {302, 403}
    assert WorkPoint.objects.filter(version=1).count() == 3


# --- Kept choices ------------------------------------------------------------------------------------------


def test_a_choice_is_kept_and_used_again_with_one_tap(cast, office, draft):
    left = Responsibility.objects.get(point__notice=draft, is_resolved=False)
    address = url("tasks_responsibility_resolve", draft.pk, left.pk)
    office.post(address, {"version": left.point.version, "units": [cast.finance.pk], "keep_as": "财经类部门"})
    other = draft_notice(cast)
    again = Responsibility.objects.get(point__notice=other, is_resolved=False)
    address = url("tasks_responsibility_resolve", other.pk, again.pk)

    shown = office.get(address)
    office.post(address, {"version": again.point.version, "choice": UnitChoice.objects.get().pk})

    assert "用“财经类部门”（1 个单位）" in shown.text
    again.refresh_from_db()
    assert (again.is_resolved, list(again.units.all())) == (True, [cast.finance])


def test_a_title_that_is_taken_is_refused_and_nothing_is_resolved(cast, office, draft):
    UnitChoice.objects.create(name="有关部门", title="财经类部门", kept_by=cast.office, kept_at=ISSUED_AT)
    left = Responsibility.objects.get(point__notice=draft, is_resolved=False)
    form = {"version": left.point.version, "units": [cast.finance.pk], "keep_as": "财经类部门"}

    page = office.post(url("tasks_responsibility_resolve", draft.pk, left.pk), form)

    left.refresh_from_db()
    assert "已有名为“财经类部门”的组合" in page.context["form"].errors["keep_as"][0]
    assert left.is_resolved is False


# --- The page of the notice --------------------------------------------------------------------------------


def lines_of(tree):
    return [line for stretch in tree.stretches for line in stretch.lines]


def test_text_and_tree_lead_to_each_other(office, draft, points):
    page = office.get(draft.get_absolute_url())

    tree = page.context["tree"]
    assert [row.line for row in tree.rows] == [5, 6, 9]
    assert {line.number: line.points for line in lines_of(tree) if line.points} == {
        5: [points[0]],
        6: [points[1]],
        9: [points[2]],
    }
    for point in points:
        assert f'href="?point={point.pk}#point-{point.pk}"' in page.text
        assert f'id="point-{point.pk}"' in page.text


def marked(tree):
    pieces = [piece for line in lines_of(tree) for cell in line.cells for piece in cell]
    return "".join(piece.text for piece in pieces if piece.opened)


def test_the_words_of_the_open_point_are_marked_and_no_others(office, draft, points):
    for point, words in zip(
        points,
        [
            "公开财政预决算。[责任单位：县财政局]",
            "公开常务会议事项，2018年11月底前完成。[责任单位：县政府办公室、各乡镇（街道）、有关部门]",
            "推进一窗受理。[牵头单位：县发改局；配合单位：各乡镇（街道）]",
        ],
        strict=True,
    ):
        page = office.get(f"{draft.get_absolute_url()}?point={point.pk}")
        assert marked(page.context["tree"]) == words
        assert page.text.count('id="here"') == 1
        assert page.text.count("<article") == 1


def test_of_many_points_in_one_line_only_the_open_one_is_marked(office, cast):
    body = "".join(f"{number}.第{number}件事，推进公开。（县财政局负责）" for number in range(1, 6))
    notice = import_notice(
        data=(HEAD + body + "\n" + TAIL).encode(), filename="one.txt", form_id=uuid4(), by=cast.office, at=ISSUED_AT
    )
    third = notice.points.order_by("position")[2]

    tree = office.get(f"{notice.get_absolute_url()}?point={third.pk}").context["tree"]

    assert marked(tree) == "第3件事，推进公开。（县财政局负责）"
    assert [len(line.points) for line in lines_of(tree) if line.points] == [5]


def test_blank_lines_go_crumbs_are_folded_and_a_table_stays_one(office, cast):
    table = "<table><tr><td>序号</td><td>工作任务</td><td>责任单位</td></tr><tr><td>1</td><td>公开预算。</td><td>县财政局</td></tr></table>"
    page = f"<p>首页 &gt; 政务公开</p><p></p><p>{'</p><p>'.join(HEAD.split())}</p>{table}<p>{'</p><p>'.join(TAIL.split())}</p>"
    notice = import_notice(data=page.encode(), filename="a.html", form_id=uuid4(), by=cast.office, at=ISSUED_AT)

    shown = office.get(notice.get_absolute_url())

    stretches = shown.context["tree"].stretches
    table = next(stretch for stretch in stretches if stretch.kind == "table")
    assert [[cell[0].text for cell in line.cells] for line in table.lines] == [
        ["序号", "工作任务", "责任单位"],
        ["1", "公开预算。", "县财政局"],
    ]
    assert [line.cells[0][0].text for stretch in stretches if stretch.kind == "chrome" for line in stretch.lines] == [
        "首页 > 政务公开"
    ]
    assert "网页上的其他文字 1 行" in shown.text


def test_a_long_notice_is_shown_by_pages_each_with_its_text(cast, office):
    notice = long_draft(cast, points=220)
    last = notice.points.order_by("position").last()
    address = notice.get_absolute_url()

    first, by_point, by_line = (office.get(address + query) for query in ("", f"?point={last.pk}", "?line=120"))

    trees = [page.context["tree"] for page in (first, by_point, by_line)]
    assert [(tree.number, len(tree.rows)) for tree in trees] == [(1, 100), (3, 20), (2, 100)]
    assert [(lines_of(tree)[0].number, lines_of(tree)[-1].number) for tree in trees] == [
        (1, 103),
        (204, 225),
        (104, 203),
    ]
    assert [row.line for row in trees[1].rows] == list(range(204, 224))


@pytest.mark.parametrize("query", ["?point=0", "?point=999999999", "?page=99", "?line=0", "?page=x", "?line=99999"])
def test_an_odd_address_shows_some_page(office, draft, query):
    assert len(office.get(draft.get_absolute_url() + query).context["tree"].rows) == 3


def test_what_is_to_be_done_is_one_step_after_another(office, cast):
    notice = long_draft(cast, points=60)
    points = list(notice.points.order_by("position"))
    for point in points[1:59]:
        point.responsibilities.update(is_resolved=True)
    points[59].responsibilities.filter(name="有关部门").update(name="相关部门")

    page = office.get(notice.get_absolute_url())
    due = office.post(of("tasks_point_due", points[5]), {"version": 1, "due_date": "2018-12-01"}, follow=True)

    tree = page.context["tree"]
    first, last = tree.stepper.steps
    assert (tree.opened.point, tree.opened.chosen.name, tree.done) == (points[0], "有关部门", 58)
    assert (tree.stepper.number, tree.stepper.before, tree.stepper.behind) == (1, last, last)
    assert (first.point, last.point, last.name) == (points[0].pk, points[59].pk, "相关部门")
    assert f"下一处待处理：要点{points[0].key}" in due.text
    between = office.get(f"{notice.get_absolute_url()}?point={points[5].pk}").context["tree"].stepper
    assert (between.number, between.before, between.behind) == (None, first, last)


def unknown_twice(cast):
    """A draft in which 财政部 is named at three points, 税务总局 at one, and neither is one of the county's units."""
    body = (
        "".join(f"{number}.第{number}件事。（财政部负责）\n" for number in (1, 2))
        + "3.又一件。（税务总局、财政部负责）\n"
    )
    data = (HEAD + body + TAIL).encode()
    return import_notice(data=data, filename="a.txt", form_id=uuid4(), by=cast.office, at=ISSUED_AT)


def test_a_likely_unit_is_taken_for_all_places_of_the_name_and_the_next_obstacle_follows(office, cast):
    notice = unknown_twice(cast)
    first, _, third = notice.points.order_by("position")
    page = office.get(notice.get_absolute_url())
    chooser = page.context["chooser"]
    address = url("tasks_responsibility_resolve", notice.pk, chooser.responsibility.pk)

    done = office.post(
        address, {"version": first.version, "unit": chooser.guesses[0].pk, "all_alike": "on"}, follow=True
    )

    assert (chooser.responsibility.name, chooser.guesses, len(chooser.alike)) == ("财政部", [cast.finance], 2)
    resolved = Responsibility.objects.filter(point__notice=notice, name="财政部")
    assert [(each.is_resolved, list(each.units.all())) for each in resolved] == [(True, [cast.finance])] * 3
    assert "“财政部”已确定单位，共 3 处。" in done.text
    tree = done.context["tree"]
    assert (tree.opened.point, tree.opened.chosen.name, tree.stepper.number) == (third, "税务总局", 1)
    assert AuditEntry.objects.filter(action="resolve", target_id=str(notice.pk)).count() == 3


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("act", ["resolve", "remove"])
def test_one_decision_for_all_leaves_a_place_that_somebody_decides_at_that_moment(cast, act):
    notice = unknown_twice(cast)
    here, there, _ = Responsibility.objects.filter(point__notice=notice, name="财政部").order_by("point__position")
    asked = {"responsibility": here, "version": here.point.version, "all_alike": True}
    by = {"by": cast.second_office, "at": ISSUED_AT}

    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            resolve_responsibility(responsibility=there, units=[cast.town], by=cast.office, at=ISSUED_AT)
            if act == "resolve":
                answer = held_up(other, lambda: resolve_responsibility(**asked, **by, units=[cast.finance]))
            else:
                answer = held_up(other, lambda: remove_responsibility(**asked, **by))
        answer.result(timeout=300)

    assert [str(unit) for unit in Responsibility.objects.get(pk=there.pk).units.all()] == [str(cast.town)]


def test_what_is_no_unit_of_the_county_is_taken_out_of_all_places(office, cast):
    notice = unknown_twice(cast)
    first = notice.points.order_by("position").first()
    named = first.responsibilities.get()
    address = url("tasks_responsibility_remove", notice.pk, named.pk)

    stale = office.post(address, {"version": first.version + 1, "all_alike": "on"})
    done = office.post(address, {"version": first.version, "all_alike": "on"})

    assert (stale.status_code, done.status_code) == (409, 302)
    assert "的“财政部”已删除，共 3 处。" in office.get(done.url).text
    assert not Responsibility.objects.filter(point__notice=notice, name="财政部").exists()
    assert AuditEntry.objects.filter(action="remove_responsibility").count() == 3


def test_enter_in_a_field_of_the_chooser_means_the_ticked_units(office, cast):
    """And no guess, and no removal: a browser presses the first button of the form."""
    shown = office.get(unknown_twice(cast).get_absolute_url()).text
    chooser = shown[shown.index('class="chooser"') :]

    assert 'name="keep_as"' in chooser
    assert chooser[chooser.index("<button") :].startswith('<button type="submit" hidden>')


def test_one_name_is_taken_out_of_its_point_alone(office, cast):
    notice = unknown_twice(cast)
    named = Responsibility.objects.filter(point__notice=notice, name="财政部").first()

    office.post(url("tasks_responsibility_remove", notice.pk, named.pk), {"version": named.point.version})

    assert Responsibility.objects.filter(point__notice=notice, name="财政部").count() == 2


def test_a_name_that_is_taken_off_in_passing_leaves_the_point_open(office, cast):
    """× on a chip, whether the name was certain or not; who says that it is no unit of the county goes on to the next."""
    notice = unknown_twice(cast)
    first = notice.points.order_by("position").first()
    named = first.responsibilities.get()
    chip = office.get(f"{notice.get_absolute_url()}?point={first.pk}").text
    form = chip[chip.index('class="unit-chip') :]
    assert 'name="stay"' in form[: form.index("</form>")]

    done = office.post(url("tasks_responsibility_remove", notice.pk, named.pk), {"version": first.version, "stay": 1})

    assert done.url == f"{notice.get_absolute_url()}?point={first.pk}#point-{first.pk}"


def test_a_name_that_is_added_says_at_once_whom_it_means(office, cast):
    notice = unknown_twice(cast)
    point = notice.points.order_by("position").last()
    add = url("tasks_responsibility_add", notice.pk, point.pk)

    for number, (name, told) in enumerate(
        {"县财政局": "县财政局（配合）", "新设局": "新设局（配合，还没有确定是哪个单位）"}.items()
    ):
        sent = {"version": point.version + number, "name": name, "role": "supporting"}
        assert f"已添加“{told}”。" in office.post(add, sent, follow=True).text

    assert "名录里没有的名称先按原文记下" in office.get(f"{notice.get_absolute_url()}?point={point.pk}").text


def test_before_issuing_one_reads_whom_each_name_means(office, cast):
    notice = unknown_twice(cast)
    for named in Responsibility.objects.filter(point__notice=notice, name="财政部"):
        named.is_resolved = True
        named.save()
        named.units.set([cast.finance])

    assert "财政部（责任，即县财政局）" in office.get(url("tasks_notice_issue", notice.pk)).text


@pytest.mark.parametrize(
    ("name", "likely"),
    [("财政部", "县财政局"), ("国家发展改革委", "县发改局"), ("国务院办公厅", None), ("海关总署", None), ("部", None)],
)
def test_a_guess_is_offered_where_a_unit_does_the_same_in_the_county(name, likely):
    units = [
        Unit(short_name="县财政局", name="宁海县财政局"),
        Unit(short_name="县发改局", name="宁海县发展和改革局"),
        Unit(short_name="县政府办公室", name="宁海县人民政府办公室", aliases=["县府办"]),
    ]

    assert [unit.short_name for unit in guesses(name, units)] == ([likely] if likely else [])


def count_queries(client, address):
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", ["tasks_workpointnotice_change", "tasks_notice_issue"])
def test_a_page_asks_as_often_for_many_points_as_for_few(office, cast, name):
    few, many = (long_draft(cast, points=number) for number in (3, 30))

    assert count_queries(office, url(name, many.pk)) == count_queries(office, url(name, few.pk)) <= 28


@pytest.mark.exhaustive
def test_every_small_page_asks_as_often_for_many_points_as_for_few(office, cast):
    few, many = (long_draft(cast, points=number).points.order_by("position")[1] for number in (3, 30))

    for name in ("split", "merge", "move", "heading", "due", "edit"):
        costs = [count_queries(office, of(f"tasks_point_{name}", point)) for point in (many, few)]
        assert costs[0] == costs[1], name
