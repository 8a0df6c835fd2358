"""Files that a form brings along: looked into before any row is locked, and gone again when their record is refused."""

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from ninghai.files import storing
from ninghai.models import StoredFile
from tasks.progress.evidence import add_pieces
from tests.disclosure.makers import AT
from tests.ninghai.sanitizing.honest import picture


def sent() -> dict[str, object]:
    return {"upload": SimpleUploadedFile("现场.png", picture())}


def test_a_file_is_looked_into_before_anything_is_locked(cast, monkeypatch):
    open_ones, look = [], storing.inspect

    def noted(*args, **kwargs):
        open_ones.append(len(connection.savepoint_ids))
        return look(*args, **kwargs)

    monkeypatch.setattr(storing, "inspect", noted)
    taken: list[StoredFile | str] = []

    add_pieces(sent(), taken.append, by=cast.clerk, at=AT)

    assert open_ones == [len(connection.savepoint_ids)]
    assert taken == [StoredFile.objects.get()]


def test_a_file_that_is_refused_is_not_kept(cast):
    def refuse(piece: StoredFile | str) -> None:
        raise ValidationError("不要。")

    with pytest.raises(ValidationError):
        add_pieces(sent(), refuse, by=cast.clerk, at=AT)

    assert not StoredFile.objects.exists()
