"""Who may open the pages of retention: one module for each concern, joined by test_access."""

from tests.retention.access import (
    awards,
    board,
    entitlements,
    hardship,
    health,
    leave,
    screening,
    setbacks,
)

PARTS = (health, screening, entitlements, leave, hardship, awards, setbacks, board)
ROWS = {name: row for part in PARTS for name, row in part.ROWS.items()}
