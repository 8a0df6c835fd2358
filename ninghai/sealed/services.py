"""Looking at what is under seal, finding the same person, keys that are made, destroyed and wrapped anew."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Model, Q, QuerySet

from ninghai.calendar import clock
from ninghai.models import ADMINISTRATORS, AuditEntry, DataKey, Role, SealedRecord, User, acts_as
from ninghai.models.sealed import DESTROYED, MASK
from ninghai.sealed import cipher

OF_DIGESTS = UUID(int=1)  # the data key under which words are compared; it is wrapped anew, and never exchanged
MASKED_FOR = ADMINISTRATORS | {Role.INSPECTOR}  # they check what was done, and need no people for it

M = TypeVar("M", bound=Model)


# Looking: for a purpose, and never unseen.


def look(
    record: SealedRecord, *, by: User | None, purpose: str, at: datetime, only: Collection[str] = ()
) -> dict[str, Any]:
    """The words of the record's sealed fields, or of those named; the trail keeps who looked at which, and what for.

    `by` is None for what the portal does itself, such as writing to the person. Whoever only checks reads ●●●, and where the
    key is destroyed everybody reads 已按期限销毁: nothing was seen then, and no row is written. Whose affair the record is
    the caller has asked before.
    """
    if not purpose.strip():
        raise ValueError("A look has a purpose.")
    fields = [field for field in record.sealed_fields() if not only or field.attname in only]
    names = [field.attname for field in fields]
    if by is not None and is_masked_for(by):
        return dict.fromkeys(names, MASK)
    if record.data_key.is_destroyed:
        return dict.fromkeys(names, DESTROYED)
    words = {field.attname: _words(record, field.attname, about=field.about) for field in fields}
    _note(record, by=by, purpose=purpose, at=at, detail={"fields": names})
    return words


def is_masked_for(user: User) -> bool:
    """Administrators, the auditor among them, and inspectors (抽查人员)."""
    return not user.is_active or acts_as(user, *MASKED_FOR)


def _words(record: SealedRecord, name: str, *, about: str) -> Any:
    value = getattr(record, name)
    return None if value is None else value.words(record.data_key, about=about)


def _note(target: Model, *, by: User | None, purpose: str, at: datetime, detail: dict[str, Any]) -> None:
    action = AuditEntry.Action.READ_PERSONAL_DATA
    AuditEntry.objects.record(action=action, target=target, by=by, at=at, reason=purpose, detail=detail)


# The same person again: by exact match, through a keyed hash beside the sealed words.


def digest(words: str) -> str:
    """64 characters to keep in a column of their own and to compare; empty for no words."""
    return cipher.fingerprint(_key_of_digests().secret(), words)


def find_same(
    records: QuerySet[M], *, column: str, words: str, about: Model, by: User | None, purpose: str, at: datetime
) -> QuerySet[M]:
    """Those of the records whose `column` has the digest of these words; the trail keeps that it was asked for `about`."""
    found = records.filter(**{column: digest(words)}) if words.strip() else records.none()
    return _noted(found, column, about=about, by=by, purpose=purpose, at=at)


def find_alike(
    records: QuerySet[M], *, columns: Sequence[str], as_in: M, about: Model, by: User | None, purpose: str, at: datetime
) -> QuerySet[M]:
    """The others of the records that have in one of the columns the digest, or one of the digests, that `as_in` has there:
    nothing is opened for it, and it is noted."""
    kept = {name: digests for name in columns if (digests := getattr(as_in, name))}
    alike = [Q(**{f"{name}__overlap" if isinstance(told, list) else name: told}) for name, told in kept.items()]
    found = records.filter(Q(*alike, _connector=Q.OR)).exclude(pk=as_in.pk) if alike else records.none()
    return _noted(found, ",".join(columns), about=about, by=by, purpose=purpose, at=at)


def _noted(
    found: QuerySet[M], column: str, *, about: Model, by: User | None, purpose: str, at: datetime
) -> QuerySet[M]:
    detail = {"compared": f"{found.model._meta.label_lower}.{column}", "found": found.count()}
    _note(about, by=by, purpose=purpose, at=at, detail=detail)
    return found


def long_marks(pieces: Iterable[str]) -> list[bytes]:
    """One of 64 bytes for each piece of a text, under the key by which words are compared."""
    secret = _key_of_digests().secret()
    return [cipher.long_mark(secret, cipher.folded(piece)) for piece in pieces]


def _key_of_digests() -> DataKey:
    key = DataKey.objects.filter(pk=OF_DIGESTS).first()
    if key is None:
        with transaction.atomic():
            DataKey.objects.bulk_create([_unsaved_key_of_digests()], ignore_conflicts=True)
        key = DataKey.objects.get(pk=OF_DIGESTS)
    return key


def _unsaved_key_of_digests() -> DataKey:
    key = DataKey(pk=OF_DIGESTS, made_at=clock.true_now())
    key.wrap(cipher.new_secret())
    return key


# The life of a key.


@transaction.atomic
def destroy(key: DataKey, *, by: User | None, reason: str, at: datetime) -> bool:
    """Nobody reads again what this key sealed; figures, categories and hashes stay. False if it was destroyed before."""
    if key.pk == OF_DIGESTS:
        raise ValueError("The key of digests belongs to everybody.")
    destroyed = DataKey.objects.filter(pk=key.pk, destroyed_at=None).update(wrapped=None, destroyed_at=at)
    if destroyed:
        AuditEntry.objects.record(action=AuditEntry.Action.DESTROY_KEY, target=key, by=by, at=at, reason=reason)
    key.refresh_from_db()
    return bool(destroyed)


@dataclass(frozen=True, slots=True)
class Rotation:
    """How many keys were wrapped anew, and which could not be: their master key is not here."""

    wrapped: int
    unreadable: list[str]


def rotate() -> Rotation:
    """Wrap every data key under the newest master key; what is sealed stays as it is. May be interrupted and repeated."""
    newest = cipher.master_keys()[0].id
    wrapped, unreadable = 0, []
    waiting = DataKey.objects.filter(destroyed_at=None).exclude(master=newest).values_list("pk", flat=True)
    for pk in list(waiting):
        try:
            wrapped += _wrap_anew(pk)
        except cipher.UnreadableSeal as problem:
            unreadable.append(f"{pk}：{problem}")
    return Rotation(wrapped, unreadable)


def lost_keys() -> int:
    """How many data keys no master key of this installation opens."""
    held = [key.id for key in cipher.master_keys()] if settings.SEALING_KEYS else []
    return DataKey.objects.filter(destroyed_at=None).exclude(master__in=held).count()


@transaction.atomic
def _wrap_anew(pk: UUID) -> bool:
    key = DataKey.objects.select_for_update().filter(pk=pk, destroyed_at=None).first()
    if key is None:
        return False
    key.wrap(key.secret())
    key.save(update_fields=["master", "wrapped"])
    return True
