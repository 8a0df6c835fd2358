from django.db import migrations

from ninghai.public_pages.triggers import watch

SHOWN_OF_AN_ITEM = (  # all but what counts views: a view changes no page
    "status",
    "index_number",
    "published_at",
    "title",
    "document_number",
    "kind",
    "unit_id",
    "topic_id",
    "entry_id",
    "summary",
    "body",
    "formed_date",
    "source",
    "method",
    "validity",
    "original_published_on",
)


class Migration(migrations.Migration):
    """Every change of what the catalogue shows moves the revision of the public pages."""

    dependencies = [("disclosure", "0001_initial"), ("ninghai", "0007_public_changes")]

    operations = [
        migrations.RunSQL(*watch("disclosure_item", columns=SHOWN_OF_AN_ITEM)),
        migrations.RunSQL(*watch("disclosure_catalogueentry")),
        migrations.RunSQL(*watch("disclosure_topic")),
        migrations.RunSQL(*watch("disclosure_attachment")),
    ]
