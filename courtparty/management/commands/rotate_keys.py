from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import models, transaction
from django.utils.translation import gettext as _

from courtparty.audit.services import record
from courtparty.jobs.models import StoredFile
from courtparty.lib.fields import EncryptedJSONField, EncryptedTextField

AT_A_TIME = 200


class Command(BaseCommand):
    help = (
        "Encrypt everything again under the first of FIELD_KEYS. Safe to repeat and to stop; when "
        "it has finished, the older keys may be taken out."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        total = 0
        for model, fields in _encrypted():
            count = _again(model, fields)
            total += count
            self.stdout.write(f"{model._meta.label}: {count}")
        count = _files_again()
        self.stdout.write(f"{StoredFile._meta.label}: {count}")
        record("keys.rotated", by=None, rows=total + count)
        self.stdout.write(_("Everything is encrypted under the first key."))


def _encrypted() -> list[tuple[type[models.Model], list[str]]]:
    kinds = (EncryptedTextField, EncryptedJSONField)
    found = [
        (model, [field.name for field in model._meta.concrete_fields if isinstance(field, kinds)])
        for model in apps.get_models()
    ]
    return [(model, fields) for model, fields in found if fields]


def _again(model: type[models.Model], fields: list[str]) -> int:
    """Row by row in small transactions: a value is bound to its row, and writers wait little."""
    pks = list(model._default_manager.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(pks), AT_A_TIME):
        with transaction.atomic():
            rows = model._default_manager.filter(pk__in=pks[start : start + AT_A_TIME])
            for row in rows.select_for_update(no_key=True):
                for name in fields:
                    setattr(row, name, getattr(row, name))
                row.save(update_fields=fields)
    return len(pks)


def _files_again() -> int:
    pks = list(StoredFile.objects.order_by("pk").values_list("pk", flat=True))
    for pk in pks:
        with transaction.atomic():
            file = StoredFile.objects.select_for_update(no_key=True).filter(pk=pk).first()
            if file:
                file.seal(file.content)
                file.save(update_fields=["sealed"])
    return len(pks)
