import hashlib
import hmac

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from courtparty.lib.crypto import (
    CannotDecrypt,
    keyed_hash,
    reseal,
    seal,
    seal_bytes,
    unseal,
    unseal_bytes,
)

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


@given(st.text(), st.text(max_size=40).filter(lambda text: text.isprintable()))
def test_unseal_gives_back_what_was_sealed(text, binding):
    assert unseal(seal(text, binding=binding), binding=binding) == text


def test_seal_never_gives_the_same_token_twice_nor_shows_the_text():
    first, second = (seal("99010119850511006X", binding="row:1") for _ in range(2))
    assert first != second
    assert "9901" not in first


def test_bytes_are_sealed_alike():
    data = bytes(range(256)) * 40
    token = seal_bytes(data, binding="file:1")
    assert isinstance(token, bytes)
    assert unseal_bytes(token, binding="file:1") == data


def tampered(token):
    return token[:-10] + ("A" if token[-10] != "A" else "B") + token[-9:]


@pytest.mark.parametrize(
    ("change", "binding"),
    [
        pytest.param(lambda token: token, "row:2", id="another row"),
        pytest.param(lambda token: token, "row:1 ", id="longer binding"),
        pytest.param(lambda token: token, "", id="no binding"),
        pytest.param(tampered, "row:1", id="tampered"),
        pytest.param(lambda token: token[:40], "row:1", id="cut off"),
        pytest.param(lambda token: "plain text", "row:1", id="not a token"),
        pytest.param(lambda token: "文字", "row:1", id="not even ascii"),
        pytest.param(lambda token: "", "row:1", id="empty"),
    ],
)
def test_unseal_refuses_what_does_not_belong(change, binding):
    token = seal("secret", binding="row:1")
    with pytest.raises(CannotDecrypt):
        unseal(change(token), binding=binding)


def test_a_binding_cannot_be_shifted_into_the_text():
    with pytest.raises(CannotDecrypt):
        unseal(seal("1secret", binding="row:"), binding="row:1")


def test_rotation_keeps_old_values_readable_until_resealed(settings):
    settings.FIELD_KEYS = [OLD]
    token = seal("secret", binding="row:1")

    settings.FIELD_KEYS = [NEW, OLD]
    renewed = reseal(token, binding="row:1")
    assert unseal(token, binding="row:1") == "secret"

    settings.FIELD_KEYS = [NEW]
    assert unseal(renewed, binding="row:1") == "secret"
    with pytest.raises(CannotDecrypt):
        unseal(token, binding="row:1")


def test_reseal_refuses_a_token_of_another_row():
    with pytest.raises(CannotDecrypt):
        reseal(seal("secret", binding="row:1"), binding="row:2")


def test_cannot_decrypt_has_a_text_for_the_user():
    with translation.override("en"):
        assert str(CannotDecrypt()) == "This value cannot be decrypted with the keys of this site."


def test_keyed_hash_is_stable_and_separated_by_purpose_and_key(settings):
    settings.INDEX_KEY = "one"
    hashed = keyed_hash("99010119850511006X", purpose="id")
    expected = hmac.new(b"one", b"id\x0099010119850511006X", hashlib.sha256).hexdigest()
    assert hashed == expected
    assert keyed_hash("99010119850511006X", purpose="phone") != hashed

    settings.INDEX_KEY = "two"
    assert keyed_hash("99010119850511006X", purpose="id") != hashed


def test_missing_keys_are_named(settings):
    settings.INDEX_KEY = ""
    settings.FIELD_KEYS = []
    with pytest.raises(ImproperlyConfigured, match="INDEX_KEY"):
        keyed_hash("x", purpose="id")
    with pytest.raises(ImproperlyConfigured, match="FIELD_KEYS"):
        seal("x", binding="row:1")
