"""Model fields: encrypted text and JSON bound to their row, and dates known to the month."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.core import checks
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models.query_utils import DeferredAttribute
from django.utils.translation import gettext_lazy as _

from courtparty.lib.crypto import seal, unseal
from courtparty.lib.dates import PartialDate

if TYPE_CHECKING:
    _TextField = models.TextField[Any, Any]
    _Field = models.Field[PartialDate | str | None, PartialDate | None]
else:
    _TextField = models.TextField
    _Field = models.Field


@dataclass(frozen=True, slots=True, repr=False)
class Sealed:
    """A value as stored. Deliberately no str: where it slips onto a page it shows no ciphertext."""

    token: str

    def __repr__(self) -> str:
        return "<sealed>"


class _OpeningAttribute(DeferredAttribute):
    """Opens a sealed value when it is first read from its instance."""

    field: "EncryptedTextField"

    def __get__(self, instance: models.Model | None, cls: Any = None) -> Any:
        if instance is not None and self.field.attname not in instance.__dict__:
            instance.refresh_from_db(fields=[self.field.attname, "key"])  # one query for both
        value = super().__get__(instance, cls)
        if instance is None or not isinstance(value, Sealed):
            return value
        value = self.field.open(value, instance)
        self.__set__(instance, value)
        return value

    # Without __set__ the instance's own dictionary would win, and __get__ never be called.
    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class EncryptedTextField(_TextField):
    """Text encrypted with the key ring and bound to its row by the row's ``key``.

    It is opened when the attribute is read and raises CannotDecrypt when it does not open. An
    empty text is stored as it is, so that "has none" stays a question for the database. Look up
    by a keyed hash in a column of its own.
    """

    descriptor_class = _OpeningAttribute

    def binding(self, instance: models.Model) -> str:
        model = instance._meta.concrete_model or type(instance)
        return f"{model._meta.label_lower}.{self.name}:{instance.key}"  # type: ignore[attr-defined]

    def open(self, sealed: Sealed, instance: models.Model) -> Any:
        return self.loads(unseal(sealed.token, binding=self.binding(instance)))

    def close(self, value: Any, instance: models.Model) -> Any:
        if self.is_plain(value):
            return value
        return Sealed(seal(self.dumps(value), binding=self.binding(instance)))

    def is_plain(self, value: Any) -> bool:
        """Whether ``value`` says nothing and is stored unencrypted."""
        return value is None or value == ""

    def dumps(self, value: Any) -> str:
        return str(value)

    def loads(self, text: str) -> Any:
        return text

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Any:
        return value if self.is_plain(value) else Sealed(str(value))

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = model_instance.__dict__.get(self.attname)
        if not isinstance(value, Sealed):
            return self.close(getattr(model_instance, self.attname), model_instance)
        if add:  # a copied row has a new key, and must not take the old row's token along
            self.open(value, model_instance)
        return value

    def get_prep_value(self, value: Any) -> Any:
        if isinstance(value, Sealed):
            return value.token
        if self.is_plain(value):
            return value
        raise TypeError(
            f"{self.name} is encrypted for its row: save() or bulk_create() the instance, "
            "and look up by a keyed hash"
        )

    def get_lookup(self, lookup_name: str) -> Any:
        return super().get_lookup(lookup_name) if lookup_name in {"exact", "isnull"} else None

    def value_to_string(self, obj: models.Model) -> str:
        """For dumpdata: the token, never the text. A dump is no backup; it does not load."""
        value = self.pre_save(obj, add=False)
        return value.token if isinstance(value, Sealed) else value

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        found = super().check(**kwargs)
        try:
            self.model._meta.get_field("key")
        except FieldDoesNotExist:
            found.append(checks.Error("Encrypted fields need a UUID field 'key'.", obj=self))
        return found


class EncryptedJSONField(EncryptedTextField):
    """Anything JSON can hold, encrypted like EncryptedTextField. None is stored as NULL."""

    empty_strings_allowed = False

    def is_plain(self, value: Any) -> bool:
        return value is None

    def dumps(self, value: Any) -> str:
        return json.dumps(value, ensure_ascii=False, cls=DjangoJSONEncoder)

    def loads(self, text: str) -> Any:
        return json.loads(text)

    def to_python(self, value: Any) -> Any:
        return value

    def formfield(self, **kwargs: Any) -> Any:
        defaults = {"form_class": forms.JSONField, "widget": forms.Textarea}
        return super().formfield(**defaults | kwargs)


def _partial_date(value: Any) -> PartialDate | None:
    if value is None or value == "":
        return None
    if isinstance(value, PartialDate):
        return value
    try:
        return PartialDate.from_cell(value)
    except ValueError as error:
        message = _("Enter a month or a day, such as 2006-08 or 2006-08-15.")
        raise ValidationError(message, code="invalid") from error


class PartialDateFormField(forms.CharField):
    """One line of text for a date to the month or to the day, in any spelling an office uses."""

    def to_python(self, value: Any) -> Any:
        return _partial_date(super().to_python(value) if isinstance(value, str) else value)


class PartialDateField(_Field):
    """A PartialDate as text, '2006-08' or '2006-08-15': the order of the texts is that of time."""

    description = _("Date known to the month or to the day")
    empty_strings_allowed = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "max_length": 10})

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_length"]
        return name, path, args, kwargs

    def get_internal_type(self) -> str:
        return "CharField"

    def to_python(self, value: Any) -> PartialDate | None:
        return _partial_date(value)

    def from_db_value(
        self, value: str | None, expression: Any, connection: Any
    ) -> PartialDate | None:
        return None if value is None else PartialDate.parse_iso(value)

    def get_prep_value(self, value: Any) -> str | None:
        found = _partial_date(super().get_prep_value(value))
        return None if found is None else found.isoformat()

    def value_to_string(self, obj: models.Model) -> str:
        return self.get_prep_value(self.value_from_object(obj)) or ""

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": PartialDateFormField} | kwargs)
