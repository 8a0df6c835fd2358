from django.db import migrations

from ninghai.web.public_pages.triggers import watch

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
    "category",
    "unified_number",
    "audience",
    "summary",
    "body",
    "formed_date",
    "source",
    "method",
    "method_reason",
    "method_explanation",
    "openness_mark",
    "validity",
    "effective_on",
    "expires_on",
    "repealed_on",
    "replaced_by_id",
    "explains_id",
    "original_published_on",
    "updated_at",
    "is_emergency",
    "reviewed_after_at",
    "withdrawal_reason",
    "withdrawal_notice",
)
SHOWN_WHOLE = (
    "disclosure_catalogueentry",
    "disclosure_topic",
    "disclosure_attachment",
    "disclosure_basiccatalogue",
    "disclosure_catalogueedition",
    "disclosure_publicversion",
    "disclosure_sitepage",
)


class Migration(migrations.Migration):
    """Every change of what the public reads moves the revision of the public pages."""

    replaces = [
        ("disclosure", "0002_public_pages_are_watched"),
        ("disclosure", "0005_what_is_not_disclosed_stays_unseen"),
        ("disclosure", "0010_the_newest_of_a_kind"),
    ]

    dependencies = [
        ("disclosure", "0001_tables"),
        ("ninghai", "0003_public_pages_are_watched"),
        ("tasks", "0001_tables"),
    ]

    operations = [
        migrations.RunSQL(*watch("disclosure_item", columns=SHOWN_OF_AN_ITEM)),
        *(migrations.RunSQL(*watch(table)) for table in SHOWN_WHOLE),
        migrations.RunSQL(*watch("tasks_workpointnotice", columns=("status",))),
    ]
