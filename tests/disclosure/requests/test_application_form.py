"""What each regulation's application form asks."""

from datetime import date
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from disclosure.requests.applying.forms import application_form_on
from ninghai.models import Unit

pytestmark = pytest.mark.django_db
OLD, NEW = date(2019, 5, 14), date(2019, 5, 15)


@pytest.fixture
def unit() -> Unit:
    return Unit.objects.create(code="330226X", name="宁海县财政局", short_name="县财政局", kind=Unit.Kind.DEPARTMENT)


def proof(name="identity_proof"):
    return {name: SimpleUploadedFile("身份证.jpg", b"picture", content_type="image/jpeg")}


def sent(day, asked, files=None, **changes):
    filled = {
        "form_id": str(uuid4()),
        "unit": asked.pk,
        "content": "2017年度“三公”经费决算表",
        "category": "person",
        "name": "王小明",
        "identity_kind": "id_card",
        "identity_number": "330226199001011234",
        "phone": "0574-12345678",
        "form": "paper",
        "way": "picked_up",
    }
    data = {**filled, **changes}
    return application_form_on(day)(data, proof() if files is None else files, units=Unit.objects.all())


def test_the_purpose_is_asked_under_the_old_rules_alone(unit):
    assert "purpose" in application_form_on(OLD)().fields
    assert "purpose" not in application_form_on(NEW)().fields
    assert sent(OLD, unit).is_valid()  # and need not be told


def test_a_proof_of_identity_is_needed_under_the_new_rules(unit):
    assert sent(OLD, unit, {}).is_valid()
    assert list(sent(NEW, unit, {}).errors) == ["identity_proof"]
    assert sent(NEW, unit).is_valid()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"way": "post"}, "address"),
        ({"way": "email"}, "email"),
        ({"form": "email"}, "email"),
        ({"category": "business"}, "representative"),
        ({"content": "。。 ？"}, "content"),
        ({"website": "http://x.test"}, "website"),
        ({"unit": 0}, "unit"),
        ({"category": ""}, "category"),
        ({"form_id": "1"}, "form_id"),
    ],
)
def test_what_one_answer_makes_necessary(unit, changes, field):
    assert list(sent(NEW, unit, **changes).errors) == [field]


def test_an_agent_brings_papers(unit):
    assert set(sent(NEW, unit, agent_name="李四").errors) == {"agent_identity", "agent_proof"}
    assert set(sent(NEW, unit, proof() | proof("agent_proof")).errors) == {"agent_name", "agent_identity"}
    both = sent(NEW, unit, proof() | proof("agent_proof"), agent_name="李四", agent_identity="330226199001011235")
    assert both.is_valid()
