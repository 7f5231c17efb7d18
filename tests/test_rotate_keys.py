import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.db import connection

from cadres.models import Officer
from courtparty.audit.models import Entry
from courtparty.jobs.models import StoredFile
from courtparty.jobs.services import store_file
from courtparty.lib.crypto import CannotDecrypt

pytestmark = pytest.mark.django_db


def token_of(officer):
    with connection.cursor() as cursor:
        cursor.execute("SELECT id_number FROM cadres_officer WHERE id = %s", [officer.pk])
        return cursor.fetchone()[0]


def test_rotated_values_open_with_the_new_key_alone(officer, political, settings):
    before, number = token_of(officer), officer.id_number
    file = store_file(b"content", name="f", content_type="", by=political)
    new_key = Fernet.generate_key().decode()
    settings.FIELD_KEYS = [new_key, *settings.FIELD_KEYS]

    call_command("rotate_keys")

    settings.FIELD_KEYS = [new_key]
    assert token_of(officer) != before
    assert Officer.objects.get(pk=officer.pk).id_number == number
    assert StoredFile.objects.get(pk=file.pk).content == b"content"
    assert Entry.objects.filter(verb="keys.rotated").count() == 1


def test_values_do_not_open_with_a_new_key_before_rotation(officer, settings):
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]

    with pytest.raises(CannotDecrypt):
        _ = Officer.objects.get(pk=officer.pk).id_number
