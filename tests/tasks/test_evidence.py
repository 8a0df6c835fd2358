"""Evidence files leave only to whoever sees the report that they prove."""

import uuid

import pytest
from django.urls import reverse

from tasks.progress.evidence import add_evidence, remove_evidence
from tests.tasks import factories
from tests.tasks.factories import PDF, signed_in

pytestmark = pytest.mark.django_db

SEES = {
    "draft": {"clerk", "head"},
    "with_head": {"clerk", "head"},
    "with_office": {"clerk", "head", "office", "signer"},
    "accepted": {"clerk", "head", "office", "signer"},
}
PEOPLE = ["office", "signer", "inspector", "clerk", "head", "other_clerk", "other_head"]


def address(report) -> str:
    return reverse("tasks:evidence-file", args=[report.evidence.get().file_id])


@pytest.mark.parametrize("station", SEES)
def test_a_file_is_served_to_whoever_sees_its_report(cast, notice, station):
    report = factories.STATIONS[station](cast, proof=PDF)

    answers = {who: signed_in(getattr(cast, who)).get(address(report)).status_code for who in PEOPLE}

    assert answers == {who: 200 if who in SEES[station] else 404 for who in PEOPLE}


def test_the_file_comes_back_byte_for_byte_as_an_attachment(cast, notice):
    response = signed_in(cast.clerk).get(address(factories.drafted(cast, proof=PDF)))

    assert b"".join(response.streaming_content) == PDF
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''%E4%BD%90%E8%AF%81.pdf"


def test_strangers_are_sent_to_the_login(client, cast, notice):
    response = client.get(address(factories.accepted(cast, proof=PDF)))

    assert response.url.startswith(reverse("login"))


def test_a_file_that_proves_nothing_has_no_address(cast, notice):
    stray = factories.stored(cast)
    client = signed_in(cast.clerk)

    assert client.get(reverse("tasks:evidence-file", args=[stray.pk])).status_code == 404
    assert client.get(reverse("tasks:evidence-file", args=[uuid.uuid4()])).status_code == 404


def test_files_are_only_read(cast, notice):
    assert signed_in(cast.clerk).post(address(factories.drafted(cast, proof=PDF))).status_code == 405


def test_a_file_that_another_report_needs_is_not_deleted(cast, notice, django_capture_on_commit_callbacks):
    shared = factories.stored(cast)
    here, there = factories.drafted(cast, of="第三季度"), factories.drafted(cast, of="第四季度")
    proofs = [add_evidence(report=each, proof=shared, by=cast.clerk, at=factories.NOW) for each in (here, there)]

    with django_capture_on_commit_callbacks(execute=True):
        remove_evidence(evidence=proofs[0], by=cast.clerk, at=factories.NOW)

    assert signed_in(cast.clerk).get(address(there)).status_code == 200
