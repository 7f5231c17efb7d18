"""A fictional court to look at, brought in through the same services the office uses.

Nobody in it exists; ID numbers use region 990101, which no place has.
"""

from courtparty.demo.accounts import accounts_text, keep_password
from courtparty.demo.court import load_court

__all__ = ["load"]


def load() -> list[str]:
    """Make the demo court where it is missing. Returns the lines that say who can sign in."""
    passwords = load_court()
    if passwords:
        keep_password(passwords)
    return accounts_text()
