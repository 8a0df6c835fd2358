"""Platforms with keys, what they send over HTTP, and what comes back from one that was handed a matter."""

import json
import time

from django.test import Client

from disclosure.exchange.messages import issue_key, secret_of, tell_partners
from disclosure.models import ExchangeMessage, ExchangePartner, HotlineCase
from ninghai.jobs.claims import run_due
from ninghai.notifications.outgoing import sign
from tests.cast import Cast
from tests.disclosure.hotline import makers as calls

BASE, RESULTS = "/api/open311/v2", "/api/exchange/results/"
WORDS = "夜里十一点还在打桩，孩子睡不着。"


def partner(cast: Cast, name: str = "省平台", **said) -> tuple[ExchangePartner, str]:
    """A platform, and its key."""
    made = ExchangePartner.objects.create(name=name, **said)
    key, _ = issue_key(partner=made, by=cast.office, at=calls.CALLED)
    return made, key


def sent(key: str, *, ending: str = "json", headers: dict | None = None, **changes):
    given = {"service_code": calls.topic().pk, "description": WORDS, "address_string": "跃龙街道中山路", "api_key": key}
    said = {**given, **changes}
    return Client().post(
        f"{BASE}/requests.{ending}", {name: value for name, value in said.items() if value is not None}, headers=headers
    )


def call_sent(key: str, **changes) -> HotlineCase:
    assert sent(key, **changes).status_code == 200
    return HotlineCase.objects.with_case().latest("pk")


def asked(address: str, *, key: str = "", **params):
    return Client().get(f"{BASE}/{address}", params, headers={"X-Api-Key": key} if key else {})


def told_by_worker(*, at=calls.CALLED) -> int:
    """As scheduler and worker do; how many messages were queued. The stand-in is on this machine, as EXCHANGE_NETWORKS says then."""
    told = tell_partners(at=at)
    run_due("exchange", at=at)
    return told


def waiting_message(cast: Cast) -> ExchangeMessage:
    """A matter was handed on to a unit that uses a platform, and the platform is not told yet."""
    partner(cast, "基层治理平台", url="https://platform.example.cn/in", unit=cast.finance)
    calls.handed_on(cast)
    tell_partners(at=calls.CALLED)
    return ExchangeMessage.objects.latest("made_at")


def handed_over(made: ExchangePartner) -> ExchangeMessage:
    return made.messages.get(kind="handover")


def answered(made: ExchangePartner, key: str, document: object, *, timestamp: str = "", secret: str = "", body=b""):
    body = body or json.dumps(document).encode()
    timestamp = timestamp or str(int(time.time()))
    signature = sign(body, timestamp, secret=secret or secret_of(made))
    headers = {"X-Api-Key": key, "X-Ninghai-Timestamp": timestamp, "X-Ninghai-Signature": signature}
    return Client().post(RESULTS, body, content_type="application/json", headers=headers)
