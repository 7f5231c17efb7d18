"""Where a role may be held, what may lie below what in the tree, and naming a browser. Pure."""

PARTY_ORGANISATIONS = frozenset({"party_committee", "general_branch", "branch", "group"})
COURT = frozenset({"court"})

# The kinds of unit on which a role is held. A role that is not here is held on no unit.
ROLE_UNIT_KINDS: dict[str, frozenset[str]] = {
    "secretary": PARTY_ORGANISATIONS,
    "head": frozenset({"department"}),
    "party_affairs": COURT,
    "political": COURT,
    "appraiser": COURT,
    "steward": COURT,
    "union": COURT,
    "president": COURT,
}

PARENT_KINDS: dict[str, frozenset[str]] = {
    "department": COURT,
    "party_committee": COURT,
    "general_branch": frozenset({"court", "party_committee"}),
    "branch": frozenset({"court", "party_committee", "general_branch"}),
    "group": frozenset({"branch"}),
}

# The first that occurs in the header wins: Edge also says Chrome, Chrome also says Safari.
_BROWSERS = {"Edg/": "Edge", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari"}
_SYSTEMS = {
    "Windows": "Windows",
    "Android": "Android",
    "iPhone": "iOS",
    "iPad": "iOS",
    "Mac OS X": "macOS",
    "Linux": "Linux",
}


def may_hold_on(role: str, kind: str) -> bool:
    return kind in ROLE_UNIT_KINDS.get(role, frozenset())


def may_lie_below(kind: str, parent_kind: str) -> bool:
    return parent_kind in PARENT_KINDS.get(kind, frozenset())


def browser_name(user_agent: str) -> str:
    """'Chrome · Windows' from a browser's long name for itself; what is unknown is left out."""
    browser = next((name for sign, name in _BROWSERS.items() if sign in user_agent), "")
    system = next((name for sign, name in _SYSTEMS.items() if sign in user_agent), "")
    return " · ".join(part for part in (browser, system) if part)
