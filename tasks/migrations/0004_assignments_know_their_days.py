"""Assignments made before take their days from their task and their notice; findings that ask for it, a rectification."""

from django.db import migrations
from django.db.models import OuterRef, Subquery
from django.db.models.functions import TruncDate


def fill_days(apps, schema_editor):
    Assignment, Task = apps.get_model("tasks", "Assignment"), apps.get_model("tasks", "Task")
    task = Task.objects.filter(pk=OuterRef("task"))
    Assignment.objects.update(
        due_date=Subquery(task.values("due_date")),
        made_on=Subquery(task.annotate(day=TruncDate("point__notice__issued_at")).values("day")),
    )


def open_rectifications(apps, schema_editor):
    Finding, Rectification = apps.get_model("tasks", "Finding"), apps.get_model("tasks", "Rectification")
    asked = Finding.objects.filter(outcome="to_rectify", rectification=None)
    Rectification.objects.bulk_create(Rectification(finding=finding) for finding in asked)


class Migration(migrations.Migration):
    dependencies = [("tasks", "0003_a_year_of_work")]

    operations = [
        migrations.RunPython(fill_days, migrations.RunPython.noop, elidable=True),
        migrations.RunPython(open_rectifications, migrations.RunPython.noop, elidable=True),
    ]
