"""Matters of the hotline in the words of Open311 (GeoReport v2), and these as XML or JSON.

A request is called by a number that tells nothing: our own count on, and whoever reads 1, 2, 4 would know that there is a third one.
"""

import re
from datetime import datetime
from typing import Any
from uuid import UUID
from xml.etree.ElementTree import Element, SubElement, tostring

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpResponse, JsonResponse
from django.utils import timezone

from disclosure.hotline.kind import HOTLINE_KIND, REVIEWED
from disclosure.models import ExchangePartner, HotlineCase, HotlineMatter, HotlineTopic
from disclosure.models.hotline import kin_of
from disclosure.public_opinion.rules import lead_of
from ninghai.models import CaseEvent
from ninghai.sealed.services import digest

# States, as FixMyStreet and others know them; `status` itself is only open or closed.

IN_WORDS = {
    "taken": "confirmed",
    "handed_on": "investigating",
    "returning": "investigating",
    **dict.fromkeys(("handling", "extending", "asking", "ending", "answered", "calling"), "in progress"),
    **dict.fromkeys(("closed", "direct"), "fixed"),
    "guided": "internal referral",
    **dict.fromkeys(("refused", "no_longer"), "unable to fix"),
    **dict.fromkeys(("merged", "duplicate"), "duplicate"),
    "void": "cancelled",
}
TOLD = [each.code for each in HOTLINE_KIND.events if each.is_public]


def state_in_words(call: Any) -> str:
    if call.promised_for and call.case.status == "handling":
        return "action scheduled"
    return "not responsible" if call.ground == "elsewhere" else IN_WORDS[call.case.status]


def calls_told() -> QuerySet[HotlineCase]:
    """With what is told of each: its last public event, and why it was refused."""
    events = CaseEvent.objects.filter(case=OuterRef("pk")).order_by("-number")
    found = HotlineCase.objects.with_case().prefetch_related("case__assignments__unit")
    last = events.filter(kind__in=TOLD).values("happened_at")[:1]
    why = events.filter(kind="refused").values("facts__ground")[:1]
    told: QuerySet[HotlineCase] = found.annotate(told_at=Subquery(last), ground=Subquery(why))
    return told.order_by("-case__entered_at", "-pk")


def public_calls() -> QuerySet[HotlineCase]:
    """What everybody may count: nothing confidential, no report, nothing about a unit, nothing that is no matter yet or any more."""
    open_to_all = calls_told().filter(is_confidential=False, about=None, case__kind=HOTLINE_KIND.code)
    return open_to_all.exclude(matter=HotlineMatter.REPORT).exclude(case__status__in=("entered", "unconfirmed", "void"))


def hidden_from(partner: ExchangePartner) -> set[int]:
    """The units, of reports about which this platform hears nothing: the one that uses it, and its kin."""
    return kin_of({partner.unit_id}) if partner.unit_id else set()


def calls_of(partner: ExchangePartner) -> QuerySet[HotlineCase]:
    """What the platform sent itself; nothing that turned out to be about the unit that uses it."""
    return calls_told().filter(exchange_request__partner=partner).exclude(about__in=hidden_from(partner))


class RequestIds:
    """One block of AES over our key: the same each time, without order, and made up by nobody."""

    def __init__(self) -> None:
        key = bytes.fromhex(digest("open311 request ids"))
        self.cipher = Cipher(algorithms.AES(key), modes.ECB())  # noqa: S305 - a single block, and no two alike

    def of(self, call: HotlineCase) -> str:
        return str(UUID(bytes=self.cipher.encryptor().update(call.pk.to_bytes(16))))

    def read(self, text: str) -> int:
        """The matter's key, or one that no matter has."""
        try:
            found = int.from_bytes(self.cipher.decryptor().update(UUID(text).bytes))
        except ValueError:
            return 0
        return found if found < 2**63 else 0


def request_of(call: Any, ids: RequestIds) -> dict[str, Any]:
    """What everybody may read of it: no words, no place, nobody's name."""
    case, lead = call.case, lead_of(call)
    due = case.legal_clock.due_at if case.is_open and case.legal_clock and case.status not in REVIEWED else None
    return {
        "service_request_id": ids.of(call),
        "status": "open" if case.is_open else "closed",
        "status_description": state_in_words(call),
        "status_notes": HOTLINE_KIND.state(case.status).public_label,
        "service_code": f"{call.topic_id or ''}",
        "service_name": str(call.topic or "其他"),
        "description": None,
        "agency_responsible": lead.unit.short_name if lead else None,
        "service_notice": None,
        "requested_datetime": in_zone(case.entered_at),
        "updated_datetime": in_zone(call.told_at),
        "expected_datetime": in_zone(due),
        "closed_date": in_zone(case.closed_at),
        "address": None,
        "address_id": None,
        "zipcode": None,
        "lat": None,
        "long": None,
        "media_url": None,
    }


def in_zone(moment: datetime | None) -> str | None:
    return timezone.localtime(moment).isoformat(timespec="seconds") if moment else None


# What can be sent.


def service_of(topic: HotlineTopic) -> dict[str, Any]:
    return {
        "service_code": str(topic.pk),
        "service_name": topic.name,
        "description": f"{topic.name}方面的咨询、求助、投诉、举报、建议、表扬",
        "metadata": True,
        "type": "realtime",
        "keywords": "",
        "group": "12345热线",
    }


def definition_of(topic: HotlineTopic) -> dict[str, Any]:
    asked: tuple[tuple[str, str, str, Any], ...] = (
        ("matter", "singlevaluelist", "类别，不填的为求助", HotlineMatter.choices),
        (
            "confidential",
            "singlevaluelist",
            "要求保密：承办单位只看到事情；举报一律保密",
            [("true", "是"), ("false", "否")],
        ),
        ("about", "string", "被反映的单位的编码（/api/v1/units/）；这个单位看不到这一件", []),
    )
    attributes = [
        {
            "variable": True,
            "code": code,
            "datatype": datatype,
            "required": False,
            "datatype_description": "",
            "order": order,
            "description": words,
            "values": [{"key": key, "name": str(name)} for key, name in choices],
        }
        for order, (code, datatype, words, choices) in enumerate(asked, start=1)
    ]
    return {"service_code": str(topic.pk), "attributes": attributes}


# XML and JSON.

ONE_OF = {
    "services": "service",
    "attributes": "attribute",
    "values": "value",
    "service_requests": "request",
    "errors": "error",
    "endpoints": "endpoint",
    "formats": "format",
}
NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def written(root: str, said: Any, *, ending: str, status: int = 200) -> HttpResponse:
    """`said` below the element `root`; anything but “xml” is JSON."""
    if ending == "xml":
        top = Element(root)
        _fill(top, said)
        body = tostring(top, encoding="utf-8", xml_declaration=True)
        return HttpResponse(body, content_type="text/xml; charset=utf-8", status=status)
    shown: dict[str, Any] = {
        "json_dumps_params": {"ensure_ascii": False},
        "content_type": "application/json; charset=utf-8",
    }
    return JsonResponse(said, safe=False, status=status, **shown)


def _fill(element: Element, said: Any) -> None:
    if isinstance(said, dict):
        for name, value in said.items():
            _fill(SubElement(element, name), value)
    elif isinstance(said, list):
        for each in said:
            _fill(SubElement(element, ONE_OF[element.tag]), each)
    elif isinstance(said, bool):
        element.text = "true" if said else "false"
    elif said is not None:
        element.text = NOT_XML.sub("", str(said))
