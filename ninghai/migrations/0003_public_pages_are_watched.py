from django.db import migrations

from ninghai.web.public_pages.triggers import DROP_FUNCTION, FUNCTION, watch


class Migration(migrations.Migration):
    """A change of a unit's name moves the revision of the public pages."""

    replaces = [("ninghai", "0007_public_changes")]

    dependencies = [("ninghai", "0002_what_only_grows")]

    operations = [
        migrations.RunSQL(FUNCTION, DROP_FUNCTION),
        migrations.RunSQL(*watch("ninghai_unit")),
    ]
