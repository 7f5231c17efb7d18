import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def _english():
    """Refusals and words are compared in English; pages speak the language of their reader."""
    with translation.override("en"):
        yield
