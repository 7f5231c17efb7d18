"""The tables of retention in the Django admin, a module for each concern."""

from retention.admin import awards, board, entitlements, hardship, setbacks

__all__ = ["awards", "board", "entitlements", "hardship", "setbacks"]
