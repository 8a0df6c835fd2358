"""Whose files a finding's are, and what the office does on its page."""

import pytest
from django.urls import reverse

from ninghai.models import Role
from tasks.models import Finding, Objection, Rectification
from tests.cast import person
from tests.tasks import factories
from tests.tasks.factories import PDF, objected, recorded, signed_in, small_rubric, stored, upload
from tests.worlds import world

pytestmark = pytest.mark.django_db


PEOPLE = ["clerk", "head", "other_clerk", "other_head", "inspector", "office", "signer"]


def make_drawn(cast, notice):
    return factories.drawn_of_finance(cast, notice, rubric=small_rubric())


drawn_row = world("drawn_row", make_drawn, on=("cast", "small_notice"))


recorded_finding = world("recorded_finding", recorded, on=("cast", "drawn_row"))


@pytest.fixture
def drawn(notice, drawn_row):
    return drawn_row


@pytest.fixture
def finding(drawn, recorded_finding) -> Finding:
    return recorded_finding


def address(name: str, finding: Finding) -> str:
    return reverse(f"tasks:{name}", args=[finding.pk])


# --- Whose files -----------------------------------------------------------------------------------------------


def test_files_of_objection_and_rectification_go_to_whom_they_concern(cast, finding):
    objection = objected(cast, finding, proofs=[stored(cast, data=PDF + b"1")])
    rectification = factories.handed_in(cast, finding)
    stranger = person("inspector9", "另一抽查人员", cast.county_office, Role.INSPECTOR)
    concerned = {"clerk", "head", "inspector", "office", "signer"}

    for record in (objection, rectification):
        file = reverse("tasks:evidence-file", args=[record.proofs.get().file_id])
        answers = {who: signed_in(getattr(cast, who)).get(file).status_code for who in PEOPLE}
        assert answers == {who: 200 if who in concerned else 404 for who in PEOPLE}
        assert signed_in(stranger).get(file).status_code == 404


# --- The office ------------------------------------------------------------------------------------------------


def admin(name: str, finding: Finding) -> str:
    return reverse(f"admin:tasks_finding_{name}", args=[finding.pk])


def decision(finding, **changes) -> dict:
    return {
        "verdict": "upheld",
        "decision": "核对属实",
        "outcome": "true",
        "note": "台账一致",
        "version": Objection.objects.get().version,
    } | changes


def test_a_file_beside_an_empty_objection_is_asked_for_again(cast, finding):
    sent = {"text": "", "version": finding.version, "upload": upload()}

    page = signed_in(cast.clerk).post(address("finding-object", finding), sent)

    assert page.context["offers"]["finding_object"].form.errors["upload"] == ["刚才选择的文件没有保存，请重新选择。"]
    assert not Objection.objects.exists()


def test_the_office_upholds_and_corrects_in_one_form(cast, finding):
    objected(cast, finding)

    response = signed_in(cast.office).post(admin("decide", finding), decision(finding))

    finding.refresh_from_db()
    assert response.status_code == 302
    assert (finding.outcome, finding.note, Objection.objects.get().status) == ("true", "台账一致", "upheld")


@pytest.mark.parametrize("broken", [{"decision": ""}, {"verdict": ""}, {"outcome": "to_rectify"}, {"outcome": ""}])
def test_a_decision_that_is_refused_keeps_what_was_typed(cast, finding, broken):
    objected(cast, finding)
    form = decision(finding, note="新写的核查情况", **broken)

    page = signed_in(cast.office).post(admin("decide", finding), form)

    assert page.context["offers"]["decide"].form.errors
    assert "新写的核查情况" in page.text
    assert Objection.objects.get().status == "raised"


def test_what_was_chosen_too_late_is_shown_in_its_words(cast, finding):
    objected(cast, finding)
    late = decision(finding, verdict="dismissed", decision="再看一遍", outcome="not_true", note="另一个人写的核查情况")
    signed_in(cast.office).post(admin("decide", finding), decision(finding))

    page = signed_in(cast.second_office).post(admin("decide", finding), late)

    typed = [text for _, text in page.context["typed"]]
    assert page.status_code == 409
    assert typed == ["异议不成立", "再看一遍", "不属实", "另一个人写的核查情况"]


def test_the_signer_reads_and_decides_nothing(cast, finding):
    objected(cast, finding)
    client = signed_in(cast.signer)

    page = client.get(admin("change", finding))

    assert page.status_code == 200
    assert "处理异议" not in page.text
    assert client.post(admin("decide", finding), decision(finding)).status_code == 403


def test_the_office_looks_again(cast, finding):
    kept = factories.handed_in(cast, finding)

    signed_in(cast.office).post(admin("recheck", finding), {"passes": "yes", "note": "", "version": kept.version})

    assert Rectification.objects.get().checked_by == cast.office


def test_the_desk_counts_what_waits(cast, finding):
    objected(cast, finding)
    factories.handed_in(cast, finding)

    rows = signed_in(cast.office).get(reverse("admin:index")).context["rows"]

    assert {"处理", "复查"} <= {row.verb for row in rows}


@pytest.mark.parametrize(("late", "shown"), [("yes", 0), ("was", 0), ("no", 1), ("", 1)])
def test_rectifications_are_listed_by_lateness(cast, finding, late, shown):
    page = signed_in(cast.office).get(reverse("admin:tasks_rectification_changelist"), {"late": late} if late else {})

    assert page.context["cl"].result_count == shown


@pytest.mark.parametrize("model", ["objection", "rectification"])
def test_what_follows_opens_on_the_findings_page(cast, finding, model):
    record = objected(cast, finding) if model == "objection" else finding.rectification

    response = signed_in(cast.office).get(reverse(f"admin:tasks_{model}_change", args=[record.pk]))

    assert response.url == admin("change", finding)
