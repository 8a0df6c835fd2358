"""对接平台 in the web admin: platforms are entered, keys shown once and withdrawn, messages sent once more."""

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.urls import reverse

from disclosure.exchange.messages import whose_key
from disclosure.models import ExchangeMessage, ExchangePartner
from ninghai.jobs.claims import give_up
from ninghai.models import AuditEntry, Membership, Role
from tests.cast import person
from tests.disclosure.exchange.makers import call_sent, partner, told_by_worker
from tests.disclosure.hotline import makers as calls
from tests.tasks.factories import signed_in

pytestmark = pytest.mark.django_db
PARTNERS, MESSAGES = (reverse(f"admin:disclosure_exchange{each}_changelist") for each in ("partner", "message"))


@pytest.fixture(autouse=True)
def _the_day(settings):
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2018-11-20"


def act(user, page: str, action: str, *records):
    return signed_in(user).post(page, {"action": action, ACTION_CHECKBOX_NAME: [each.pk for each in records]})


def entered(user, **changes):
    given = {
        "name": "省平台",
        "channel": "province",
        "adapter": "json",
        "url": "https://platform.example.cn/in",
        "unit": "",
    }
    return signed_in(user).post(reverse("admin:disclosure_exchangepartner_add"), {**given, **changes})


def test_the_office_enters_a_platform_and_gives_it_a_key_that_is_shown_once(cast):
    assert entered(cast.office).status_code == 302
    made = ExchangePartner.objects.get()

    page = act(cast.office, PARTNERS, "issue_keys", made)

    made.refresh_from_db()
    key = next(
        word for word in page.text.replace("<", ">").split(">") if word.startswith(made.key_hint) and len(word) == 43
    )
    assert whose_key(key) == made
    assert "no-store" in page.headers["Cache-Control"]
    assert key not in signed_in(cast.office).get(PARTNERS).text
    assert (
        key not in signed_in(cast.office).get(reverse("admin:disclosure_exchangepartner_change", args=[made.pk])).text
    )
    assert AuditEntry.objects.filter(target_id=str(made.pk), reason="发放密钥", actor=cast.office).exists()


@pytest.mark.parametrize("url", ["http://platform.example.cn:x/", "https://127.0.0.1/", "ftp://platform.example.cn/"])
def test_an_address_inside_comes_back_with_everything_typed(cast, url):
    page = entered(cast.office, url=url)

    assert page.status_code == 422
    assert f'value="{url}"' in page.text
    assert not ExchangePartner.objects.exists()


def test_a_key_is_withdrawn(cast):
    made, key = partner(cast)

    act(cast.office, PARTNERS, "withdraw_keys", made)

    made.refresh_from_db()
    assert whose_key(key) is None
    assert made.withdrawn_at is not None


@pytest.mark.parametrize("action", ["issue_keys", "withdraw_keys"])
def test_the_signer_reads_and_gives_no_keys(cast, action):
    made, key = partner(cast)

    page = act(cast.signer, PARTNERS, action, made)

    assert "X-Api-Key" not in page.text
    assert whose_key(key) == made


def test_a_message_that_failed_is_sent_once_more(cast):
    _, key = partner(cast, url="https://127.0.0.1:9/in")
    call_sent(key)
    told_by_worker()
    message = ExchangeMessage.objects.get()
    message.job.move("running", by=None, at=calls.CALLED, lease_until=calls.CALLED)
    give_up(message.job, error="连接不上对方", at=calls.CALLED)
    assert ExchangeMessage.objects.get().status == "failed"

    act(cast.office, MESSAGES, "repeat_selected", message)

    message.refresh_from_db()
    assert (message.job.status, message.job.queue) == ("queued", "outbox")
    assert (message.status, message.job.tries) == ("waiting", 0)


@pytest.mark.parametrize("row", ["x", "1", "9" * 40, "\0"])
def test_a_row_that_was_never_on_the_page_changes_nothing(cast, row):
    page = signed_in(cast.office).post(
        MESSAGES, {"action": "repeat_selected", ACTION_CHECKBOX_NAME: [row]}, follow=True
    )

    assert page.status_code == 200
    assert "什么都没有改变" in page.text


def test_messages_about_a_report_are_not_listed_for_whoever_belongs_to_its_unit(cast):
    _, key = partner(cast, url="https://127.0.0.1:9/in")
    call = call_sent(key, **{"attribute[matter]": "report", "attribute[about]": "002"})
    told_by_worker()
    both = person("both", "两处任职", cast.county_office, Role.OFFICE)
    Membership.objects.create(user=both, unit=cast.finance, role=Role.REVIEWER)

    assert call.case.number in signed_in(cast.office).get(MESSAGES).text
    assert call.case.number not in signed_in(both).get(MESSAGES).text
