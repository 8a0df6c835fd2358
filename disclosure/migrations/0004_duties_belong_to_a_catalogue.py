from django.db import migrations


def gather_duties(apps, schema_editor):
    """The duties that are there belong to the county's own catalogue."""
    entries = apps.get_model("disclosure", "CatalogueEntry").objects.filter(catalogue=None)
    if entries.exists():
        catalogue, _ = apps.get_model("disclosure", "BasicCatalogue").objects.get_or_create(
            code="county", defaults={"name": "主动公开基本目录"}
        )
        entries.update(catalogue=catalogue)


def name_what_is_public(apps, schema_editor):
    """What was made public with its text was disclosed on the unit's own initiative, whatever its field said."""
    items = apps.get_model("disclosure", "Item").objects
    items.filter(status__in=["published", "withdrawn"]).exclude(method="proactive").update(method="proactive")
    items.exclude(method="proactive").exclude(status="draft").update(method_reason="few_concerned")


class Migration(migrations.Migration):
    dependencies = [("disclosure", "0003_a_catalogue_to_use")]

    operations = [
        migrations.RunPython(gather_duties, migrations.RunPython.noop),
        migrations.RunPython(name_what_is_public, migrations.RunPython.noop),
    ]
