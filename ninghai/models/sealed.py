"""People under seal (加密的个人信息): data keys, and fields whose words are encrypted at rest (`ninghai.sealed`)."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID, uuid4

from django.db import models
from django.db.models.query_utils import DeferredAttribute

from ninghai.sealed import cipher

MASK = "●●●"
DESTROYED = "已按期限销毁"


class KeyDestroyedError(Exception):
    """What was sealed can be read by nobody any more."""

    def __str__(self) -> str:
        return DESTROYED


class DataKeyManager(models.Manager["DataKey"]):
    def make(self, *, at: datetime, pk: UUID | None = None) -> "DataKey":
        """A new key, wrapped under the newest master key."""
        key = DataKey(pk=pk or uuid4(), made_at=at)
        key.wrap(cipher.new_secret())
        key.save(force_insert=True)
        return key


class DataKey(models.Model):
    """A key (数据密钥) for the people, words and files of one matter; destroyed, it takes all of them with it."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    wrapped = models.BinaryField("加密的密钥", null=True)
    master = models.CharField("主密钥编号", max_length=16)
    made_at = models.DateTimeField("生成时间")
    destroyed_at = models.DateTimeField("销毁时间", null=True)

    objects = DataKeyManager()

    class Meta:
        verbose_name = verbose_name_plural = "数据密钥"
        ordering = ["made_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="key_is_held_or_destroyed",
                condition=models.Q(wrapped__isnull=False, destroyed_at__isnull=True)
                | models.Q(wrapped__isnull=True, destroyed_at__isnull=False),
                violation_error_message="密钥要么保存着，要么已经销毁。",
            )
        ]

    def __str__(self) -> str:
        return f"密钥 {str(self.pk)[:8]}"

    @property
    def is_destroyed(self) -> bool:
        return self.destroyed_at is not None

    def wrap(self, secret: bytes) -> None:
        self.master, self.wrapped = cipher.wrap(secret, about=f"data-key:{self.pk}")

    def secret(self) -> bytes:
        """The key itself, never to be kept. Raises KeyDestroyedError and UnreadableSeal."""
        if self.wrapped is None:
            raise KeyDestroyedError
        return cipher.unwrap(bytes(self.wrapped), master=self.master, about=f"data-key:{self.pk}")

    def seal_bytes(self, content: bytes, *, about: str) -> bytes:
        """A file or other content under this key; `about` names its place, and must be named to open it."""
        return cipher.encrypt(self.secret(), content, about=f"{about}:{self.pk}")

    def unseal_bytes(self, sealed: bytes, *, about: str) -> bytes:
        """Raises KeyDestroyedError, and UnreadableSeal for what was sealed elsewhere or is forged."""
        return cipher.decrypt(self.secret(), sealed, about=f"{about}:{self.pk}")


class Sealed:
    """What a sealed field holds: the ciphertext, or words that wait for the record to be saved. Shown it is ●●●."""

    __slots__ = ("_ciphertext", "_waiting")

    def __init__(self, *, ciphertext: bytes | None = None, waiting: Any = None) -> None:
        self._ciphertext, self._waiting = ciphertext, waiting

    @property
    def ciphertext(self) -> bytes:
        if self._ciphertext is None:
            raise TypeError("Words are sealed when their record is saved, one by one or with bulk_create.")
        return self._ciphertext

    def under(self, key: DataKey, *, about: str) -> "Sealed":
        """Sealed, if it was not before."""
        if self._ciphertext is not None:
            return self
        return Sealed(ciphertext=key.seal_bytes(cipher.packed(self._waiting), about=about))

    def words(self, key: DataKey, *, about: str) -> Any:
        return cipher.unpacked(key.unseal_bytes(self.ciphertext, about=about))

    def __str__(self) -> str:
        return MASK

    __repr__ = __str__


class SealedAttribute(DeferredAttribute):
    """Takes plain words, and shows them to nobody from then on."""

    field: "SealedField"

    def __set__(self, record: models.Model, value: Any) -> None:
        is_sealed = value is None or isinstance(value, Sealed)
        record.__dict__[self.field.attname] = value if is_sealed else Sealed(waiting=value)


class SealedField(models.Field[Any, Any]):
    """Words encrypted under the `data_key` of their record. No lookup but `isnull` exists, no form offers it."""

    descriptor_class = SealedAttribute
    empty_strings_allowed = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"editable": False} | kwargs)

    def get_internal_type(self) -> str:
        return "BinaryField"

    @property
    def about(self) -> str:
        """Table and column: another column's ciphertext does not open here, nor a column's that is renamed."""
        return f"{self.model._meta.db_table}.{self.column}"

    def from_db_value(self, value: bytes | None, *_: Any) -> Sealed | None:
        return None if value is None else Sealed(ciphertext=bytes(value))

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = getattr(model_instance, self.attname)
        if isinstance(value, Sealed):
            value = value.under(model_instance.data_key, about=self.about)  # type: ignore[attr-defined]  # SealedRecord
            setattr(model_instance, self.attname, value)
        return value

    def get_prep_value(self, value: Any) -> bytes | None:
        if value is None:
            return None
        if not isinstance(value, Sealed):
            raise TypeError("A sealed field is changed by saving its record, never by update().")
        return value.ciphertext

    def get_lookup(self, lookup_name: str) -> Any:
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None

    def get_transform(self, lookup_name: str) -> None:
        return None

    def value_to_string(self, obj: models.Model) -> str:
        return MASK


class SealedTextField(SealedField):
    """Words of a person, empty if nothing is given."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"default": ""} | kwargs)


class SealedJSONField(SealedField):
    """Several values of a person together, as JSON."""


class SealedRecord(models.Model):
    """A record with sealed fields; several records of one matter share its key."""

    data_key = models.ForeignKey(
        DataKey, models.PROTECT, related_name="+", editable=False, verbose_name=DataKey._meta.verbose_name
    )

    class Meta:
        abstract = True

    @classmethod
    def sealed_fields(cls) -> list[SealedField]:
        return [field for field in cls._meta.concrete_fields if isinstance(field, SealedField)]

    @classmethod
    def keyed(cls, *, at: datetime, **values: Any) -> Self:
        """A new, unsaved record with a key of its own."""
        return cls(data_key=DataKey.objects.make(at=at), **values)
