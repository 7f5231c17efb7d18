"""Sealing of sensitive values with the site's key ring, and hashes to look them up by.

A sealed value carries its binding (which row and field it belongs to) inside the encrypted part,
so that a token copied to another row does not open there.
"""

import hashlib
import hmac
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext as _

_LENGTH_BYTES = 2


class CannotDecrypt(Exception):
    """A sealed value does not open: another key, another row, or tampered with."""

    def __str__(self) -> str:
        return _("This value cannot be decrypted with the keys of this site.")


def seal(text: str, *, binding: str) -> str:
    return seal_bytes(text.encode(), binding=binding).decode("ascii")


def unseal(token: str, *, binding: str) -> str:
    return unseal_bytes(token.encode(), binding=binding).decode()


def reseal(token: str, *, binding: str) -> str:
    """The same value under the first key of the ring, for key rotation."""
    return seal(unseal(token, binding=binding), binding=binding)


def seal_bytes(data: bytes, *, binding: str) -> bytes:
    label = binding.encode()
    return _ring().encrypt(len(label).to_bytes(_LENGTH_BYTES, "big") + label + data)


def unseal_bytes(token: bytes, *, binding: str) -> bytes:
    try:
        envelope = _ring().decrypt(token)
    except InvalidToken as error:
        raise CannotDecrypt from error
    end = _LENGTH_BYTES + int.from_bytes(envelope[:_LENGTH_BYTES], "big")
    if not hmac.compare_digest(envelope[_LENGTH_BYTES:end], binding.encode()):
        raise CannotDecrypt
    return envelope[end:]


def keyed_hash(text: str, *, purpose: str) -> str:
    """A hash to look ``text`` up by; hashes of different purposes do not match each other."""
    if not settings.INDEX_KEY:
        raise ImproperlyConfigured("INDEX_KEY is empty")
    message = purpose.encode() + b"\0" + text.encode()
    return hmac.new(settings.INDEX_KEY.encode(), message, hashlib.sha256).hexdigest()


def _ring() -> MultiFernet:
    if not settings.FIELD_KEYS:
        raise ImproperlyConfigured("FIELD_KEYS is empty")
    return _ring_of(tuple(settings.FIELD_KEYS))


@lru_cache(maxsize=8)
def _ring_of(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])
