"""Every text has a longest length: its field and form name it, the database keeps it, whoever writes."""

import importlib
import pkgutil
import re
import uuid

import pytest
from django import forms
from django.apps import apps
from django.db import IntegrityError, connection, models
from django.db.models.functions import Length
from django.urls import reverse

from disclosure.items.forms import ItemForm
from disclosure.items.lifecycle import withdraw_item
from disclosure.models import Item
from ninghai.models import AuditEntry
from ninghai.operations.database.connections import as_owner
from ninghai.operations.database.text_lengths import bound, too_long
from tasks.models import ProgressReport
from tasks.progress.services import Written, save_draft
from tests.cast import make_cast
from tests.disclosure.makers import LATER, published
from tests.disclosure.test_work import TYPED
from tests.tasks.factories import NOW, assignment_of, issued_notice, period

pytestmark = pytest.mark.django_db
OURS = ("ninghai", "tasks", "disclosure", "reports")
SIGNING_IN = {("SignInForm", "username"), ("SignInForm", "password")}  # bounded by the form itself: LONGEST_PASSWORD
# What a form carries along, which is bounded where it is put: in the body.
CARRIED = {("WordForm", "word_text"), ("WordForm", "former_body")}
NO_FORMS = re.compile(r"\.(migrations|wsgi|web\.server|web\.worker|management)\b")

TEXTS = [
    pytest.param(model, field, id=f"{model._meta.label}.{field.name}")
    for app in OURS
    for model in apps.get_app_config(app).get_models()
    for field in model._meta.local_fields
    if isinstance(field, models.TextField)
]


def test_there_are_texts():
    assert len(TEXTS) > 40


@pytest.mark.parametrize(("model", "field"), TEXTS)
def test_a_text_has_one_bound_in_the_field_and_in_the_database(model, field):
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = %s::regclass AND tgname = %s",
            [table, f"longest_{field.column}"],
        )
        told = cursor.fetchone()

    assert field.max_length, (
        "a TextField without max_length: add it, and `bound` in a migration (ninghai.operations.database.text_lengths)"
    )
    assert told, "no trigger keeps the bound"
    assert re.search(rf"INSERT OR UPDATE OF {field.column} ", told[0])
    assert f"> {field.max_length})" in told[0]


def all_forms() -> set[type[forms.BaseForm]]:
    for app in OURS:
        package = importlib.import_module(app)
        for module in pkgutil.walk_packages(package.__path__, f"{app}."):
            if not NO_FORMS.search(module.name):
                importlib.import_module(module.name)
    found, waiting = set(), [forms.BaseForm]
    while waiting:
        waiting += (one := waiting.pop()).__subclasses__()
        found.add(one)
    return {one for one in found if one.__module__.partition(".")[0] in OURS}


def test_every_field_of_every_form_in_which_something_is_typed_has_a_bound():
    unbounded = {
        (form.__name__, name)
        for form in all_forms()
        for name, field in getattr(form, "base_fields", {}).items()
        if isinstance(field, forms.CharField) and not isinstance(field, forms.UUIDField) and not field.max_length
    }

    assert unbounded <= SIGNING_IN | CARRIED


def test_a_form_refuses_one_character_more_and_takes_as_many_as_there_may_be(client, cast):
    client.force_login(cast.clerk)
    longest = Item._meta.get_field("body").max_length
    whole = "文\r\n" * (longest // 2)

    taken = client.post("/work/items/new/", {**TYPED, "body": whole, "form_id": uuid.uuid4()})
    refused = client.post("/work/items/new/", {**TYPED, "body": f"{whole}字字", "form_id": uuid.uuid4()})

    assert (taken.status_code, refused.status_code) == (302, 422)
    assert Item.objects.count() == 1


def test_autosave_refuses_what_is_too_long(client, cast, settings):
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2018-11-20"
    issued_notice(cast)
    client.force_login(cast.clerk)
    address = reverse("tasks:report-autosave", args=[assignment_of(cast).pk, period().pk])

    answer = client.post(address, {"text": "字" * 5001, "percent": "1", "version": "0", "supplement": "0"})

    assert answer.status_code == 422
    assert not ProgressReport.objects.exists()


def test_what_comes_past_every_form_is_refused_with_a_sentence(cast):
    issued_notice(cast)
    told = {"assignment": assignment_of(cast), "period": period(), "written": Written(text="字" * 5001)}
    with pytest.raises(IntegrityError) as refused:
        save_draft(**told, by=cast.clerk, at=NOW)

    assert too_long(refused.value) == "“进展情况”超过了5000字，没有保存。请写短一些再试。"


def test_a_page_says_what_the_database_refused_and_shows_what_was_typed(client, cast, monkeypatch):
    """A form that knew no bound, as the next one that somebody writes may."""
    monkeypatch.setattr(ItemForm, "base_fields", {**ItemForm.base_fields, "body": forms.CharField()})
    client.force_login(cast.clerk)

    answer = client.post("/work/items/new/", {**TYPED, "body": "字" * 100_001, "form_id": uuid.uuid4()})

    page = answer.content.decode()
    assert (answer.status_code, Item.objects.count()) == (422, 0)
    assert "“正文”超过了100000字，没有保存。" in page
    assert TYPED["title"] in page


@pytest.mark.django_db(transaction=True)
def test_a_row_that_was_longer_before_there_was_a_bound_can_still_be_withdrawn():
    cast = make_cast()
    item = published(cast)
    create, drop = bound("disclosure_item", "body", 100_000, "正文")
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(drop)
        cursor.execute("UPDATE disclosure_item SET body = repeat('字', 200000) WHERE id = %s", [item.pk])
        cursor.execute(create)

    item = Item.objects.get(pk=item.pk)
    item.save()
    withdraw_item(item=item, reason=Item.WithdrawalReason.WRONG, explanation="有误", by=cast.office, at=LATER)

    with pytest.raises(IntegrityError):
        Item.objects.filter(pk=item.pk).update(body="字" * 100_001)
    assert Item.objects.get(pk=item.pk).status == "withdrawn"


def test_what_the_portal_writes_itself_is_cut(cast):
    AuditEntry.objects.record(action="edit", target=cast.office, by=None, at=NOW, reason="因" * 3000)

    assert AuditEntry.objects.annotate(length=Length("reason")).latest("pk").length == 2000
