"""Every act on the page of a task leads back to the period that the person had before them, whatever becomes of the act."""

import re
from html import unescape
from uuid import uuid4

import pytest

from ninghai.models import UsualReason
from tests.tasks import factories
from tests.tasks.factories import NOW, assignment_of, period, signed_in
from tests.tasks.test_petitions import asked

pytestmark = pytest.mark.django_db

FORM = re.compile(r"<form\b[^>]*>.*?</form>", re.DOTALL)
ADDRESS = re.compile(r'\b(?:form)?action="([^"]+)"')
SENT = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
TYPED = {
    "text": "已完成大半",
    "percent": "60",
    "kind": "not_applicable",
    "reason": "与本单位职责无关",
    "usual": "",
}


def acts(page) -> list[tuple[str, dict[str, str]]]:
    """(address, what its form sends) of every act on the page, those beside its messages among them."""
    main = page.text.partition("<main")[2].partition("</main>")[0]
    found = []
    for form in FORM.findall(main):
        sent = {name: value for name, value in SENT.findall(form) if name != "csrfmiddlewaretoken"}
        if "form_id" in sent:
            sent["form_id"] = str(uuid4())
        found += [(unescape(address), sent) for address in ADDRESS.findall(form)]
    return [each for each in found if each[0].startswith("/work/")]


def shown_period(page) -> int | None:
    """What the page is turned to: the form for it, or, where nothing is to be written, the period that stands first."""
    current, turns = page.context["current"], page.context["turns"]
    return (current or turns[0]).turn.period.pk


def opened(client, task, of: str):
    page = client.get(task.get_absolute_url(), {"period": period(of).pk})
    assert shown_period(page) == period(of).pk
    return page


@pytest.fixture
def task(cast, notice):
    return assignment_of(cast)


def walk(client, task, of: str, *, least: int) -> None:
    """Send every form of the page, well and badly filled in, and reload its address; then what takes it back."""
    addresses = [address for address, _ in acts(opened(client, task, of))]
    assert len(addresses) >= least
    for address in addresses:
        assert shown_period(client.get(address, follow=True)) == period(of).pk, address
        now = dict(acts(opened(client, task, of)))
        if address not in now:  # an act before has done away with it
            continue
        refused = client.post(address, {**now[address], "version": "0"}, follow=True)
        assert shown_period(refused) == period(of).pk, (address, refused.status_code)
        now = dict(acts(opened(client, task, of)))
        done = client.post(address, {**now.get(address, {}), **TYPED}, follow=True)
        assert shown_period(done) == period(of).pk, (address, done.status_code)
        back = [each for each in acts(done) if "take-back" in each[0]]
        for undo, sent in back:
            assert shown_period(client.post(undo, sent, follow=True)) == period(of).pk, undo


@pytest.mark.core
@pytest.mark.exhaustive
@pytest.mark.parametrize("of", ["第三季度", "第四季度"])
def test_of_a_clerk_who_writes_and_asks(cast, task, of):
    walk(signed_in(cast.clerk), task, of, least=3)


@pytest.mark.parametrize("of", ["第三季度", "第四季度"])
def test_of_a_clerk_who_takes_a_petition_back(cast, task, of):
    petition = asked(cast)
    client = signed_in(cast.clerk)
    withdraw = next(address for address, _ in acts(opened(client, task, of)) if "withdraw" in address)

    done = client.post(withdraw, {"version": petition.version}, follow=True)

    assert shown_period(done) == period(of).pk
    (undo, sent) = next(each for each in acts(done) if "take-back" in each[0])
    assert shown_period(client.post(undo, sent, follow=True)) == period(of).pk
    petition.refresh_from_db()
    assert petition.is_open


@pytest.mark.parametrize("of", ["第三季度", "第四季度"])
def test_of_a_head_who_passes_and_returns(cast, task, of):
    UsualReason.objects.all().delete()
    factories.with_head(cast, of=of, at=NOW)

    walk(signed_in(cast.head), task, of, least=3)


@pytest.mark.parametrize("of", ["第三季度", "第四季度"])
def test_what_leads_to_a_report_leads_to_its_period(cast, task, of):
    """From the list of what is to be done, from a message, from a file's page."""
    report = factories.with_head(cast, of=of, at=NOW)

    for user in (cast.clerk, cast.head):
        assert shown_period(signed_in(user).get(report.get_absolute_url())) == period(of).pk
