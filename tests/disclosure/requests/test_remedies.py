"""行政复议 and 行政诉讼 against an answer, and how its applicant rates it."""

from datetime import date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from disclosure.models import RemedyAuthority
from disclosure.requests.desk import answering, remedies
from disclosure.requests.rating import Satisfaction, rate, rating_of, ratings
from disclosure.requests.standing import remedies_of
from ninghai.cases.events import replay
from ninghai.cases.lookup import lookup_code
from ninghai.cases.register import end_retention
from ninghai.models import AuditEntry, Case, CaseEvent
from ninghai.models.state_machine import StaleError, TransitionError
from tests.disclosure.makers import AT
from tests.disclosure.requests import makers
from tests.disclosure.requests.test_life import looked_up

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("work_calendar")]
LATER = datetime(2019, 3, 1, 10, tzinfo=AT.tzinfo)


def as_seen(cast, case, **said):
    return {"case": case, "version": case.version, "by": cast.clerk, "at": LATER, **said}


def begin(cast, case, way="review", on=date(2018, 12, 3), **more) -> None:
    said = {"way": way, "authority": "宁海县人民政府", "number": "宁政复〔2018〕3号", "begun_on": on, **more}
    remedies.begin_remedy(**as_seen(cast, case, **said))


def decide(cast, case, outcome="upheld", on=date(2019, 1, 25), *, anew=False, days=None, **more) -> None:
    said = {
        "outcome": outcome,
        "decided_on": on,
        "number": "宁政复决〔2019〕1号",
        "anew": anew,
        "days": days,
        "gist": "",
    }
    remedies.decide_remedy(**as_seen(cast, case, **{**said, **more}))


# Begun and decided.


@pytest.mark.core
@pytest.mark.parametrize("outcome", ["upheld", "corrected", "other"])
def test_a_review_is_kept_with_its_days_numbers_and_result(client, cast, outcome):
    case = makers.delivered(cast)
    begin(cast, case)
    (told,) = remedies_of(case)
    assert (told.outcome, told.begun_on, told.decided_on) == ("尚未审结", date(2018, 12, 3), None)

    decide(cast, case, outcome)

    (told,) = remedies_of(case)
    assert (told.decided_on, told.suit_until) == (date(2019, 1, 25), date(2019, 2, 11))  # 02-09 is a Saturday
    assert case.status == "delivered"  # the answer stands
    client.force_login(cast.clerk)
    page = client.get(reverse("disclosure:request", args=[case.pk])).content.decode()
    for words in ("宁政复〔2018〕3号", "宁政复决〔2019〕1号", "2018-12-03", "2019-02-11", told.outcome):
        assert words in page
    client.logout()
    assert (
        f"行政复议</dt><dd>宁海县人民政府，2018年12月3日受理，{told.outcome}"
        in looked_up(client, case).content.decode()
    )


def test_a_decision_that_orders_a_new_answer_opens_a_full_new_limit_and_both_answers_stay(client, cast):
    case = makers.delivered(cast)
    first = case.legal_clock_id
    begin(cast, case)
    decide(cast, case, "corrected", anew=True)

    case.refresh_from_db()
    assert (case.status, case.is_open, replay(case).status) == ("handling", True, "handling")
    assert case.legal_clock_id != first
    assert case.legal_clock.due_at.date() == date(2019, 2, 20)  # 15 working days after 01-25, 春节 left out
    asked = {"code": "open", "filled": makers.FILLED["open"]}
    answering.propose(**as_seen(cast, case, **asked))
    answering.sign(**as_seen(cast, case) | {"by": cast.head})
    answers = case.papers.filter(kind="answer").order_by("pk")
    assert [paper.number for paper in answers] == ["县财政局公复〔2018〕1号", "县财政局公复〔2019〕1号"]
    found = looked_up(client, case).content.decode()
    assert all(paper.number in found for paper in answers)


def test_a_shorter_limit_of_the_decision_is_kept_beside_that_of_the_law(client, cast, settings):
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2019-03-01"
    case = makers.delivered(cast)
    begin(cast, case)
    decide(cast, case, "corrected", anew=True, days=10)

    client.force_login(cast.clerk)
    page = client.get(reverse("disclosure:request", args=[case.pk])).content.decode()
    assert "要求重新答复，期限至2019-02-13" in page


def test_days_and_results_stand_in_their_order(cast):
    case = makers.delivered(cast)
    with pytest.raises(ValidationError, match="没有登记过行政复议的结果"):
        begin(cast, case, "suit_after_review")
    with pytest.raises(ValidationError, match="日期应在2018-11-20和2019-03-01之间"):
        begin(cast, case, on=date(2018, 11, 19))
    with pytest.raises(TransitionError, match="没有尚未审结"):
        decide(cast, case)
    begin(cast, case)
    with pytest.raises(TransitionError, match="还没有结果"):
        begin(cast, case, "suit")
    with pytest.raises(ValidationError, match="日期应在2018-12-03"):
        decide(cast, case, on=date(2018, 12, 2))
    with pytest.raises(ValidationError, match="不会责令重新答复"):
        decide(cast, case, "upheld", anew=True)
    decide(cast, case)
    with pytest.raises(ValidationError, match="请选“复议后起诉”"):
        begin(cast, case, "suit", on=date(2019, 2, 1))
    begin(cast, case, "suit_after_review", on=date(2019, 2, 1))
    assert [each.way for each in remedies_of(case)] == ["review", "suit_after_review"]


def test_a_silent_unit_may_be_sued_and_its_case_goes_on(cast):
    case = makers.asking(cast)
    begin(cast, case, "suit", authority="宁海县人民法院")
    decide(cast, case, "corrected", anew=True)
    assert case.status == "third_party"


def test_one_that_came_too_late_says_so(client, cast):
    case = makers.delivered(cast)
    begin(cast, case, on=date(2019, 1, 22))  # a day after the 60 days
    client.force_login(cast.clerk)
    assert "超过了2019-01-21为止的期限" in client.get(reverse("disclosure:request", args=[case.pk])).content.decode()


def test_each_is_held_against_the_answer_that_had_arrived_last(client, cast):
    case = makers.delivered(cast)  # the first answer: until 2019-01-21
    begin(cast, case)
    decide(cast, case, "corrected", anew=True)
    answered_by_mail(cast, case, at=LATER)
    begin(cast, case, on=LATER.date())
    client.force_login(cast.clerk)
    page = client.get(reverse("disclosure:request", args=[case.pk])).content.decode()
    assert page.count("2019-03-01受理") == 1
    assert "超过了" not in page


def answered_by_mail(cast, case, *, at: datetime) -> None:
    seen = {"case": case, "by": cast.clerk, "at": at}
    answering.propose(**seen, code="open", filled=makers.FILLED["open"], version=case.version)
    answering.sign(**seen | {"by": cast.head}, version=case.version)
    sent = {"way": "email", "handed_over_on": at.date(), "delivered_on": None, "carrier": ""}
    answering.hand_over(**seen, **sent, version=case.version)


def test_what_was_answered_after_the_decision_is_the_new_answer(cast):
    case = makers.applied(cast)
    begin(cast, case, "suit", on=date(2018, 12, 15))  # against silence
    answered_by_mail(cast, case, at=datetime(2019, 1, 10, 10, tzinfo=AT.tzinfo))

    decide(cast, case, "corrected", on=date(2019, 1, 5), anew=True)

    assert (case.status, case.events.filter(kind="reopen").count()) == ("delivered", 0)


def test_the_form_names_whom_the_letter_named(client, cast):
    case = makers.delivered(cast)
    letter = RemedyAuthority.objects.filter(unit=cast.finance, valid_from__lte=AT.date())
    letter.update(review="宁波市财政局")
    client.force_login(cast.clerk)
    assert 'value="宁波市财政局"' in client.get(reverse("disclosure:request", args=[case.pk])).content.decode()


def test_once_the_people_are_forgotten_a_result_is_kept_and_nothing_is_opened_again(cast):
    case, late = makers.delivered(cast), AT.replace(year=2029)
    begin(cast, case)
    end_retention(case=case, at=late)
    case.refresh_from_db()
    for more in ({"anew": True}, {"gist": "要点"}):
        with pytest.raises(ValidationError, match="已按期限销毁"):
            decide(cast, case, "corrected", at=late, **more)

    decide(cast, case, "corrected", at=late)

    assert (case.status, remedies_of(case)[0].outcome) == ("delivered", "纠正")


def test_of_two_who_register_at_once_one_wins(cast):
    case = makers.delivered(cast)
    stale = Case.objects.get(pk=case.pk)
    begin(cast, case)
    with pytest.raises((StaleError, TransitionError)):
        begin(cast, stale)
    begun = Case.objects.get(pk=case.pk)
    decide(cast, case, "corrected", anew=True)
    with pytest.raises((StaleError, TransitionError)):
        decide(cast, begun, "corrected", anew=True)
    assert Case.objects.get(pk=case.pk).events.filter(kind="reopen").count() == 1


def test_the_gist_of_a_decision_is_for_the_unit_alone(client, cast):
    case = makers.delivered(cast)
    begin(cast, case)
    decide(cast, case, gist="王小明的主张成立")
    page = reverse("disclosure:request", args=[case.pk])
    for user, sees in ((cast.clerk, True), (cast.office, False)):
        client.force_login(user)
        shown = client.get(page).content.decode()
        assert ("王小明的主张成立" in shown, "维持" in shown) == (sees, True)


def test_registered_on_the_page_and_what_is_wrong_keeps_what_was_typed(client, cast):
    case = makers.delivered(cast)
    client.force_login(cast.clerk)
    page = reverse("disclosure:request", args=[case.pk])
    said = {
        "version": case.version,
        "way": "suit_after_review",
        "authority": "宁海县人民法院",
        "begun_on": "2018-11-20",
    }
    refused = client.post(f"{page}remedy/", said)
    assert (refused.status_code, "宁海县人民法院" in refused.content.decode()) == (422, True)
    assert client.post(f"{page}remedy/", {**said, "way": "suit"}).status_code == 302
    client.force_login(cast.head)
    assert client.post(f"{page}remedy/", {**said, "way": "suit"}).status_code == 403


# Satisfaction.


def rated(client, case, score="fairly", words="希望快一点", **more):
    said = {"number": case.number, "code": lookup_code(case), "score": score, "words": words, **more}
    return client.post(reverse("disclosure:lookup"), said)


def test_after_the_answer_the_applicant_rates_it_once(client, cast):
    case = makers.delivered(cast)
    assert "您对这次答复满意吗" in looked_up(client, case).content.decode()

    page = rated(client, case)
    assert (page.status_code, 'id="rate">您的评价：基本满意' in page.content.decode()) == (200, True)
    again = rated(client, case, "unsatisfied").content.decode()

    assert "您的评价：基本满意" in again
    assert CaseEvent.objects.filter(kind="rate").count() == 1
    client.force_login(cast.clerk)
    shown = client.get(reverse("disclosure:request", args=[case.pk])).content.decode()
    assert "基本满意" in shown
    assert "希望快一点" in shown
    client.force_login(cast.office)
    assert "希望快一点" not in client.get(reverse("disclosure:request", args=[case.pk])).content.decode()
    row = AuditEntry.objects.get(detail__what="评价")
    assert (row.actor, row.address) == (None, None) or not row.address


def test_what_is_wrong_with_a_rating_stands_beside_it_and_nothing_is_lost(client, cast):
    case = makers.delivered(cast)
    refused = rated(client, case, "", "写了很多话")
    assert (refused.status_code, "写了很多话" in refused.content.decode()) == (422, True)
    assert "请选择满意、基本满意或者不满意" in refused.content.decode()
    assert rated(client, case, "perfect").status_code == 422
    assert rated(client, case, words="长" * 501).status_code == 422
    assert not CaseEvent.objects.filter(kind="rate").exists()


@pytest.mark.parametrize("make", ["applied", "signed"])
def test_nothing_is_rated_before_its_answer_is_out(client, cast, make):
    case = getattr(makers, make)(cast)
    page = rated(client, case)
    assert "您对这次答复满意吗" not in page.content.decode()
    assert not CaseEvent.objects.filter(kind="rate").exists()
    with pytest.raises(TransitionError):
        rate(case=case, score="satisfied", words="", at=AT)


def test_a_wrong_code_rates_nothing(client, cast):
    case = makers.delivered(cast)
    assert rated(client, case, code="0000-0000").status_code == 422
    assert not CaseEvent.objects.filter(kind="rate").exists()


def test_answered_anew_it_may_be_rated_anew(client, cast):
    case = makers.delivered(cast)
    rate(case=case, score=Satisfaction.SATISFIED, words="", at=AT)
    begin(cast, case)
    decide(cast, case, "corrected", anew=True)
    assert rating_of(case) is None

    Case.objects.update(status="delivered")  # answered once more

    assert (ratings(Case.objects.all()).satisfied, ratings(Case.objects.all()).unrated) == (0, 1)


def test_unrated_answers_are_shown_and_not_counted(cast):
    for score in ("satisfied", "fairly", "unsatisfied"):
        rate(case=makers.delivered(cast), score=score, words="", at=AT)
    makers.delivered(cast)
    makers.applied(cast)

    told = ratings(Case.objects.all())

    assert (told.satisfied, told.fairly, told.unsatisfied, told.unrated) == (1, 1, 1, 1)
    assert told.share == 66.7
    assert ratings(Case.objects.none()).share is None
