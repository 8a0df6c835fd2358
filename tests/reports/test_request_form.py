"""制作通报: the kind first, then only what it asks; what is wrong, what is kept, and what the report will say."""

import html
import re
import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from fixtures.reference_data import load_workdays
from reports.kinds import KINDS
from reports.models import Report
from tasks.models import WorkPointNotice
from tasks.scoring.services import compute_scores
from tests.disclosure.requests.makers import applied
from tests.reports.makers import NOW, TODAY, drawn_check
from tests.reports.test_office_pages import page_of
from tests.tasks.scoring.conftest import make_a_scheme

ADD = "admin:reports_report_add"


def filled(notice, **changed) -> dict[str, object]:
    return {"kind": "progress", "notice": notice.pk, "as_of": TODAY.isoformat(), "form_id": uuid.uuid4()} | changed


def test_the_form_proposes_yesterday_and_asks_for_today_as_well(client, cast, notice):
    client.force_login(cast.office)
    page = client.get(reverse(ADD), {"kind": "progress"}).content.decode()
    answer = client.post(reverse(ADD), filled(notice), follow=True)

    assert 'value="2018-11-19"' in page
    report = Report.objects.get()
    assert answer.redirect_chain == [(page_of(report), 302)]
    assert "已受理，数据已固定，正在排队生成。" in answer.content.decode()


@pytest.mark.parametrize("form", [ADD, "admin:reports_reportbatch_add", "admin:tasks_scoring_add"])
@pytest.mark.parametrize(("issued_at", "proposed"), [(NOW, "2018-11-20"), (NOW - timedelta(days=1), "2018-11-19")])
def test_no_form_proposes_a_day_before_anything_was_issued(client, cast, notice, form, issued_at, proposed):
    make_a_scheme(cast, notice)
    WorkPointNotice.objects.update(issued_at=issued_at)
    client.force_login(cast.office)

    assert f'value="{proposed}"' in client.get(reverse(form), {"kind": "progress"}).content.decode()


def test_what_the_form_proposes_on_the_first_day_can_be_asked_for(client, cast, notice):
    WorkPointNotice.objects.update(issued_at=NOW)
    client.force_login(cast.office)

    refused = client.post(reverse(ADD), filled(notice, as_of="2018-11-19")).content.decode()
    client.post(reverse(ADD), filled(notice))

    assert "这份通知2018-11-20才下达，统计日期请选这一天或者以后。" in refused
    assert Report.objects.get().as_of == TODAY


def test_the_same_form_sent_twice_opens_the_same_report(client, cast, notice):
    client.force_login(cast.office)
    form = filled(notice)

    assert client.post(reverse(ADD), form).url == client.post(reverse(ADD), form).url


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"as_of": "2018-11-21"}, "统计日期不能晚于今天。"),
        ({"kind": "spot-check"}, "抽查通报要选择一次抽查。"),
        ({"as_of": "昨天"}, "请改正下列内容后再提交"),
        ({"notice": "999999"}, "请改正下列内容后再提交"),
    ],
)
def test_a_wrong_form_says_why_and_keeps_what_was_typed(client, cast, notice, typed, sentence):
    client.force_login(cast.office)
    form = filled(notice) | typed

    answer = client.post(reverse(ADD), form)
    page = answer.content.decode()

    assert answer.status_code == 422
    assert sentence in page
    assert f'value="{form["form_id"]}"' in page
    assert f'value="{form["as_of"]}"' in page
    assert not Report.objects.exists()


def fields(page) -> set[str]:
    return {field.html_name for field in page.context["form"].visible_fields()}


def test_the_kind_is_chosen_first_and_then_only_its_fields_are_asked(client, cast, notice):
    client.force_login(cast.office)
    first = client.get(reverse(ADD))

    asked = {kind: fields(client.get(reverse(ADD), {"kind": kind})) for kind in KINDS}

    assert "form" not in first.context
    assert first.text.count('type="radio"') == len(KINDS)
    assert asked == {
        "progress": {"notice", "as_of", "since"},
        "unit-progress": {"notice", "unit", "as_of", "since"},
        "spot-check": {"spot_check", "as_of"},
        "special-check": {"spot_check", "as_of"},
        "score": {"scoring"},
        "overdue": {"notice", "unit", "as_of", "since"},
        "applications": {"notice", "unit", "as_of", "since"},
        "opinions": {"notice", "unit", "as_of", "since"},
        "hotline": {"notice", "as_of", "since"},
    }


def test_another_kind_is_chosen_without_losing_what_was_filled_in(client, cast, notice):
    client.force_login(cast.office)
    unknown = client.post(reverse(ADD), filled(notice, kind="annual", as_of="2018-11-01"))

    other = client.get(reverse(ADD), {"kind": "overdue", "as_of": "2018-11-01", "notice": notice.pk})

    assert unknown.status_code == 422
    assert '<input type="hidden" name="as_of" value="2018-11-01">' in unknown.text
    assert 'value="2018-11-01"' in other.text
    assert f'<option value="{notice.pk}" selected>' in other.text


@pytest.mark.parametrize("corrects", ["abc", "999999999", "-1", "9" * 30])
def test_a_correction_of_nothing_is_a_report_like_any_other(client, cast, notice, corrects):
    client.force_login(cast.office)

    page = client.get(reverse(ADD), {"kind": "progress", "corrects": corrects, "notice": "x", "as_of": "never"})

    assert page.status_code == 200
    assert page.context["form"]["corrects"].value() is None


def way_from(client, page: str) -> str:
    """Where the page that one is on leads to 制作通报."""
    return html.unescape(re.search(rf'href="({reverse(ADD)}[^"]*)"', client.get(page).text)[1])


def test_it_is_filled_in_with_what_the_page_that_one_came_from_is_about(client, cast, notice):
    load_workdays()
    client.force_login(cast.office)
    check, scoring = (
        drawn_check(cast, notice),
        compute_scores(scheme=make_a_scheme(cast, notice), as_of=TODAY, by=cast.office, at=NOW),
    )
    applied(cast)
    client.post(reverse(ADD), filled(notice))
    units = reverse("admin:disclosure_requestunit_changelist")
    tasks, register = reverse("admin:tasks_assignment_changelist"), reverse("admin:disclosure_requestunit_cases")
    pages = {
        check.get_absolute_url(): {"kind": "spot-check", "spot_check": check.pk},
        scoring.get_absolute_url(): {"kind": "score", "scoring": scoring.pk},
        reverse("admin:tasks_workpointnotice_change", args=[notice.pk]): {"notice": notice.pk},
        f"{tasks}?year=2018&unit__id__exact={cast.town.pk}": {"notice": notice.pk, "unit": cast.town.pk},
        f"{reverse('admin:reports_report_changelist')}?year=2018": {"notice": notice.pk},
        f"{units}?year=2018": {"kind": "applications", "notice": notice.pk},
        reverse("admin:disclosure_requestunit_change", args=[cast.finance.pk]): {"unit": cast.finance.pk},
        f"{register}?unit={cast.finance.code}&year=2018": {"unit": cast.finance.pk, "notice": notice.pk},
    }

    for page, about in pages.items():
        way = way_from(client, page)
        form = client.get(way if "kind=" in way and not way.endswith("kind=") else f"{way}&kind=unit-progress").context[
            "form"
        ]
        assert {name: str(form[name].value()) for name in about} == {name: str(value) for name, value in about.items()}


def test_of_a_year_that_is_over_its_last_day_is_proposed(client, cast, notice):
    client.force_login(cast.office)

    proposed = {
        year: client.get(reverse(ADD), {"kind": "applications", "year": year}).context["form"]["as_of"].value()
        for year in ("2017", "2018", "all", "0000", "x")
    }

    assert proposed["2017"] == "2017-12-31"
    assert {str(proposed[year]) for year in ("2018", "all", "0000", "x")} == {"2018-11-19"}


def test_only_the_office_is_led_to_it(client, cast, notice):
    client.force_login(cast.signer)

    assert reverse(ADD) not in client.get(drawn_check(cast, notice).get_absolute_url()).text


def test_what_the_report_will_say_is_seen_before_it_is_made(client, cast, notice):
    client.force_login(cast.office)

    seen = client.post(reverse(ADD), filled(notice, preview="1"))
    refused = client.post(reverse(ADD), filled(notice, preview="1", as_of="2018-11-21"))

    assert seen.status_code == 200
    assert "分解为5项次任务" in seen.text
    assert (refused.status_code, "统计日期不能晚于今天。" in refused.text) == (422, True)
    assert not Report.objects.exists()


def test_a_score_circular_is_of_the_day_of_its_scores(client, cast, notice):
    scoring = compute_scores(scheme=make_a_scheme(cast, notice), as_of=TODAY, by=cast.office, at=NOW)
    client.force_login(cast.office)

    client.post(reverse(ADD), {"kind": "score", "scoring": scoring.pk, "form_id": uuid.uuid4()})

    report = Report.objects.get()
    assert (report.scoring, report.notice, report.as_of) == (scoring, notice, TODAY)


def test_a_spot_check_is_chosen(client, cast, notice):
    client.force_login(cast.office)
    check = drawn_check(cast, notice)

    client.post(reverse(ADD), filled(notice, kind="spot-check", spot_check=check.pk))

    assert Report.objects.get().spot_check == check
