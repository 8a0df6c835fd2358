"""The fingerprint takes in what is shown beside the content (废止日期, 替代文件 …): items that have it are stamped anew."""

from django.db import migrations
from django.db.models import Q
from django.utils import timezone

from disclosure.models.public_content import HASHED_FIELDS, PUBLIC_FIELDS, as_content, hash_of

SHOWN = (
    Q(next_review_date__isnull=False)
    | Q(repealed_on__isnull=False)
    | Q(replaced_by__isnull=False)
    | ~Q(withdrawal_notice="")
)
PIECE = 500


def stamp_what_is_shown(apps, schema_editor):
    _stamp(apps, HASHED_FIELDS)


def stamp_the_content_alone(apps, schema_editor):
    _stamp(apps, PUBLIC_FIELDS)


def _stamp(apps, names):
    item_model, stamp = apps.get_model("disclosure", "Item"), apps.get_model("disclosure", "ContentStamp")
    readable = Q(status="published") | Q(status="withdrawn", withdrawal_reason__in=["outdated", "replaced"])
    now = timezone.now()
    stamped = item_model.objects.filter(SHOWN, readable, stamps__isnull=False).distinct().order_by("pk")
    for item in stamped.only("pk").iterator(chunk_size=PIECE):
        fields = dict.fromkeys(HASHED_FIELDS) | item_model.objects.filter(pk=item.pk).values(*names).get()
        files = item.attachments.order_by("position", "pk").values_list("label", "file__sha256")
        digest = hash_of(as_content(fields, [list(file) for file in files]))
        stamp.objects.create(item=item, content_hash=digest, stamped_at=now)


class Migration(migrations.Migration):
    dependencies = [("disclosure", "0011_grounds_and_annual_reports_by_their_day")]

    operations = [migrations.RunPython(stamp_what_is_shown, stamp_the_content_alone)]
