import gettext

import polib
import pytest

from courtparty.lib import catalogues
from courtparty.lib.catalogues import Message

PYTHON = """
from django.utils.translation import gettext_lazy as _, ngettext, npgettext_lazy, pgettext

LABEL = _("Party branch")
WRAPPED = _(
    "One line, "
    "then another."
)
COUNTED = ngettext("%(count)d letter", "%(count)d letters", 3)
IN_CONTEXT = pgettext("court", "Division")
BOTH = npgettext_lazy("sheet", "%(n)s row", "%(n)s rows", "n")
NOT_MARKED = "left alone"
COMPUTED = _(LABEL)
"""

TEMPLATE = """{% extends "base.html" %}
  {# Deeper, then less deep: templates owe Python no indentation. #}
    <p title="{% translate "Who may see it" %}">{{ person.name }} (x</p>
{% blocktranslate trimmed with name=person.name count days=left %}
  {{ name }} has one day left.
{% plural %}
  {{ name }} has {{ days }} days left.
{% endblocktranslate %}
  {% include "_empty.html" with text=_("Nothing yet") only %}
<b>{% translate "Open" context "post" %}</b> 100 % "quoted
{% translate "About 5 %" %}
"""


@pytest.fixture
def project(tmp_path):
    (tmp_path / "cadres" / "migrations").mkdir(parents=True)
    (tmp_path / "cadres" / "models.py").write_text(PYTHON)
    (tmp_path / "cadres" / "migrations" / "0001.py").write_text('_("Never shown")')
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.html").write_text(TEMPLATE)
    return tmp_path


def catalogue_of(*entries):
    catalogue = polib.POFile()
    catalogue.extend(polib.POEntry(**entry) for entry in entries)
    return catalogue


def found(*messages):
    return {message.key: message for message in messages}


def test_messages_in_reads_python_and_templates(project):
    assert {
        (message.context, message.text, message.plural): message.files
        for message in catalogues.messages_in(project).values()
    } == {
        (None, "Party branch", None): {"cadres/models.py"},
        (None, "One line, then another.", None): {"cadres/models.py"},
        (None, "%(count)d letter", "%(count)d letters"): {"cadres/models.py"},
        ("court", "Division", None): {"cadres/models.py"},
        ("sheet", "%(n)s row", "%(n)s rows"): {"cadres/models.py"},
        (None, "Who may see it", None): {"templates/page.html"},
        (None, "%(name)s has one day left.", "%(name)s has %(days)s days left."): {
            "templates/page.html"
        },
        (None, "Nothing yet", None): {"templates/page.html"},
        ("post", "Open", None): {"templates/page.html"},
        (None, "About 5 %%", None): {"templates/page.html"},
    }


def test_merged_keeps_translations_and_drops_what_no_source_says():
    old = catalogue_of(
        {"msgid": "Kept", "msgstr": "保留"},
        {"msgid": "Gone", "msgstr": "不再使用"},
        {"msgid": "Kept", "msgctxt": "other", "msgstr": "另一处"},
    )
    wanted = found(
        Message(None, "Kept", files={"b.py"}),
        Message(None, "%(n)s new", "%(n)s news", files={"c.html", "a.html"}),
    )

    merged = catalogues.merged(old, wanted)

    assert [(entry.msgid, entry.msgstr, entry.msgstr_plural) for entry in merged] == [
        ("%(n)s new", "", {0: ""}),
        ("Kept", "保留", {}),
    ]
    assert merged[0].occurrences == [("a.html", ""), ("c.html", "")]
    assert merged[0].flags == ["python-format"]


def test_merged_twice_is_the_same_text(project, tmp_path):
    messages = catalogues.messages_in(project)
    once = catalogues.merged([], messages)
    path = tmp_path / "django.po"
    once.save(str(path))

    assert str(catalogues.merged(catalogues.read(path), messages)) == str(once)


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        pytest.param({"msgid": "A", "msgstr": "甲"}, None, id="complete"),
        pytest.param({"msgid": "A"}, "empty: 'A'", id="empty"),
        pytest.param({"msgid": "A", "msgstr": " "}, "empty: 'A'", id="blank"),
        pytest.param({"msgid": "A", "msgstr": "甲", "flags": ["fuzzy"]}, "fuzzy: 'A'", id="fuzzy"),
        pytest.param(
            {"msgid": "A", "msgstr": "甲", "obsolete": True}, "obsolete: 'A'", id="obsolete"
        ),
        pytest.param(
            {"msgid": "A", "msgid_plural": "As", "msgstr_plural": {0: "甲"}},
            "plural differs from the source: 'A'",
            id="plural",
        ),
    ],
)
def test_faults_names_what_is_not_translated(entry, fault):
    messages = found(Message(None, "A", files={"a.py"}))

    assert catalogues.faults(catalogue_of(entry), messages) == ([fault] if fault else [])


def test_faults_names_what_is_missing_and_what_is_too_much():
    messages = found(Message("court", "A", files={"b.py", "a.py"}))

    assert catalogues.faults(catalogue_of({"msgid": "A", "msgstr": "甲"}), messages) == [
        "missing: 'A' (a.py)",
        "obsolete: 'A'",
    ]


@pytest.mark.parametrize(
    ("text", "translation", "agree"),
    [
        pytest.param("%(a)s of %(b)d", "%(b)d 中的 %(a)s", True, id="other order"),
        pytest.param("%(a)s", "%(a)s、%(a)s", True, id="said twice"),
        pytest.param("%(a)s", "%(b)s", False, id="other name"),
        pytest.param("%(a)s", "%(a)d", False, id="other kind"),
        pytest.param("%(a)s", "某人", False, id="left out"),
        pytest.param("{sheet}, row {row}", "第 {row} 行（{sheet}）", True, id="braces"),
        pytest.param("{sheet}", "{表}", False, id="braces translated"),
        pytest.param("{} and {}", "{}", False, id="one too few"),
        pytest.param("%s", "%s%%", True, id="percent sign"),
        pytest.param("50 %% off", "五折", True, id="percent sign left out"),
    ],
)
def test_faults_compares_placeholders(text, translation, agree):
    messages = found(Message(None, text, files={"a.py"}))
    catalogue = catalogue_of({"msgid": text, "msgstr": translation})

    assert (catalogues.faults(catalogue, messages) == []) is agree


def test_faults_compares_placeholders_with_the_plural():
    messages = found(Message(None, "One day", "%(n)s days", files={"a.py"}))

    def plural(translation):
        entry = {"msgid": "One day", "msgid_plural": "%(n)s days"}
        return catalogue_of(entry | {"msgstr_plural": {0: translation}})

    assert catalogues.faults(plural("%(n)s 天"), messages) == []
    assert catalogues.faults(plural("一天"), messages) == [
        "placeholders differ in '一天': 'One day'"
    ]


def test_compile_changed_writes_once_for_each_catalogue(tmp_path):
    path = tmp_path / "django.po"
    catalogues.merged(
        catalogue_of({"msgid": "Sign in", "msgstr": "登录"}),
        found(Message(None, "Sign in", files={"a.py"})),
    ).save(str(path))

    assert catalogues.compile_changed(path)
    assert not catalogues.compile_changed(path)
    with path.with_suffix(".mo").open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Sign in") == "登录"

    path.write_text(path.read_text().replace("登录", "登入"))

    assert catalogues.compile_changed(path)
    with path.with_suffix(".mo").open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Sign in") == "登入"


def test_compile_changed_replaces_a_broken_file(tmp_path):
    path = tmp_path / "django.po"
    catalogues.merged([], {}).save(str(path))
    path.with_suffix(".mo").write_bytes(b"cut")

    assert catalogues.compile_changed(path)
    assert not catalogues.compile_changed(path)
