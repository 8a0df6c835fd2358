"""政策与解读: the published policies that a published interpretation explains, each with its interpretations."""

from datetime import datetime

from django.db.models import Prefetch

from disclosure.models import Item
from disclosure.models.item import ItemQuerySet


def pairs(*, at: datetime) -> ItemQuerySet:
    """The policies, newest first, with `public_interpretations`; what is not public, on either side, is left out."""
    published = Item.objects.published(at)
    explaining = published.exclude(explains=None)
    interpretations = Prefetch(
        "interpretations",
        queryset=explaining.order_by("published_at", "pk").for_list(),
        to_attr="public_interpretations",
    )
    policies = published.filter(pk__in=explaining.values("explains"))
    return policies.newest_first().for_list().prefetch_related(interpretations)
