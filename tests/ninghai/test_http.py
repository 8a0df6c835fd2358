"""One record of those that a person may see, or 404."""

import pytest
from django.http import Http404

from ninghai.models import Unit
from ninghai.web.http import visible_or_404


def test_what_is_visible_is_found(cast):
    assert visible_or_404(Unit.objects.all(), pk=cast.town.pk) == cast.town


def test_what_is_not_visible_is_not_there(cast):
    with pytest.raises(Http404):
        visible_or_404(Unit.objects.exclude(pk=cast.town.pk), pk=cast.town.pk)


def test_who_may_see_none_is_told_so_before_a_question_is_put_into_sql(monkeypatch):
    monkeypatch.setattr("django.db.models.sql.compiler.SQLCompiler.as_sql", pytest.fail)
    with pytest.raises(Http404):
        visible_or_404(Unit.objects.none(), pk=1)
