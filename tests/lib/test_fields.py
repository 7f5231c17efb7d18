import uuid
from datetime import date

import pytest
from django import forms
from django.core import serializers
from django.core.exceptions import FieldError, ValidationError
from django.db import connection, models, transaction
from django.db.migrations.writer import MigrationWriter
from django.utils import translation

from courtparty.lib.crypto import CannotDecrypt, seal, unseal
from courtparty.lib.dates import PartialDate
from courtparty.lib.fields import EncryptedJSONField, EncryptedTextField, PartialDateField

ID_NUMBER = "99010119850511006X"


class Person(models.Model):
    """A row made only for these tests."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=20)
    id_number = EncryptedTextField(blank=True, default="")
    report = EncryptedJSONField(null=True, blank=True)
    joined = PartialDateField(null=True, blank=True)

    class Meta:
        app_label = "lib_tests"
        managed = False

    def __str__(self):
        return self.name


class SamePerson(Person):
    class Meta:
        app_label = "lib_tests"
        proxy = True


class PersonForm(forms.ModelForm):
    class Meta:
        model = Person
        fields = ["name", "id_number", "report", "joined"]


@pytest.fixture
def table(db):
    columns = ", ".join(
        f"{field.column} {field.db_type(connection)} {'NULL' if field.null else 'NOT NULL'}"
        for field in Person._meta.local_fields
        if not field.primary_key
    )
    serial = "serial" if connection.vendor == "postgresql" else "integer"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE lib_tests_person (id {serial} PRIMARY KEY, {columns})")


def stored(person, column="id_number"):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM lib_tests_person WHERE id = %s", [person.pk])
        return cursor.fetchone()[0]


def create(**values):
    return Person.objects.create(**({"name": "李明", "id_number": ID_NUMBER} | values))


def test_text_is_stored_encrypted_and_read_back(table):
    person = create(report={"faults": [{"row": 4, "text": "缺姓名"}]})

    assert person.id_number == ID_NUMBER
    assert ID_NUMBER not in stored(person)
    assert "faults" not in stored(person, "report")
    loaded = Person.objects.get()
    assert loaded.id_number == ID_NUMBER
    assert loaded.report == {"faults": [{"row": 4, "text": "缺姓名"}]}


def test_value_is_opened_only_when_read(table):
    person = create()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE lib_tests_person SET id_number = 'broken'")

    loaded = Person.objects.get()
    assert loaded.name == "李明"
    with pytest.raises(CannotDecrypt):
        _ = loaded.id_number
    assert stored(person) == "broken"


def test_saving_something_else_keeps_the_token_unread(table):
    create()
    loaded = Person.objects.get()
    before = stored(loaded)

    loaded.name = "李鸣"
    loaded.save()

    assert stored(loaded) == before


def test_a_token_of_another_row_does_not_open(table):
    first, second = create(), create(id_number="990101199610160119")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE lib_tests_person SET id_number = %s WHERE id = %s", [stored(first), second.pk]
        )

    with pytest.raises(CannotDecrypt):
        _ = Person.objects.get(pk=second.pk).id_number


def test_a_token_of_another_field_does_not_open(table):
    person = create()
    binding = f"lib_tests.person.phone:{person.key}"
    with connection.cursor() as cursor:
        cursor.execute("UPDATE lib_tests_person SET id_number = %s", [seal("123", binding=binding)])

    with pytest.raises(CannotDecrypt):
        _ = Person.objects.get().id_number


def test_binding_is_label_field_and_key(table):
    person = create()
    binding = f"lib_tests.person.id_number:{person.key}"
    with connection.cursor() as cursor:
        cursor.execute("UPDATE lib_tests_person SET id_number = %s", [seal("123", binding=binding)])

    assert Person.objects.get().id_number == "123"
    assert SamePerson.objects.get().id_number == "123"


def test_a_copied_row_cannot_take_the_token_along(table):
    create()
    copy = Person.objects.get()
    copy.pk, copy.key = None, uuid.uuid4()

    with pytest.raises(CannotDecrypt):
        copy.save(force_insert=True)


def test_empty_text_stays_empty_and_can_be_asked_for(table):
    person = create(id_number="")
    create(name="王")

    assert stored(person) == ""
    assert list(Person.objects.filter(id_number="")) == [person]
    assert list(Person.objects.exclude(id_number="").values_list("name", flat=True)) == ["王"]
    assert Person.objects.get(pk=person.pk).id_number == ""


def test_none_is_null_and_empty_json_is_a_value(table):
    person, other = create(report=None), create(report=[])

    assert stored(person, "report") is None
    assert list(Person.objects.filter(report__isnull=True)) == [person]
    assert Person.objects.get(pk=other.pk).report == []
    assert Person.objects.get(pk=person.pk).report is None


def test_json_changed_in_place_is_saved(table):
    create(report={"counts": {"new": 1}})
    loaded = Person.objects.get()

    loaded.report["counts"]["new"] = 2
    loaded.save(update_fields=["report"])

    assert Person.objects.get().report == {"counts": {"new": 2}}


def test_bulk_create_encrypts(table):
    Person.objects.bulk_create([Person(name=str(n), id_number=f"{n}" * 18) for n in range(3)])

    assert [person.id_number for person in Person.objects.order_by("name")] == [
        "0" * 18,
        "1" * 18,
        "2" * 18,
    ]
    assert all(len(stored(person)) > 100 for person in Person.objects.all())


@pytest.mark.parametrize(
    "write",
    [
        pytest.param(lambda person: Person.objects.update(id_number="plain"), id="update"),
        pytest.param(lambda person: Person.objects.update(report=""), id="update of JSON"),
        pytest.param(
            lambda person: Person.objects.bulk_update([person], ["id_number"]), id="bulk_update"
        ),
    ],
)
def test_writes_without_a_row_to_bind_to_are_refused(table, write):
    person = create(report={})

    with pytest.raises(TypeError, match="encrypted for its row"), transaction.atomic():
        write(person)

    loaded = Person.objects.get()
    assert (loaded.id_number, loaded.report) == (ID_NUMBER, {})


def test_clearing_by_update_is_allowed(table):
    person = create(report={"a": 1})

    Person.objects.update(id_number="", report=None)

    person.refresh_from_db()
    assert (person.id_number, person.report) == ("", None)


@pytest.mark.parametrize("lookup", ["icontains", "startswith", "in", "gt", "iexact", "regex"])
def test_lookups_that_cannot_work_are_refused(lookup):
    with pytest.raises(FieldError, match="Unsupported lookup"):
        Person.objects.filter(**{f"id_number__{lookup}": ["x"] if lookup == "in" else "x"})


def test_exact_lookup_of_a_text_is_refused():
    with pytest.raises(TypeError, match="keyed hash"):
        Person.objects.filter(id_number=ID_NUMBER)


def test_deferred_values_load_when_read(table, django_assert_num_queries):
    create()

    loaded = Person.objects.defer("id_number").get()
    with django_assert_num_queries(1):
        assert loaded.id_number == ID_NUMBER
    loaded = Person.objects.only("id_number").get()
    with django_assert_num_queries(1):  # the key it is bound to
        assert loaded.id_number == ID_NUMBER


def test_values_show_no_ciphertext(table):
    create()

    (value,) = Person.objects.values_list("id_number", flat=True)

    assert str(value) == repr(value) == "<sealed>"


def test_dumpdata_gives_the_token(table):
    person = create(report={"name": "李明"})

    dump = serializers.serialize("json", [person])

    assert ID_NUMBER not in dump
    assert "\\u674e" not in dump.split('"report"')[1]
    fields = serializers.serialize("python", Person.objects.all())[0]["fields"]
    binding = f"lib_tests.person.id_number:{person.key}"
    assert unseal(fields["id_number"], binding=binding) == ID_NUMBER


def test_forms_show_and_take_the_plain_value(table):
    person = create(report={"a": 1}, joined=PartialDate(2006, 8))
    form = PersonForm(instance=Person.objects.get())
    assert form.initial["id_number"] == ID_NUMBER
    assert 'value="2006-08"' in str(form["joined"])

    data = {"name": "李明", "id_number": "1", "report": '{"b": 2}', "joined": "2006年8月15日"}
    form = PersonForm(data, instance=Person.objects.get())
    assert form.is_valid(), form.errors
    form.save()

    person.refresh_from_db()
    assert (person.id_number, person.report) == ("1", {"b": 2})
    assert person.joined == PartialDate(2006, 8, 15)


def test_full_clean_accepts_what_was_stored(table):
    create(report={"a": [1]}, joined=PartialDate(2006, 8))
    loaded = Person.objects.get()

    loaded.full_clean()

    assert (loaded.id_number, loaded.report) == (ID_NUMBER, {"a": [1]})


@pytest.mark.parametrize("field_name", ["id_number", "report", "joined"])
def test_fields_can_be_written_into_migrations(field_name):
    field = Person._meta.get_field(field_name)

    text, imports = MigrationWriter.serialize(field)

    assert text.startswith("courtparty.lib.fields.")
    assert "max_length" not in text
    assert imports == {"import courtparty.lib.fields"}
    assert type(field.clone()) is type(field)


def test_a_model_without_key_is_reported():
    class Keyless(models.Model):
        secret = EncryptedTextField()

        class Meta:
            app_label = "lib_tests"

        def __str__(self):
            return "keyless"

    assert [found.msg for found in Keyless.check() if "key" in found.msg] == [
        "Encrypted fields need a UUID field 'key'."
    ]


def test_partial_dates_are_stored_as_text_and_ordered_by_time(table):
    for text in ["2006-08-15", "2006-08", None, "1985-06", "2006-12"]:
        create(name=text or "", joined=text and PartialDate.parse_iso(text))

    known = Person.objects.exclude(joined=None).order_by("joined")
    assert [person.joined.isoformat() for person in known] == [
        "1985-06",
        "2006-08",
        "2006-08-15",
        "2006-12",
    ]
    assert Person.objects.filter(joined__gte=PartialDate(2006, 8, 1)).count() == 2
    assert Person.objects.get(joined="2006.08").name == "2006-08"
    assert stored(Person.objects.get(joined=None), "joined") is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        ("", None),
        ("1985.06", PartialDate(1985, 6)),
        (date(1985, 6, 15), PartialDate(1985, 6, 15)),
        (PartialDate(1985, 6), PartialDate(1985, 6)),
    ],
)
def test_partial_date_field_accepts_what_cells_hold(value, expected):
    field = Person._meta.get_field("joined")
    assert field.clean(value, None) == expected
    assert field.formfield().clean(value) == expected


def test_partial_date_field_says_what_it_wants():
    with translation.override("en"):
        with pytest.raises(ValidationError, match=r"such as 2006-08 or 2006-08-15"):
            Person._meta.get_field("joined").clean("1985.13", None)
        with pytest.raises(ValidationError, match=r"such as 2006-08 or 2006-08-15"):
            Person._meta.get_field("joined").formfield().clean("1985")
    assert (
        not Person._meta.get_field("joined")
        .formfield()
        .has_changed(PartialDate(2006, 8), "2006.08")
    )


def test_partial_date_survives_dump_and_load(table):
    create(joined=PartialDate(2006, 8))
    fields = serializers.serialize("python", Person.objects.all())[0]["fields"]

    assert fields["joined"] == "2006-08"
    assert Person._meta.get_field("joined").to_python(fields["joined"]) == PartialDate(2006, 8)
