from django.db import migrations

from ninghai.web.public_pages.triggers import watch

# Of a shared material the public pages read that it is cancelled, and why; a draft that names a new one changes none of them.
EVERY, DROP = watch("disclosure_guidematerial")
CANCELLED = EVERY.replace("INSERT OR DELETE OR UPDATE", "UPDATE OF cancelled_on, cancel_reason")


class Migration(migrations.Migration):
    """Nobody outside learns when a draft of a guide is saved."""

    dependencies = [("disclosure", "0043_limits_of_proposals_are_extended")]

    operations = [migrations.RunSQL([DROP, CANCELLED], [DROP, EVERY])]
