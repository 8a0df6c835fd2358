"""What stands beside the decision on a report: the first page of its evidence, and the others that wait."""

import lxml.html
import pytest
from django.urls import reverse

from tasks.progress.services import accept_report
from tests.ninghai.sanitizing import honest
from tests.tasks import factories
from tests.tasks.factories import NOW, assignment_of, signed_in

pytestmark = pytest.mark.django_db


def page_of(person, report) -> lxml.html.HtmlElement:
    address = reverse("admin:tasks_progressreport_change", args=[report.pk])
    return lxml.html.fromstring(signed_in(person).get(address).text)


def test_evidence_is_looked_at_in_place_while_there_is_something_to_decide(cast, notice):
    report = factories.with_office(cast, proof=honest.pdf())
    preview = reverse("tasks:evidence-preview", args=[report.evidence.get().file_id])

    in_place = page_of(cast.office, report).xpath("//*[@data-hx-get]")
    assert [(each.get("data-hx-get"), each.get("aria-label")) for each in in_place] == [
        (preview, f"“{report.evidence.get()}”的第一页")
    ]
    accept_report(report=report, version=report.version, by=cast.office, at=NOW)
    assert page_of(cast.office, report).xpath("//*[@data-hx-get]") == []


def test_what_is_shown_in_place_is_the_first_page_without_a_frame(cast, notice):
    report = factories.with_office(cast, proof=honest.pdf())
    preview = reverse("tasks:evidence-preview", args=[report.evidence.get().file_id])

    part = signed_in(cast.office).get(preview, headers={"HX-Request": "true"}).text

    assert "<main" not in part
    assert lxml.html.fromstring(part).xpath("string(//*[@data-first-page]/img/@src)") == f"{preview}1/"


def test_those_that_wait_stand_beside_the_one_that_is_open(cast, notice):
    first = factories.with_office(cast, of="第三季度")
    second = factories.with_office(cast, assignment=assignment_of(cast, point=2), of="第三季度")
    decided = factories.with_office(cast, of="第四季度")
    accept_report(report=decided, version=decided.version, by=cast.office, at=NOW)

    rows = page_of(cast.office, first).xpath("//nav[@class='queue-list']//a")

    label = "{0.assignment.task.point.label}{0.assignment.unit}".format
    shown = {"".join(row.text_content().split()): row.get("aria-current") for row in rows}
    assert shown == {"".join(label(first).split()): "page", "".join(label(second).split()): None}
