"""Why a file is not read at all, in words for the person who uploaded it."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from courtparty.lib.xlsx.texts import fill

_TEXTS: dict[str, str | Promise] = {
    "empty_file": _("The file is empty (0 bytes). Save the workbook again and upload it anew."),
    "too_large": _(
        "The file has %(size)s MB; at most %(limit)s MB are read. Delete pictures and sheets that "
        "are not needed, or split the workbook."
    ),
    "not_xlsx": _(
        "This is not an Excel workbook but %(looks)s, whatever its name ends with. Open it in WPS "
        "or Excel and save it as .xlsx."
    ),
    "old_xls": _(
        "This is a workbook of the old .xls format. Open it in WPS or Excel and save it as .xlsx."
    ),
    "encrypted": _(
        "The workbook is protected by a password to open it. Remove the password in WPS or Excel "
        "and upload it again."
    ),
    "macro": _("The workbook contains macros. Save it as .xlsx, without macros."),
    "zip_bomb": _(
        "The file would unpack to many times its size, which no ordinary workbook does. It was not "
        "opened. Copy the table into a new workbook and upload that."
    ),
    "corrupt": _(
        "The file is damaged or was cut off on its way. Open it in WPS or Excel, save it again as "
        ".xlsx and upload it anew."
    ),
    "too_many_cells": _(
        "The workbook has more cells than are read (sheet “%(sheet)s”, near %(ref)s). Delete rows "
        "and sheets that are not needed, or split the workbook."
    ),
    "far_cell": _(
        "Sheet “%(sheet)s” has something in cell %(ref)s, far outside any table (at most "
        "%(rows)s rows and %(columns)s columns are read). Delete the rows and columns beyond the "
        "table and save the workbook again."
    ),
    "too_many_sheets": _(
        "The workbook has %(count)s sheets; at most %(limit)s are read. Delete those not needed."
    ),
    "timeout": _(
        "Reading the workbook took longer than %(seconds)s seconds and was stopped. Delete rows, "
        "sheets and formats that are not needed, or split the workbook."
    ),
    "memory": _(
        "The workbook needs more memory than reading may take. Delete rows, sheets, pictures and "
        "formats that are not needed, or split the workbook."
    ),
    "empty_workbook": _("No sheet of the workbook has anything in it."),
}

_LOOKS: dict[str, str | Promise] = {
    "csv": _("a text file (CSV)"),
    "doc": _("an old Word document"),
    "docx": _("a Word document"),
    "gzip": _("a packed archive"),
    "html": _("a web page"),
    "image": _("a picture"),
    "ods": _("an OpenDocument spreadsheet"),
    "pdf": _("a PDF document"),
    "pptx": _("a presentation"),
    "rar": _("a packed archive"),
    "rtf": _("a text document (RTF)"),
    "unknown": _("a file of another kind"),
    "xlsb": _("a binary workbook (.xlsb)"),
    "xml": _("an XML file"),
    "zip": _("a packed archive"),
}


class UnsafeWorkbook(Exception):
    """A file that is not read. ``str()`` of it is for the user, in the active language."""

    def __init__(self, code: str, params: Mapping[str, Any] | None = None) -> None:
        super().__init__(code, dict(params or {}))
        self.code = code
        self.params: dict[str, Any] = dict(params or {})

    def __str__(self) -> str:
        return str(message(self.code, self.params))


def message(code: str, params: Mapping[str, Any] | None = None) -> str:
    """What is wrong with the file, where, and what to do: lazy, for the active language."""
    values = dict(params or {})
    if "looks" in values:
        values["looks"] = _LOOKS.get(values["looks"], _LOOKS["unknown"])
    return fill(_TEXTS[code], values)
