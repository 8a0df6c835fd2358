"""An answer is sent back for one of the reasons that the office keeps for its kind, with words of one's own or without."""

from collections.abc import Callable
from typing import NamedTuple

import pytest
from django.urls import reverse

from disclosure.models import HotlineCase
from fixtures.reference_data import load_workdays
from ninghai.models import Case, UsualReason
from tests.disclosure.hotline import makers as calls
from tests.disclosure.proposals import makers as proposals
from tests.disclosure.requests import makers as requests

pytestmark = pytest.mark.django_db
USUAL = "答复写得笼统，请补充。"


class Answered(NamedTuple):
    matter: str
    make: Callable
    act: str
    by: str


KINDS = [
    Answered("request", requests.proposed, "disclosure:request-return", "head"),
    Answered("proposal", proposals.proposed, "disclosure:proposal-return", "head"),
    Answered("hotline", calls.answered, "disclosure:hotline-send-back", "office"),
]


@pytest.fixture(autouse=True)
def _the_day(cast, settings) -> None:
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2018-11-20"
    load_workdays()


@pytest.fixture(params=KINDS, ids=[each.matter for each in KINDS])
def kind(request) -> Answered:
    UsualReason.objects.create(matter=request.param.matter, words=USUAL)
    UsualReason.objects.create(matter=request.param.matter, words="停用的理由。", is_active=False)
    UsualReason.objects.create(matter="item", words="别处的理由。")
    return request.param


def send_back(client, cast, kind: Answered, **said):
    record = kind.make(cast)
    case: Case = record.case if isinstance(record, HotlineCase) else record
    client.force_login(getattr(cast, kind.by))
    answer = client.post(reverse(kind.act, args=[record.pk]), {"version": Case.objects.get(pk=case.pk).version, **said})
    return answer, case.events.order_by("number").last()


@pytest.mark.parametrize(("own", "kept"), [("", USUAL), ("见第二段。", f"{USUAL}见第二段。")])
def test_a_usual_reason_is_reason_enough_and_words_may_be_added(client, cast, kind, own, kept):
    answer, event = send_back(client, cast, kind, usual=USUAL, reason=own)

    assert (answer.status_code, event.reason) == (302, kept)


def test_words_alone_are_enough(client, cast, kind):
    answer, event = send_back(client, cast, kind, reason="请写明依据。")

    assert (answer.status_code, event.reason) == (302, "请写明依据。")


@pytest.mark.parametrize("usual", ["", "停用的理由。", "别处的理由。"])
def test_nothing_and_what_is_not_offered_is_no_reason(client, cast, kind, usual):
    answer, event = send_back(client, cast, kind, usual=usual)

    assert (answer.status_code, event.kind in {"returned", "sent_back"}) == (422, False)
    assert USUAL in answer.text


def test_what_goes_to_other_units_names_no_applicant(client, cast):
    UsualReason.objects.create(matter="request", words=USUAL)

    answer, _ = send_back(client, cast, KINDS[0], usual=USUAL, reason=f"{requests.GIVEN['name']}的地址有误。")

    assert answer.status_code == 422
