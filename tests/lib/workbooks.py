"""Workbooks for the tests: honest ones through openpyxl, hostile ones written by hand."""

import io
import zipfile

from openpyxl import Workbook

NS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REL_NS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE_NS = "http://schemas.openxmlformats.org/package/2006"
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504


def saved(book):
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def workbook(*rows, name="Sheet1"):
    """A workbook of one sheet with these rows."""
    book = Workbook()
    book.active.title = name
    for row in rows:
        book.active.append(row)
    return saved(book)


def parts(sheet_xml, *, shared_strings=None, main_type=f"{SHEET_TYPE}.sheet.main+xml"):
    """The parts of a package with one sheet given as XML."""
    return {
        "[Content_Types].xml": (
            f'<Types xmlns="{PACKAGE_NS}/content-types">'
            f'<Override PartName="/xl/workbook.xml" ContentType="{main_type}"/>'
            f'<Override PartName="/xl/worksheets/sheet1.xml" '
            f'ContentType="{SHEET_TYPE}.worksheet+xml"/>'
            f'<Override PartName="/xl/sharedStrings.xml" '
            f'ContentType="{SHEET_TYPE}.sharedStrings+xml"/></Types>'
        ),
        "_rels/.rels": (
            f'<Relationships xmlns="{PACKAGE_NS}/relationships"><Relationship Id="r1" '
            f'Type="{REL_NS}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
        ),
        "xl/workbook.xml": (
            f'<workbook xmlns="{NS}" xmlns:r="{REL_NS}"><sheets>'
            '<sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": (
            f'<Relationships xmlns="{PACKAGE_NS}/relationships"><Relationship Id="r1" '
            f'Type="{REL_NS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
        ),
        "xl/worksheets/sheet1.xml": sheet_xml,
        "xl/sharedStrings.xml": shared_strings or f'<sst xmlns="{NS}"/>',
    }


def sheet_xml(rows, tail="", head=""):
    return f'{head}<worksheet xmlns="{NS}"><sheetData>{rows}</sheetData>{tail}</worksheet>'


def package(found, *, compression=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, content in found.items():
            archive.writestr(name, content)
    return out.getvalue()


def raw_workbook(rows, **kwargs):
    return package(parts(sheet_xml(rows), **kwargs))
