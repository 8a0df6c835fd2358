"""Records of the finance bureau below /work/, asked for and acted on by everybody whom they do not concern."""

import re
from collections.abc import Iterator
from datetime import date
from uuid import uuid4

import pytest
from django.urls import URLPattern, reverse

from ninghai.models import AuditEntry, Role
from tasks.models import (
    Evidence,
    FindingProof,
    ObjectionProof,
    Petition,
    RectificationProof,
    UnitScore,
)
from tasks.services.petitions import ask
from tasks.services.scoring import circulate_scores, compute_scores
from tasks.services.spot_checks import add_objection_proof, add_photo, conclude_sheet, save_sheet
from tasks.services.spot_checks.sheets import SheetWords
from tasks.urls import urlpatterns
from tests.cast import Cast, person
from tests.tasks import factories
from tests.tasks.factories import NOW, TODAY, assignment_of, signed_in
from tests.tasks.scoring.conftest import make_a_scheme

SECRET = "只有财政局能看到的话"


@pytest.fixture
def notice(cast: Cast, settings):
    settings.CLOCK_DATE = TODAY.isoformat()
    settings.CLOCK_SINCE = TODAY.isoformat()
    return factories.issued_notice(cast)


@pytest.fixture
def addresses(cast: Cast, notice) -> dict[str, str]:
    """Each address of the tasks that names a record, filled with one of the finance bureau's."""
    drawn = factories.drawn_check(cast, notice, size=1, rubric=factories.small_rubric()).drawn.get()
    drawn.assignment = assignment_of(cast)
    drawn.save(update_fields=["assignment"])
    words = SheetWords(outcome="to_rectify", note=SECRET, rectify_by_date=date(2018, 12, 20))
    sheet = save_sheet(drawn=drawn, written=words, version=0, by=cast.inspector, at=NOW)
    photo = factories.stored(cast, data=factories.PDF + b"1")
    add_photo(sheet=sheet, proof=photo, by=cast.inspector, at=NOW)
    finding = conclude_sheet(sheet=sheet, version=0, by=cast.inspector, at=NOW)
    objection = factories.objected(cast, finding, text=SECRET)
    add_objection_proof(
        objection=objection, proof=factories.stored(cast, data=factories.PDF + b"2"), by=cast.clerk, at=NOW
    )
    factories.handed_in(cast, finding)
    report = factories.with_head(cast, text=SECRET, proof=factories.PDF + b"3")
    petition = ask(
        assignment=assignment_of(cast, point=2),
        kind=Petition.Kind.NOT_APPLICABLE,
        reason=SECRET,
        form_id=uuid4(),
        by=cast.clerk,
        at=NOW,
    )
    scoring = compute_scores(scheme=make_a_scheme(cast, notice), as_of=TODAY, by=cast.office, at=NOW)
    circulate_scores(scoring=scoring, version=scoring.version, by=cast.signer, at=NOW)
    numbers = {
        "assignments": report.assignment_id,
        "progress": report.pk,
        "petitions": petition.pk,
        "evidence": photo.pk,
        "inspections": drawn.pk,
        "findings": finding.pk,
        "draws": drawn.spot_check_id,
        "scores": UnitScore.objects.get(unit=cast.finance).pk,
    }
    return dict(_filled(numbers, period=report.period_id))


def _filled(numbers: dict[str, object], *, period: int) -> Iterator[tuple[str, str]]:
    for each in urlpatterns:
        route = str(each.pattern) if isinstance(each, URLPattern) else ""
        if route.startswith("work/") and "<" in route:
            number = str(numbers[route.split("/")[1]])
            yield each.name, "/" + re.sub(r"<\w+:pk>", number, route).replace("<int:period_pk>", str(period))


def evidence_of_finance() -> set[str]:
    """Every file of the finance bureau, whatever it proves."""
    models = (Evidence, FindingProof, ObjectionProof, RectificationProof)
    files = {pk for model in models for pk in model.objects.values_list("file", flat=True) if pk}
    return {reverse("tasks:evidence-file", args=[pk]) for pk in files}


def strangers(cast: Cast):
    """Another unit's clerk and head, an inspector for whom nothing was drawn, the administrators, and nobody."""
    roles = (Role.INSPECTOR, Role.SYSTEM, Role.SECURITY, Role.AUDITOR)
    others = [person(f"other-{role}", "另一个人", cast.county_office, role) for role in roles]
    return [cast.other_clerk, cast.other_head, *others]


def test_a_stranger_sees_and_moves_nothing(cast, addresses):
    asked = {*addresses.values(), *evidence_of_finance()}
    assert len(addresses) >= 17
    assert len(evidence_of_finance()) == 4
    before = AuditEntry.objects.exclude(action="refused").count()
    for stranger in strangers(cast):
        visitor = signed_in(stranger)
        for address in asked:
            sent = {"version": 1, "text": "改写", "kind": "extension", "reason": "改写", "form_id": str(uuid4())}
            for response in (visitor.get(address), visitor.post(address, sent)):
                assert response.status_code in {403, 404, 405} or _leads_nowhere(visitor, response), address
                assert SECRET not in response.content.decode(errors="ignore")
    assert AuditEntry.objects.exclude(action="refused").count() == before


def _leads_nowhere(visitor, response) -> bool:
    """A redirect of an act's address to a page that is not there for this visitor either."""
    return response.status_code == 302 and visitor.get(response["Location"]).status_code in {403, 404}


def test_nobody_who_is_signed_out_sees_or_moves_anything(client, cast, addresses):
    before = AuditEntry.objects.exclude(action="refused").count()
    for address in {*addresses.values(), *evidence_of_finance()}:
        assert client.get(address)["Location"].startswith("/login/")
        assert client.post(address, {"version": 1}).status_code == 403
    assert AuditEntry.objects.exclude(action="refused").count() == before


def test_the_unit_opens_them(cast, addresses):
    """The same addresses and files, so that the tests above do not pass by a wrong number."""
    clerk = signed_in(cast.clerk)
    closed = {name for name, address in addresses.items() if clerk.get(address).status_code not in {200, 302, 405}}
    assert closed <= {"inspection", "inspection-recheck"}
    assert all(clerk.get(address).status_code == 200 for address in evidence_of_finance())
