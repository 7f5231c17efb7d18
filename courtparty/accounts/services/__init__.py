"""Changes to accounts, grants, sessions and the tree of units."""

from courtparty.accounts.services.accounts import first_administrator_link

__all__ = ["first_administrator_link"]
