"""Objections of before went to the office at once: they count as passed on then. Backwards, what waits for a head goes on."""

from django.db import migrations
from django.db.models import F
from django.db.models.functions import Now


def raised_means_passed(apps, schema_editor):
    apps.get_model("tasks", "Objection").objects.filter(passed_at=None).update(passed_at=F("raised_at"))


def nothing_waits_for_a_head(apps, schema_editor):
    """Before, there was no such state: the office has what the clerk wrote."""
    within_unit = apps.get_model("tasks", "Objection").objects.filter(status__in=["with_head", "returned"])
    within_unit.update(status="raised")
    written = apps.get_model("tasks", "Rectification").objects.filter(status="with_head")
    written.update(status="handed_in", handed_in_at=Now())


class Migration(migrations.Migration):
    dependencies = [("tasks", "0002_heads_pass_on_remedies")]

    operations = [migrations.RunPython(raised_means_passed, nothing_waits_for_a_head)]
