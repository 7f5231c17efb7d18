"""Message catalogues without GNU gettext: what the sources say, what the catalogue lacks, the .mo.

Babel reads the sources, polib reads and writes the catalogue. Positions are kept as file names
without line numbers, so that moving a line changes nothing in the catalogue.
"""

import gettext
import hashlib
import os
import re
import struct
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import polib
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from django.utils.translation.template import templatize

SOURCES = ("courtparty", "cadres", "retention", "appraisal", "templates")
CATALOGUE = Path("locale/zh_Hans/LC_MESSAGES/django.po")

KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_noop": None,
    "gettext_lazy": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
HEADER = {
    "Project-Id-Version": "courtparty",
    "Language": "zh_Hans",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=1; plural=0;",
}
SOURCE_HASH = "X-Source-Hash"
UNWRAPPED = 10**6

# %(name)s, %s, {name} or {}.
PLACEHOLDER = re.compile(r"%\(\w+\)[-+ #0-9.]*[a-z]|%[sdfr]|\{\w*(?:[.\[!:][^{}]*)?\}")

Key = tuple[str | None, str]


@dataclass(slots=True)
class Message:
    """One text to translate, with the files it stands in."""

    context: str | None
    text: str
    plural: str | None = None
    files: set[str] = field(default_factory=set)

    @property
    def key(self) -> Key:
        return self.context, self.text


def messages_in(root: Path) -> dict[Key, Message]:
    """Every text marked for translation in the sources below ``root``."""
    found: dict[Key, Message] = {}
    for path in _source_files(root):
        for context, text, plural in _texts(path):
            message = found.setdefault((context, text), Message(context, text))
            message.plural = message.plural or plural
            message.files.add(path.relative_to(root).as_posix())
    return found


def merged(old: Iterable[polib.POEntry], found: dict[Key, Message]) -> polib.POFile:
    """The catalogue for ``found``: translations are kept, what no source says is dropped."""
    known = {(entry.msgctxt, entry.msgid): entry for entry in old if not entry.obsolete}
    catalogue = polib.POFile(wrapwidth=UNWRAPPED)
    catalogue.metadata = dict(HEADER)
    for message in sorted(found.values(), key=lambda one: (min(one.files), one.text)):
        catalogue.append(_entry(message, known.get(message.key)))
    return catalogue


def faults(catalogue: polib.POFile, found: dict[Key, Message]) -> list[str]:
    """What keeps the catalogue from being complete, a line for each message."""
    known = {(entry.msgctxt, entry.msgid): entry for entry in catalogue}
    lines = [
        f"missing: {message.text!r} ({min(message.files)})"
        for key, message in found.items()
        if key not in known
    ]
    for key, entry in known.items():
        fault = _fault(entry, found.get(key))
        if fault:
            lines.append(f"{fault}: {entry.msgid!r}")
    return sorted(lines)


def read(path: Path) -> polib.POFile:
    if not path.exists():
        return polib.POFile()
    return polib.pofile(str(path), wrapwidth=UNWRAPPED)


def compile_changed(path: Path) -> bool:
    """Write the .mo beside the .po unless it was made from this very .po; say whether."""
    target = path.with_suffix(".mo")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if target.exists() and _made_from(target) == digest:
        return False
    catalogue = read(path)
    catalogue.metadata[SOURCE_HASH] = digest
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    draft.write_bytes(catalogue.to_binary())
    draft.replace(target)
    return True


def _made_from(target: Path) -> str | None:
    with target.open("rb") as file:
        try:
            return gettext.GNUTranslations(file).info().get(SOURCE_HASH.lower())
        except (OSError, ValueError, struct.error):  # cut short, or no catalogue
            return None


def _source_files(root: Path) -> Iterator[Path]:
    for folder in SOURCES:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in {".py", ".html", ".txt"} and "migrations" not in path.parts:
                yield path


def _texts(path: Path) -> Iterator[tuple[str | None, str, str | None]]:
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # The template's own indentation is left over, and means nothing to Python.
        lines = templatize(source, origin=str(path)).splitlines()
        source = "\n".join(line.lstrip() for line in lines)
    for _line, texts, _comments, context in extract("python", BytesIO(source.encode()), KEYWORDS):
        if isinstance(texts, str):
            yield context, texts, None
        else:
            yield context, texts[0], texts[1]


def _entry(message: Message, old: polib.POEntry | None) -> polib.POEntry:
    entry = polib.POEntry(
        msgctxt=message.context,
        msgid=message.text,
        msgid_plural=message.plural or "",
        occurrences=[(file, "") for file in sorted(message.files)],
    )
    if old is not None:
        entry.tcomment = old.tcomment
        entry.flags = [flag for flag in old.flags if flag == "fuzzy"]
    translated = _translation(old)
    if message.plural:
        entry.msgstr_plural = {0: translated}
    else:
        entry.msgstr = translated
    if any(mark.startswith("%") for mark in PLACEHOLDER.findall(message.text)):
        entry.flags.append("python-format")
    return entry


def _translation(entry: polib.POEntry | None) -> str:
    if entry is None:
        return ""
    return entry.msgstr_plural.get(0, "") if entry.msgstr_plural else entry.msgstr


def _fault(entry: polib.POEntry, message: Message | None) -> str | None:
    if entry.obsolete or message is None:
        return "obsolete"
    if entry.fuzzy:
        return "fuzzy"
    if bool(entry.msgid_plural) != bool(message.plural):
        return "plural differs from the source"
    translated = _translation(entry)
    if not translated.strip():
        return "empty"
    # Chinese has one form; it stands for any number, so it answers to the plural.
    if _placeholders(translated) != _placeholders(entry.msgid_plural or entry.msgid):
        return f"placeholders differ in {translated!r}"
    return None


def _placeholders(text: str) -> tuple[set[str], Counter[str]]:
    """Named ones may be repeated or change places; those without a name are counted."""
    marks = PLACEHOLDER.findall(text.replace("%%", ""))
    named = {mark for mark in marks if mark.startswith("%(") or (mark[0] == "{" and mark != "{}")}
    return named, Counter(mark for mark in marks if mark not in named)
