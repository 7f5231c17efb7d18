"""Looking at the zip directory before anything is unpacked."""

import struct
import zipfile
from io import BytesIO

from .refusal import Refused

_ENCRYPTED = 0x1
_SMALL = 2**20
_KINDS = [("word/", "docx"), ("ppt/", "pptx"), ("xl/workbook.bin", "xlsb")]


def open_package(data: bytes, limits: dict[str, int]) -> zipfile.ZipFile:
    """The zip archive of a workbook, when its directory promises nothing bad."""
    try:
        archive = zipfile.ZipFile(BytesIO(data))
    except (zipfile.BadZipFile, ValueError, struct.error, NotImplementedError) as error:
        raise Refused("corrupt") from error
    entries = archive.infolist()
    _check_sizes(entries, limits)
    _check_names([entry.filename for entry in entries])
    _check_kind(archive)
    return archive


def _check_sizes(entries: list[zipfile.ZipInfo], limits: dict[str, int]) -> None:
    if len(entries) > limits["entries"]:
        raise Refused("zip_bomb")
    if sum(entry.file_size for entry in entries) > limits["unpacked"]:
        raise Refused("zip_bomb")
    for entry in entries:
        if entry.flag_bits & _ENCRYPTED:
            raise Refused("encrypted")
        packed = max(entry.compress_size, 1)
        if entry.file_size > _SMALL and entry.file_size > packed * limits["ratio"]:
            raise Refused("zip_bomb")
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Refused("corrupt")


def _check_names(names: list[str]) -> None:
    if len({name.lower() for name in names}) < len(names):
        raise Refused("corrupt")
    for name in names:
        if name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/"):
            raise Refused("corrupt")


def _check_kind(archive: zipfile.ZipFile) -> None:
    names = [name.lower() for name in archive.namelist()]
    if any(name.endswith("vbaproject.bin") or "xl/macrosheets/" in name for name in names):
        raise Refused("macro")
    for start, looks in _KINDS:
        if any(name.startswith(start) for name in names):
            raise Refused("not_xlsx", looks=looks)
    if not any(name.startswith("xl/") for name in names):
        raise Refused("not_xlsx", looks="ods" if "content.xml" in names else "zip")
    if "[content_types].xml" not in names:
        raise Refused("corrupt")
    if b"macroenabled" in archive.read("[Content_Types].xml").lower():
        raise Refused("macro")
