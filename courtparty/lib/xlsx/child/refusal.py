"""How the child says no."""

from typing import Any


class Refused(Exception):
    """The file is not read: a code and its parameters, put into words by the parent."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params
