from django.db import migrations

from tasks.notices.titles import title_of


def make_titles(apps, schema_editor):
    """Each is called by its first clause, as those that are imported from now on."""
    for name in ("WorkPoint", "WorkPointEdition"):
        manager = apps.get_model("tasks", name)._base_manager
        rows = list(manager.filter(title="").only("pk", "text"))
        for row in rows:
            row.title = title_of(row.text)
        manager.bulk_update(rows, ["title"], batch_size=500)


class Migration(migrations.Migration):
    """The points of notices that were imported before get short titles too; going back keeps them for the column to take along."""

    dependencies = [("tasks", "0007_points_have_short_titles")]

    operations = [migrations.RunPython(make_titles, migrations.RunPython.noop)]
