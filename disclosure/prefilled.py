"""What an address fills in on the drafter's form: the duty that is owed, the kind, the item that is explained."""

from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.utils import timezone

from disclosure.models import CatalogueEntry, Item


def prefilled(asked: QueryDict, *, at: datetime) -> dict[str, Any]:
    """What an address fills in: `?entry=CODE`, `?kind=…`, `?explains=` the number, or the index number, of a published item."""
    filled: dict[str, Any] = {}
    if entry := CatalogueEntry.objects.living(on=timezone.localdate(at)).filter(code=asked.get("entry", "")).first():
        filled["entry"] = entry.pk
    if asked.get("kind") in Item.Kind.values:
        filled["kind"] = asked["kind"]
    if words := asked.get("explains", ""):
        named = (
            {"pk": int(words)} if words.isascii() and words.isdecimal() and len(words) < 18 else {"index_number": words}
        )
        if policy := Item.objects.published(at).filter(**named).only("index_number", "title", "topic").first():
            filled |= {"explains": policy.index_number, "kind": Item.Kind.INTERPRETATION, "topic": policy.topic_id}
            filled |= {"category": "interpretation", "title": f"《{policy.title}》政策解读"[:200]}
    return filled
