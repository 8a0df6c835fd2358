"""常用筛选: a person keeps a list of the office as it is narrowed, and comes back to it with one tap."""

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import QueryDict

from ninghai.models import SavedFilter, User

MOST = 20  # of one person for one list
LONGEST = 1000  # characters of a query
PASSING = frozenset(
    {"p", "e", "all", "_popup", "_to_field", "_facets", "_changelist_filters"}
)  # which page, not which rows


class TitleForm(forms.Form):
    title = forms.CharField(
        label="名称", max_length=30, help_text="自己看得懂的几个字，如“逾期的街道任务”，不超过30字。"
    )


class KeepForm(TitleForm):
    query = forms.CharField(max_length=2000, widget=forms.HiddenInput, required=False)


def narrowing(params: QueryDict) -> str:
    """What of an address narrows or orders the list, without what is left empty."""
    kept = QueryDict(mutable=True)
    for name, values in params.lists():
        if name not in PASSING:
            kept.setlist(name, [value for value in values if value])
    return kept.urlencode()


@transaction.atomic
def keep_filter(*, user: User, page: str, title: str, query: str) -> SavedFilter:
    """Keep the list of that name as the query narrows it; raises ValidationError."""
    if not query:
        raise ValidationError("列表还没有筛选。请先在列表中筛选，再保存。")
    if len(query) > LONGEST:
        raise ValidationError("筛选条件太长，不能保存。请减少条件。")
    User.objects.select_for_update().get(pk=user.pk)  # a double click waits here
    mine = SavedFilter.objects.filter(user=user, page=page)
    if mine.count() >= MOST:
        raise ValidationError(f"一个列表最多保存{MOST}个常用筛选，请先删除不用的。")
    kept = SavedFilter(user=user, page=page, title=title, query=query)
    kept.full_clean()
    kept.save()
    return kept


def rename_filter(kept: SavedFilter, *, title: str) -> None:
    kept.title = title
    kept.full_clean()
    kept.save(update_fields=["title"])
