"""The fingerprint takes in what is shown beside the content (废止日期, 替代文件 …): items that have it are stamped anew.

Those alone whose content is still what its newest fingerprint says: what was changed behind the portal's back before
the upgrade stays an alarm after it.
"""

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
    _stamp(apps, before=PUBLIC_FIELDS, after=HASHED_FIELDS)


def stamp_the_content_alone(apps, schema_editor):
    _stamp(apps, before=HASHED_FIELDS, after=PUBLIC_FIELDS)


def _stamp(apps, *, before, after):
    item_model, stamp = apps.get_model("disclosure", "Item"), apps.get_model("disclosure", "ContentStamp")
    readable = Q(status="published") | Q(status="withdrawn", withdrawal_reason__in=["outdated", "replaced"])
    now = timezone.now()
    stamped = item_model.objects.filter(SHOWN, readable, stamps__isnull=False).distinct().order_by("pk")
    for item in stamped.only("pk").iterator(chunk_size=PIECE):
        fields = item_model.objects.filter(pk=item.pk).values(*HASHED_FIELDS).get()
        files = [
            list(file) for file in item.attachments.order_by("position", "pk").values_list("label", "file__sha256")
        ]
        newest = stamp.objects.filter(item=item).order_by("-pk").values_list("content_hash", flat=True).first()
        if newest == _digest(fields, files, of=before):
            stamp.objects.create(item=item, content_hash=_digest(fields, files, of=after), stamped_at=now)


def _digest(fields, files, *, of):
    return hash_of(as_content(dict.fromkeys(HASHED_FIELDS) | {name: fields[name] for name in of}, files))


class Migration(migrations.Migration):
    dependencies = [("disclosure", "0011_grounds_and_annual_reports_by_their_day")]

    operations = [migrations.RunPython(stamp_what_is_shown, stamp_the_content_alone)]
