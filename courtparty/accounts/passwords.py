"""Password rules beside Django's own."""

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils.translation import ngettext


class LengthValidator(MinimumLengthValidator):
    """Django's, with a text that exists in both languages (its own is not in its catalogue)."""

    def get_error_message(self) -> str:
        text = ngettext(
            "This password is too short. It must have at least %(count)d character.",
            "This password is too short. It must have at least %(count)d characters.",
            self.min_length,
        )
        return text % {"count": self.min_length}
