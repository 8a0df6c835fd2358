"""The office's pages of spot checks, its desk, and who does not come in."""

from uuid import uuid4

import pytest
from django.urls import reverse

from tasks.models import Assignment, Drawn, ProgressReport, SpotCheck, WorkPointNotice
from tests.seen import post_as_seen
from tests.tasks.issued import draft_notice, issued_notice, waiting_report

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_november(settings):
    settings.CLOCK_DATE = "2018-11-20"
    settings.CLOCK_SINCE = "2018-11-20"  # so that it is the day's last moment, at whatever hour tests run


@pytest.fixture
def office(client, cast):
    """A browser in which the office is logged in."""
    client.force_login(cast.office)
    return client


def page(response):
    return response.content.decode()


def url(name, *args):
    return reverse(f"admin:{name}", args=args)


@pytest.fixture
def report(cast, three_points):
    return waiting_report(cast, Assignment.objects.filter(unit=cast.finance).first())


# --- Spot checks ---------------------------------------------------------------------------------------


def draw_form(notice, **changes):
    asked = {
        "notice": notice.pk,
        "title": "11月抽查",
        "size": 3,
        "seed": "s",
        "as_of": "2018-11-20",
        "form_id": uuid4(),
        "confirmed": "yes",
    }
    return {**asked, **changes}


def test_the_office_draws_and_reads_the_sheet(office, cast):
    notice = issued_notice(cast)

    response = office.post(
        url("tasks_spotcheck_add"), draw_form(notice, stratified_by=["unit_kind", "part"]), follow=True
    )

    drawn = SpotCheck.objects.get().drawn.first()
    sheet = url("tasks_spotcheck_change", drawn.spot_check_id)
    assert str(drawn.assignment.unit) in page(response)
    assert drawn.digest not in page(response)
    assert drawn.digest in page(office.get(f"{sheet}?tab=quota"))
    assert "怎样自己重算" in page(office.get(f"{sheet}?tab=recipe"))
    population = office.get(f"{url('tasks_spotcheck_change', drawn.spot_check_id)}?population=1")
    assert all(key in page(population) for key in Assignment.objects.values_list("key", flat=True))


def test_before_drawing_one_sees_the_population_and_nothing_is_drawn(office, cast):
    asked = draw_form(issued_notice(cast), stratified_by=["unit_kind"])
    del asked["confirmed"]

    response = office.post(url("tasks_spotcheck_add"), asked)

    assert "总体 8 项，2018年通知，种子 s，将抽 3 项" in page(response)
    assert "县级部门：3 项中抽 1 项" in page(response)
    assert not any(key in page(response) for key in Assignment.objects.values_list("key", flat=True))
    assert not SpotCheck.objects.exists()


def test_a_day_to_come_has_no_population(office, cast):
    response = office.post(url("tasks_spotcheck_add"), draw_form(issued_notice(cast), as_of="2018-11-21"))

    assert "统计日期不能晚于今天。" in page(response)
    assert not SpotCheck.objects.exists()


@pytest.mark.parametrize("tab", ["", "quota", "recipe", "nonsense"])
def test_each_part_of_a_spot_check_has_an_address(office, cast, tab):
    office.post(url("tasks_spotcheck_add"), draw_form(issued_notice(cast)))

    response = office.get(url("tasks_spotcheck_change", SpotCheck.objects.get().pk) + f"?tab={tab}")

    assert [each.key for each in response.context["tabs"] if each.is_current] == [tab.replace("nonsense", "")]
    parts = page(response).partition('class="tabs"')[2].partition("</nav>")[0]
    assert parts.count('aria-current="page"') == 1


@pytest.mark.parametrize("step", [{}, {"confirmed": "yes"}])
def test_an_impossible_draw_keeps_what_was_typed(office, cast, step):
    asked = draw_form(issued_notice(cast), size=99, title="写好的名称")
    del asked["confirmed"]

    response = office.post(url("tasks_spotcheck_add"), asked | step)

    assert "抽取数量应在 1 到总体数 8 之间。" in page(response)
    assert "写好的名称" in page(response)


@pytest.mark.parametrize("seed", ["", "  ", 'a"b', "a b", "a\\b"])
def test_a_seed_that_cannot_be_copied_into_the_recipe_is_refused(office, cast, seed):
    response = office.post(url("tasks_spotcheck_add"), draw_form(issued_notice(cast), seed=seed))

    assert response.context["form"].errors["seed"]
    assert not SpotCheck.objects.exists()


def test_inspectors_are_drawn_by_lot_and_then_named_by_hand(office, cast):
    office.post(url("tasks_spotcheck_add"), draw_form(issued_notice(cast)))
    spot_check = SpotCheck.objects.get()

    sheet = url("tasks_spotcheck_change", spot_check.pk)
    post_as_seen(office, url("tasks_spotcheck_by_lot", spot_check.pk), {"pool": [cast.inspector.pk]}, page=sheet)
    drawn = spot_check.drawn.first()
    post_as_seen(
        office,
        url("tasks_spotcheck_by_hand", spot_check.pk),
        {"drawn": drawn.pk, "inspector": cast.inspector.pk, "reason": "没有外单位人员"},
        page=sheet,
    )
    page = office.get(url("tasks_spotcheck_change", spot_check.pk))

    spot_check.refresh_from_db()
    assert spot_check.inspector_pool == [cast.inspector.username]
    assert "人工指定：没有外单位人员" in page.text
    assert f"账号 {cast.inspector.username}" in page.text


@pytest.mark.parametrize(
    "sent", [{}, {"inspector": "0", "reason": "甲"}, {"reason": ""}, {"drawn": "99999999999999999999"}]
)
def test_a_name_by_hand_that_is_wrong_keeps_what_was_typed(office, cast, sent):
    office.post(url("tasks_spotcheck_add"), draw_form(issued_notice(cast)))
    row = Drawn.objects.first()
    form = {"drawn": row.pk, "inspector": cast.clerk.pk, "reason": "出差"} | sent

    sheet = url("tasks_spotcheck_change", row.spot_check_id)
    response = post_as_seen(office, url("tasks_spotcheck_by_hand", row.spot_check_id), form, page=sheet)

    row.refresh_from_db()
    assert row.inspector is None
    hand_form = response.context["offers"]["by_hand"].form
    assert response.status_code == 422
    assert hand_form.errors
    assert hand_form["reason"].value() == form["reason"]


# --- The desk, and who finds no door -----------------------------------------------------------------------


def test_the_desk_counts_what_waits(office, cast, report):
    response = office.get(reverse("admin:index"))

    assert [row.words for row in response.context["rows"] if row.verb == "确认"] == ["2018年第三季度的填报"]
    assert "通知待下达" in response.context["inbox"].clear


def test_every_row_of_the_desk_leads_to_a_page(office, cast, report):
    office.post(url("tasks_spotcheck_add"), draw_form(WorkPointNotice.objects.get()))
    draft_notice(cast)

    desk = office.get(reverse("admin:index"), {"all": "1"}).context

    addresses = [each.url for name in ("rows", "figures", "dates") for each in desk[name]]
    assert len(addresses) >= 8
    assert [url for url in addresses if office.get(url).status_code != 200] == []


def every_page(cast):
    """Each of the office's addresses, with the method that its button sends."""
    notice = issued_notice(cast)
    draft = draft_notice(cast)
    point = draft.points.first()
    named = point.responsibilities.first()
    report = waiting_report(cast, Assignment.objects.filter(unit=cast.finance).first())
    return [
        ("post", url("tasks_workpointnotice_add")),
        ("post", url("tasks_notice_facts", draft.pk)),
        ("post", url("tasks_notice_issue", draft.pk)),
        ("post", url("tasks_point_add", draft.pk)),
        ("post", url("tasks_point_edit", draft.pk, point.pk)),
        ("post", url("tasks_point_remove", draft.pk, point.pk)),
        ("post", url("tasks_responsibility_add", draft.pk, point.pk)),
        ("post", url("tasks_responsibility_edit", draft.pk, named.pk)),
        ("post", url("tasks_responsibility_remove", draft.pk, named.pk)),
        ("post", url("tasks_responsibility_resolve", draft.pk, named.pk)),
        ("post", url("tasks_progress_accept", report.pk)),
        ("post", url("tasks_spotcheck_add")),
        ("get", url("tasks_workpointnotice_change", notice.pk)),
        ("get", url("tasks_progressreport_change", report.pk)),
    ]


@pytest.mark.parametrize("who", ["clerk", "head", "inspector"])
def test_nobody_outside_the_office_comes_in(client, cast, who):
    pages = every_page(cast)
    client.force_login(getattr(cast, who))

    assert [
        address
        for method, address in pages
        if getattr(client, method)(address, {"version": 1} if method == "post" else None).status_code not in {302, 403}
    ] == []
    assert WorkPointNotice.objects.filter(status="draft").get().points.count() == 3


def test_the_signer_reads_and_does_not_act(client, cast):
    pages = every_page(cast)
    report = ProgressReport.objects.get()
    client.force_login(cast.signer)

    answers = {
        (method, address): getattr(client, method)(address, {"version": 1} if method == "post" else None).status_code
        for method, address in pages
    }

    accept = url("tasks_progress_accept", report.pk)
    assert {code for (method, _), code in answers.items() if method == "get"} == {200}
    assert {code for (method, address), code in answers.items() if method == "post" and address != accept} == {403}
    assert client.post(accept, {"version": report.version}).status_code == 403
