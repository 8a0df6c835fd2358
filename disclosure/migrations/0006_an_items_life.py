import django.db.models.deletion
from django.conf import settings
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
    "updated_at",
    "is_emergency",
    "reviewed_after_at",
    "withdrawal_reason",
    "withdrawal_notice",
)
UNWATCH_ITEMS = "DROP TRIGGER public_pages_changed ON disclosure_item;"
WATCH_ITEMS, _ = watch("disclosure_item", columns=SHOWN_OF_AN_ITEM)
WATCH_BEFORE, _ = watch("disclosure_item", columns=tuple(name for name in SHOWN_OF_AN_ITEM if name != "updated_at"))


class Migration(migrations.Migration):
    """An item lives on after its publication: it is revised, expires, is released at a set time or before its review."""

    dependencies = [
        ("disclosure", "0005_what_is_not_disclosed_stays_unseen"),
        ("ninghai", "0008_acts_on_items"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="item",
            name="undisclosed_text_is_never_public",
        ),
        migrations.AddField(
            model_name="item",
            name="updated_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="更新时间"),
        ),
        migrations.AlterField(
            model_name="item",
            name="scheduled_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="ninghai.membership",
                verbose_name="定时人",
            ),
        ),
        migrations.AddIndex(
            model_name="item",
            index=models.Index(
                condition=models.Q(("validity", "in_force"), models.Q(("expires_on", None), _negated=True)),
                fields=["expires_on"],
                name="items_to_expire",
            ),
        ),
        migrations.AddIndex(
            model_name="item",
            index=models.Index(
                condition=models.Q(("next_review_date", None), _negated=True),
                fields=["next_review_date"],
                name="items_to_assess_again",
            ),
        ),
        migrations.AddIndex(
            model_name="item",
            index=models.Index(
                condition=models.Q(("is_emergency", True)), fields=["reviewed_after_at"], name="items_released_at_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="item",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ["published", "withdrawn"]), _negated=True),
                    ("method", "proactive"),
                    models.Q(("body", ""), ("summary", "")),
                    _connector="OR",
                ),
                name="undisclosed_text_is_never_public",
                violation_error_message="不主动公开的信息只公布名称和理由，正文和内容概述必须为空。",
            ),
        ),
        migrations.AddConstraint(
            model_name="item",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status__in", ["draft", "with_head", "in_review", "approved"])),
                fields=("revises",),
                name="one_open_revision_of_an_item",
                violation_error_message="这条信息已有一份修订稿正在办理。",
            ),
        ),
        migrations.RunSQL(UNWATCH_ITEMS + WATCH_ITEMS, UNWATCH_ITEMS + WATCH_BEFORE),
    ]
