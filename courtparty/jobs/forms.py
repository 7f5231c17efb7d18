from collections.abc import Iterable
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from courtparty.accounts.models import Unit
from courtparty.lib.responses import DOCUMENT, SPREADSHEET

# What offices choose by mistake, and the way out. Everything else is judged by its content.
WRONG_ENDINGS = {
    "xls": _("This is an old workbook (.xls). Open it in Excel or WPS and save it as .xlsx."),
    "et": _("This is a WPS workbook (.et). Open it in WPS and save it as .xlsx."),
    "xlsm": _("This workbook holds macros (.xlsm). Save it as .xlsx, without macros."),
    "csv": _("This is a text file (.csv). Open it in Excel or WPS and save it as .xlsx."),
}


# Ending → the first bytes of such a file and its type. Word and WPS keep old files in OLE.
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
ATTACHMENTS: dict[str, tuple[bytes, str]] = {
    "pdf": (b"%PDF", "application/pdf"),
    "jpg": (b"\xff\xd8\xff", "image/jpeg"),
    "jpeg": (b"\xff\xd8\xff", "image/jpeg"),
    "png": (b"\x89PNG", "image/png"),
    "ofd": (_ZIP, "application/ofd"),
    "docx": (_ZIP, DOCUMENT),
    "xlsx": (_ZIP, SPREADSHEET),
    "doc": (_OLE, "application/msword"),
    "wps": (_OLE, "application/octet-stream"),
}


def _attachment_help() -> str:
    """In the reader's language: a field of a class is made before there is a reader."""
    limit = filesizeformat(settings.UPLOAD_MAX_BYTES)
    return _("PDF, picture, OFD, Word or WPS, at most %(size)s.") % {"size": limit}


class AttachmentField(forms.FileField):
    """A scan or document to keep: of a kind an office has, what its ending says, not too large."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("File"))
        accepted = ",".join(f".{ending}" for ending in ATTACHMENTS)
        kwargs.setdefault("widget", forms.FileInput(attrs={"accept": accepted}))
        kwargs.setdefault("help_text", lazy(_attachment_help, str)())
        super().__init__(max_length=200, allow_empty_file=True, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> UploadedFile | None:
        file: UploadedFile | None = super().clean(data, initial)
        if not file:
            return None
        ending = (file.name or "").rpartition(".")[2].lower()
        if not file.size:
            raise forms.ValidationError(_("This file is empty."), code="empty")
        _refuse_too_large(file)
        if ending not in ATTACHMENTS:
            raise forms.ValidationError(
                _("Files of the kind “.%(ending)s” are not kept. Save it as PDF first."),
                code="kind",
                params={"ending": ending[:10]},
            )
        start, file.content_type = ATTACHMENTS[ending]
        if not file.read(8).startswith(start):
            raise forms.ValidationError(
                _("What is in this file is not what its ending “.%(ending)s” says."),
                code="content",
                params={"ending": ending},
            )
        file.seek(0)
        return file


def _refuse_too_large(file: UploadedFile) -> None:
    if (file.size or 0) > settings.UPLOAD_MAX_BYTES:
        raise forms.ValidationError(
            _("This file has %(size)s; at most %(limit)s can be read."),
            code="too_large",
            params={
                "size": filesizeformat(file.size),
                "limit": filesizeformat(settings.UPLOAD_MAX_BYTES),
            },
        )


class WorkbookForm(forms.Form):
    court = forms.ModelChoiceField(Unit.objects.none(), label=_("Court"), empty_label=None)
    file = forms.FileField(
        label=_("Workbook"),
        max_length=200,
        allow_empty_file=True,
        error_messages={"required": _("Choose a workbook first.")},
        widget=forms.FileInput(attrs={"accept": f".xlsx,{SPREADSHEET}"}),
    )

    def __init__(self, *args: Any, courts: Iterable[Unit] | None = None, **kwargs: Any) -> None:
        """``courts``: those the workbook may be for. Of one there is nothing to choose."""
        super().__init__(*args, **kwargs)
        self.courts = list(courts or [])
        if len(self.courts) > 1:
            ids = [court.pk for court in self.courts]
            self.fields["court"].queryset = Unit.objects.courts().filter(pk__in=ids)
        else:
            del self.fields["court"]
        self.fields["file"].help_text = _("An Excel workbook (.xlsx), at most %(size)s.") % {
            "size": filesizeformat(settings.UPLOAD_MAX_BYTES)
        }
        self.helper = FormHelper()
        self.helper.form_tag = False

    def clean_file(self) -> UploadedFile:
        file = self.cleaned_data["file"]
        ending = file.name.rpartition(".")[2].lower()
        if ending in WRONG_ENDINGS:
            raise forms.ValidationError(WRONG_ENDINGS[ending], code=ending)
        if not file.size:
            raise forms.ValidationError(_("This file is empty."), code="empty")
        _refuse_too_large(file)
        return file

    @property
    def chosen_court(self) -> Unit | None:
        """The court the workbook is for; None when none was offered to the form."""
        chosen = self.cleaned_data.get("court")
        return chosen or (self.courts[0] if len(self.courts) == 1 else None)

    @property
    def file_name(self) -> str:
        return self.cleaned_data["file"].name

    @property
    def content(self) -> bytes:
        return self.cleaned_data["file"].read()
