from django.db import migrations
from django.db.models import OuterRef, Subquery

OF_A_DRAW = (  # what hangs on a spot check, the last first
    ("RectificationProof", "rectification__finding__drawn__spot_check"),
    ("Rectification", "finding__drawn__spot_check"),
    ("ObjectionProof", "objection__finding__drawn__spot_check"),
    ("Objection", "finding__drawn__spot_check"),
    ("FindingProof", "finding__drawn__spot_check"),
    ("Mark", "finding__drawn__spot_check"),
    ("Finding", "drawn__spot_check"),
    ("SheetProof", "sheet__drawn__spot_check"),
    ("InspectionSheet", "drawn__spot_check"),
    ("Drawn", "spot_check"),
)


def name_unit_and_key(apps, schema_editor):
    """Those of the assignment, in one statement."""
    rows = apps.get_model("tasks", "Drawn")._base_manager
    of_row = apps.get_model("tasks", "Assignment")._base_manager.filter(pk=OuterRef("assignment"))
    rows.update(unit=Subquery(of_row.values("unit")), key=Subquery(of_row.values("key")))


def take_away_others(apps, schema_editor):
    """The tables as they were hold no spot check of anything but assignments: it goes, with what was found."""
    others = apps.get_model("tasks", "SpotCheck")._base_manager.exclude(subject="assignments")
    for name, way in OF_A_DRAW:
        apps.get_model("tasks", name)._base_manager.filter(**{f"{way}__in": others}).delete()
    others.delete()


class Migration(migrations.Migration):
    """What was drawn so far says its unit and its key, too; going back, the columns go, and the draws of other things."""

    dependencies = [("tasks", "0011_other_things_are_drawn")]

    operations = [migrations.RunPython(name_unit_and_key, take_away_others)]
