"""其他叫法 is typed one name a line; nobody has to write brackets and quotes."""

from django.test import Client
from django.urls import reverse

from ninghai.models import AuditEntry, Unit
from tests.cast import make_cast
from tests.seen import post_as_seen


def form_of(client: Client, unit: Unit) -> dict[str, object]:
    page = client.get(reverse("admin:ninghai_unit_change", args=[unit.pk]))
    form = page.context["adminform"].form
    return {name: field.prepare_value(form.initial.get(name)) or "" for name, field in form.fields.items()}


def test_names_are_shown_and_kept_a_line_each(db):
    cast = make_cast()
    client = Client()
    client.force_login(cast.office)
    Unit.objects.filter(pk=cast.finance.pk).update(aliases=["财政局", "县财政"])

    sent = form_of(client, cast.finance)
    assert sent["aliases"] == "财政局\n县财政"
    address = reverse("admin:ninghai_unit_change", args=[cast.finance.pk])
    post_as_seen(client, address, {**sent, "aliases": "财政局\r\n\r\n 县财政部门 \r\n财政局\r\n"})

    cast.finance.refresh_from_db()
    assert cast.finance.aliases == ["财政局", "县财政部门"]
    assert AuditEntry.objects.about(cast.finance).filter(action="edit").exists()
