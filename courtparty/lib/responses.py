"""Answers that are files."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


DOCUMENT = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def download(content: bytes, name: str, content_type: str) -> HttpResponse:
    """A file to be saved under ``name``, which may be Chinese; a browser never opens it itself."""
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def xlsx_response(content: bytes, name: str) -> HttpResponse:
    return download(content, name, SPREADSHEET)


def docx_response(content: bytes, name: str) -> HttpResponse:
    return download(content, name, DOCUMENT)
