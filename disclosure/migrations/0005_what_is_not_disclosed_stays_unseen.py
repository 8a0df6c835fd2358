import django.db.models.deletion
from django.db import migrations, models

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
    "is_emergency",
    "reviewed_after_at",
    "withdrawal_reason",
    "withdrawal_notice",
)
UNWATCH_ITEMS = "DROP TRIGGER public_pages_changed ON disclosure_item;"
WATCH_ITEMS, _ = watch("disclosure_item", columns=SHOWN_OF_AN_ITEM)


class Migration(migrations.Migration):
    """What the units do not disclose never stands in a public row; the new tables of the public's pages are watched."""

    dependencies = [("disclosure", "0004_duties_belong_to_a_catalogue"), ("ninghai", "0008_acts_on_items")]

    operations = [
        migrations.AlterField(
            model_name="catalogueentry",
            name="catalogue",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="entries",
                to="disclosure.basiccatalogue",
                verbose_name="所属目录",
            ),
        ),
        migrations.AddConstraint(
            model_name="item",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ["published", "withdrawn"]), _negated=True),
                    ("method", "proactive"),
                    ("body", ""),
                    _connector="OR",
                ),
                name="undisclosed_text_is_never_public",
                violation_error_message="不主动公开的信息只公布名称和理由，正文必须为空。",
            ),
        ),
        migrations.AddConstraint(
            model_name="item",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("method", "proactive"),
                    models.Q(("method_reason", ""), _negated=True),
                    ("status", "draft"),
                    _connector="OR",
                ),
                name="not_disclosing_has_a_reason",
                violation_error_message="不主动公开的信息必须注明理由。",
            ),
        ),
        migrations.RunSQL(UNWATCH_ITEMS + WATCH_ITEMS, migrations.RunSQL.noop),
        migrations.RunSQL(*watch("disclosure_basiccatalogue")),
        migrations.RunSQL(*watch("disclosure_catalogueedition")),
        migrations.RunSQL(*watch("disclosure_publicversion")),
        migrations.RunSQL(*watch("disclosure_sitepage")),
    ]
