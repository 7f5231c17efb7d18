"""Reference tables as workbooks, out and in again: in the reader's language, read safely."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from import_export.formats.base_formats import XLSX
from import_export.resources import ModelResource
from import_export.results import RowResult
from import_export.widgets import Widget
from tablib import Dataset

from courtparty.lib.xlsx import normal_heading, read_workbook
from courtparty.lib.xlsx.writing import write_table


class Workbook(XLSX):
    """Written as the office prints it, read in a child process with limits."""

    def create_dataset(self, in_stream: bytes) -> Dataset:
        sheet = read_workbook(in_stream, filename="upload.xlsx").sheets[0]
        headings, *rows = sheet.rows
        width = len(headings.cells)
        dataset = Dataset(headers=[headings.cell(at).text for at in range(width)])
        for row in rows:
            dataset.append([row.cell(at).text for at in range(width)])
        return dataset

    def export_data(self, dataset: Dataset, **kwargs: Any) -> bytes:
        return write_table(title="", headings=dataset.headers, rows=dataset)


class ChoiceWords(Widget):
    """A choice by its words, written in the active language and read in any of the site's."""

    def __init__(self, choices: Iterable[tuple[Any, Any]]) -> None:
        super().__init__()
        self.choices = [pair for pair in choices if pair[0] != ""]

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        text = str(value or "").strip()
        if not text:
            return ""
        for code, words in self.choices:
            if text in {str(code), *_in_all_languages(words)}:
                return code
        listed = ", ".join(str(words) for _code, words in self.choices)
        refusal = _("“%(value)s” is none of: %(choices)s.")
        raise ValueError(refusal % {"value": text, "choices": listed})

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return str(dict(self.choices).get(value, value or ""))


class YesNo(ChoiceWords):
    def __init__(self) -> None:
        yes, no = translation.gettext_lazy("yes"), translation.gettext_lazy("no")
        super().__init__([(True, yes), (False, no)])

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        found = super().clean(value, row, **kwargs)
        return bool(found)


class ReferenceResource(ModelResource):
    """What both tables share: headings in words, blank rows left out, and who is doing it."""

    headings: Mapping[str, Any] = {}

    def __init__(self, user: Any = None, **kwargs: Any) -> None:
        super().__init__()
        self.user = user

    def export(self, queryset: Any = None, **kwargs: Any) -> Dataset:
        dataset = super().export(queryset, **kwargs)
        dataset.headers = [str(self.headings[name]) for name in dataset.headers]
        return dataset

    def before_import(self, dataset: Dataset, **kwargs: Any) -> None:
        known = {
            normal_heading(text): name
            for name, words in self.headings.items()
            for text in {name, *_in_all_languages(words)}
        }
        found = [known.get(normal_heading(text or ""), text) for text in dataset.headers]
        missing = [str(words) for name, words in self.headings.items() if name not in found]
        if missing:
            dataset.wipe()
            text = _("The first row of the sheet lacks these headings: %(missing)s.")
            raise ValueError(text % {"missing": ", ".join(missing)})
        dataset.headers = found

    def import_row(self, row: Any, instance_loader: Any, **kwargs: Any) -> Any:
        if any(value for value in row.values()):
            return super().import_row(row, instance_loader, **kwargs)
        result = self.get_row_result_class()()
        result.import_type = RowResult.IMPORT_TYPE_SKIP
        return result


def _in_all_languages(words: Any) -> set[str]:
    texts = set()
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            texts.add(str(words))
    return texts
