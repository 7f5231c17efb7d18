"""Who may open an address: the words in which tests/test_access.py and its parts say it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace

OWN = "officer_user"
COURT = ["party_affairs", "political", "appraiser", "steward", "union", "president"]
SECRETARIES = ["secretary", "branch_secretary"]
PLATFORM = ["system_admin", "security_admin", "audit_admin"]
OUTSIDE = ["outsider", "outsider_political"]
EVERYONE = [OWN, *SECRETARIES, "head", *COURT, *OUTSIDE, *PLATFORM]

READ_OFFICERS = [*SECRETARIES, "head", *COURT]
KEEP_ROSTER = ["party_affairs", "political"]
READ_POSTS = [*SECRETARIES, "party_affairs", "political", "president"]
KEEP_POSTS = ["party_affairs", "political"]
READ_RESULTS = ["head", "political", "appraiser", "president"]
READ_RUNS = ["party_affairs", "political", "president"]
IMPORT_FIGURES = ["political", "appraiser"]
EXPORT_RESULTS = ["political", "appraiser", "president"]
# The political department of the other court holds the right, but not on this court's records.
POLITICAL_ELSEWHERE = ["outsider_political"]


@dataclass(frozen=True)
class Row:
    """``get`` and ``post``: who may, None where the method does not exist."""

    get: list[str] | None = None
    post: list[str] | None = None
    args: Callable[[SimpleNamespace], list] = lambda world: []
    # Signed-in people for whom the record does not exist: 404 instead of 403.
    unseen: list[str] = field(default_factory=list)
    is_public: bool = False
    query: str = ""


def rest(people: list[str]) -> list[str]:
    return [one for one in EVERYONE if one not in people]


def pk_of(name: str) -> Callable[[SimpleNamespace], list]:
    return lambda world: [getattr(world, name).pk]
