"""互动: what stands behind the one public door, which of it fits, whose it is otherwise, and one look-up for every receipt."""

import re
from uuid import uuid4

import pytest
from django.urls import reverse

from disclosure.corrections.services import ReportedError, report_error
from disclosure.interaction import doors
from disclosure.interaction.doors import DoorGroup, doors_called, doors_in
from disclosure.interaction.views import COURSE, WANTS, WHOSE
from disclosure.items.lifecycle import withdraw_item
from disclosure.models import Elsewhere, SitePage
from disclosure.proposals.kind import PROPOSAL
from fixtures.reference_data import load_elsewhere, load_workdays, read
from ninghai.cases.lookup import lookup_code
from ninghai.models import Case
from tests.disclosure.knowledge import makers as answers
from tests.disclosure.makers import AT, published
from tests.disclosure.proposals.makers import handed_over
from tests.disclosure.requests.makers import applied
from tests.disclosure.service_guides import makers as guides

pytestmark = pytest.mark.django_db
PAGE, LOOK_UP = "/interaction/", "/lookup/"


@pytest.fixture(autouse=True)
def _the_day(cast, settings):
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2018-11-20"
    load_workdays()


def shown(client, **asked) -> str:
    return client.get(PAGE, asked).content.decode()


def answer(client, **asked) -> str:
    """What the three questions lead to."""
    page = shown(client, **{"whose": "county", "course": "none", **asked})
    found = re.search(r'<section class="section" id="answer".*?</section>', page, re.DOTALL)
    return found[0] if found else ""


def links(html: str) -> list[str]:
    return re.findall(r'href="([^"]+)"', html)


# What stands behind it.


def test_no_door_leads_nowhere(client, cast):
    guides.published(cast)

    for group in DoorGroup:
        for door in doors_in(group, at=AT):
            assert client.get(door.url).status_code == 200, door.code


def test_a_door_behind_which_there_is_nothing_is_not_shown(client, cast):
    assert "办事指南与实际不一致" not in shown(client)
    assert SitePage.Column.ANNUAL.label not in shown(client)

    guides.published(cast)

    assert "办事指南与实际不一致" in shown(client)


def test_a_room_that_registers_is_shown_and_led_to(client, monkeypatch):
    monkeypatch.setattr(doors, "_doors", dict(doors._doors))
    doors.register_doors(doors.Door(DoorGroup.SUBMIT, 10, "hotline", "热线留言", "一句话。", "disclosure:service-list"))

    assert shown(client).count("热线留言") == 1
    assert links(answer(client, want="trouble")) == ["/services/"]


# Which is which.


@pytest.mark.parametrize("want", WANTS)
def test_every_answer_leads_somewhere(client, cast, want):
    guides.published(cast)
    load_elsewhere(read("elsewhere.json"))

    found = answer(client, want=want)

    expected = [door.url for door in doors_called(WANTS[want][1], at=AT)]
    assert links(found) == expected if expected else "12345" in found


@pytest.mark.parametrize("whose", [each for each in WHOSE if each != "county"])
def test_what_is_not_the_countys_is_told_whose_it_is(client, whose):
    load_elsewhere(read("elsewhere.json"))

    found = answer(client, want="trouble", whose=whose)

    there = Elsewhere.objects.filter(matter=whose)
    assert there.exists()
    assert all(each.name in found for each in there)
    assert not any(each.name in found for each in Elsewhere.objects.exclude(matter=whose))


@pytest.mark.parametrize("course", [each for each in COURSE if each != "none"])
def test_what_a_court_or_another_body_is_at_is_not_taken_on_twice(client, course):
    load_elsewhere(read("elsewhere.json"))

    assert Elsewhere.Matter(course).label in answer(client, want="trouble", course=course)
    assert "/requests/" in answer(client, want="information", course=course)  # whoever is in court may still apply


def test_who_has_sent_something_is_led_to_the_look_up_whosever_it_is(client):
    assert links(answer(client, want="sent", whose="above")) == [LOOK_UP]


def test_an_answer_that_there_is_not_is_refused_in_words(client):
    response = client.get(PAGE, {"want": "nothing", "whose": "county", "course": "none"})

    assert response.status_code == 422
    assert "没有这一项，请重新选择。" in response.content.decode()


def test_without_an_answer_the_form_says_what_is_missing(client):
    response = client.get(PAGE, {"whose": "above"})

    assert response.status_code == 422
    assert "请选择一项。" in response.content.decode()
    assert re.search(r'value="above"[^>]*checked', response.content.decode())


def test_the_office_keeps_where_else_to_go(client):
    Elsewhere.objects.create(matter="petition", name="县信访局", words="信访事项。", phone="0574-00000000", position=1)
    Elsewhere.objects.create(matter="petition", name="不再用的", words="信访事项。", is_shown=False)

    page = shown(client)

    assert "电话 0574-00000000" in page
    assert "不再用的" not in page


def test_an_address_that_is_none_of_the_web_is_refused(client, cast):
    client.force_login(cast.office)

    said = {"matter": "above", "name": "省网站", "words": "省里的事。", "website": "javascript:alert(1)", "position": 1}
    refused = client.post(reverse("admin:disclosure_elsewhere_add"), said)

    assert refused.status_code == 422
    assert "请填写完整的网址" in refused.content.decode()


# Look before you ask.


def test_what_is_answered_already_is_found_first(client, cast):
    published(cast, title="居住证申领办法")
    guides.published(cast, guides.listed(cast.finance, name="居住证签注"))

    page = shown(client, q="怎样申请居住证")
    found = re.search(r'id="answers".*?</section>', page, re.DOTALL)[0]

    assert found.index("居住证签注") < found.index("居住证申领办法")  # a guide tells how, a paper what was decided


def test_an_answer_of_the_knowledge_base_comes_before_guides(client, cast):
    answers.published(cast)

    page = shown(client, q="食品经营许可多少钱")
    found = re.search(r'id="answers".*?</section>', page, re.DOTALL)[0]

    assert answers.QUESTION in found
    assert "知识库" in page


def test_what_is_hidden_is_not_found(client, cast):
    item = published(cast, title="居住证申领办法")
    withdraw_item(item=item, reason="wrong", explanation="有误", by=cast.office, at=AT)

    assert "没有找到相近的" in shown(client, q="居住证申领办法")


@pytest.mark.parametrize("words", ["a" * 500, "'\"\\%_--", "<script>", "。", "\u202e倒", "的" * 100])
def test_whatever_is_typed_is_looked_for(client, words):
    response = client.get(PAGE, {"q": words})

    assert response.status_code == 200
    assert "<script>" not in response.content.decode()


# One look-up.


def test_an_application_is_looked_up_here(client, cast):
    case = applied(cast)

    found = client.post(LOOK_UP, {"number": case.number, "code": lookup_code(case)}).content.decode()

    assert case.number in found
    assert "最迟答复日期" in found


def test_an_error_report_is_looked_up_by_its_number_alone(client):
    reported = ReportedError(page="/", words="有一个错字。", contact="", address="203.0.113.7")
    correction = report_error(reported=reported, form_id=uuid4(), at=AT)

    response = client.post(
        LOOK_UP, {"number": f" {correction.receipt_number.replace('-', '')} ", "code": ""}, follow=True
    )

    assert response.redirect_chain == [(f"/corrections/?number={correction.receipt_number}", 302)]
    assert "已受理" in response.content.decode()


def test_a_case_of_which_nobody_has_a_receipt_is_found_by_nobody(client, cast):
    case = handed_over(cast)
    assert Case.objects.get(pk=case.pk).kind == PROPOSAL

    found = client.post(LOOK_UP, {"number": case.number, "code": lookup_code(case)})
    unknown = client.post(LOOK_UP, {"number": "县财政局公开申〔2018〕99号", "code": "0000-0000"})

    assert found.status_code == unknown.status_code == 422
    assert case.subject not in found.content.decode()
    assert "没有查到" in found.content.decode()
    assert "没有查到" in unknown.content.decode()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"number": "", "code": "7K3M-9QXD"}, "请填写登记号。"),
        ({"number": "县财政局公开申〔2018〕1号", "code": ""}, "请填写查询码。"),
        ({"number": "", "code": ""}, "请填写查询码。"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_stays(client, typed, said):
    page = client.post(LOOK_UP, typed)

    assert page.status_code == 422
    assert said in page.content.decode()
    assert all(f'value="{value}"' in page.content.decode() for value in typed.values() if value)


def test_the_old_addresses_stand(client):
    for address in (LOOK_UP, "/corrections/", "/corrections/new/", "/requests/", "/requests/inquiry/"):
        assert client.get(address).status_code == 200


def test_the_door_stands_in_menu_and_site_map(client):
    assert f'href="{PAGE}"' in client.get("/").content.decode()
    assert client.get("/site-map/").content.decode().count(f'href="{PAGE}"') >= 2
    assert f"{PAGE}</loc>" in client.get("/sitemap-pages.xml").getvalue().decode()


def test_a_kept_page_follows_what_the_office_changes(client):
    assert "找新的去处" not in shown(client)

    Elsewhere.objects.create(matter="above", name="找新的去处", words="一句话。")

    assert "找新的去处" in shown(client)
