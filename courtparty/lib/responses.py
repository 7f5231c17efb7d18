"""Answers that are files."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def xlsx_response(content: bytes, name: str) -> HttpResponse:
    """A workbook to be saved under ``name``, which may be Chinese."""
    response = HttpResponse(content, content_type=SPREADSHEET)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response
