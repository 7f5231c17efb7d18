from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from courtparty.accounts.models import User
from courtparty.lib.copying import copy_in
from tests.factories import make_court, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.services]


@pytest.fixture
def user(db):
    return make_user("someone", court=make_court())


def copy_of(user, **changed):
    fields = {field.column: field.value_from_object(user) for field in User._meta.concrete_fields}
    fields |= {"username": "other", "key": uuid4()} | changed
    del fields["id"]
    copy_in("accounts_user", list(fields), [list(fields.values())])


@pytest.mark.parametrize("name", ["tab\there", "back\\slash", "\\N", "new\nline", "回车\r", ""])
def test_text_comes_out_as_it_went_in(user, name):
    copy_of(user, name=name)

    other = User.objects.get(username="other")
    assert other.name == name
    assert other.last_login is None


def test_constraints_hold(user):
    with pytest.raises(IntegrityError), transaction.atomic():
        copy_of(user, username=user.username)
