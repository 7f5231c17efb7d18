"""The findings of the full-time check in the reader's language, made from their numbers."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cadres.rules.establishment import persons_expected
from cadres.rules.fulltime import Basis
from cadres.rules.posts import staff_band
from courtparty.lib.words import listed

Facts = Mapping[str, int | str]

TITLES: dict[str, str | Promise] = {
    "no_fulltime_staff": gettext_lazy("No full-time Party staff"),
    "no_fulltime_deputy": gettext_lazy("No full-time deputy secretary"),
    "fulltime_with_cases": gettext_lazy("Full-time, yet with cases"),
    "no_secretary": gettext_lazy("No secretary"),
    "no_branch_committee": gettext_lazy("No branch committee"),
    "below_committee": gettext_lazy("Too small for a Party committee"),
    "above_general_branch": gettext_lazy("Large enough for a Party committee"),
    "below_general_branch": gettext_lazy("Too small for a general Party branch"),
    "above_branch": gettext_lazy("Too large for a branch"),
    "below_branch": gettext_lazy("Too small for a branch"),
    "term_overdue": gettext_lazy("Re-election overdue"),
    "term_too_long": gettext_lazy("Term longer than allowed"),
    "approval_missing": gettext_lazy("Approval of the higher body missing"),
    "band_below": gettext_lazy("Fewer full-time staff than 1 % to 2 %"),
    "band_above": gettext_lazy("More full-time staff than 1 % to 2 %"),
    "holder_left": gettext_lazy("Holder has left the court"),
    "holder_not_member": gettext_lazy("Holder is not a full Party member"),
}

_CERTAINTY: dict[str, str | Promise] = {
    "R": gettext_lazy("read in the rule's own text"),
    "S": gettext_lazy("seen on a secondary page"),
    "C": gettext_lazy("the number is the court's own setting"),
}


def sentence(code: str, facts: Facts, *, officer: str = "", post: str = "") -> str:
    """What was found, with the numbers it was found by; ``officer`` and ``post`` are names."""
    return _SENTENCES[code]({**facts, "officer": officer, "post": post})


def basis_in_words(basis: Basis) -> str:
    if basis.regulation == "records":
        return _("The court's own records contradict each other.")
    if basis.regulation == "branches":
        return _("Regulation on Party branches (2018)")
    if basis.regulation == "constitution":
        return _("Constitution of the Party, article 7")
    text = ngettext(
        "Regulation on Party organisations in organs (2019), article %(articles)s",
        "Regulation on Party organisations in organs (2019), articles %(articles)s",
        len(basis.articles),
    )
    return text % {"articles": listed(basis.articles)}


def certainty_in_words(basis: Basis) -> str:
    return str(_CERTAINTY.get(basis.certainty, ""))


def _no_fulltime_staff(facts: Facts) -> str:
    text = _("There is neither a full-time deputy secretary nor a full-time Party-affairs cadre.")
    away = int(facts["away"])
    if not away:
        return text
    seconded = ngettext(
        "%(count)s person holds such a post but is seconded elsewhere.",
        "%(count)s people hold such posts but are seconded elsewhere.",
        away,
    )
    return f"{text} {seconded % {'count': away}}"


def _no_fulltime_deputy(facts: Facts) -> str:
    text = _(
        "%(members)s Party members without a full-time deputy secretary; the court has set that "
        "one is due from %(from)s members."
    )
    return text % facts


def _fulltime_with_cases(facts: Facts) -> str:
    text = ngettext(
        "%(officer)s, %(post)s, is full-time, yet has case figures in %(months)s month: %(last)s.",
        "%(officer)s, %(post)s, is full-time, yet has case figures in %(months)s months from "
        "%(first)s to %(last)s.",
        int(facts["months"]),
    )
    return text % facts


def _no_secretary(facts: Facts) -> str:
    return _("Nobody holds the post of secretary.")


def _no_branch_committee(facts: Facts) -> str:
    text = ngettext(
        "%(full_members)s full members: from 7 a branch committee of at least 3 is due, and "
        "%(held)s person holds a post on it.",
        "%(full_members)s full members: from 7 a branch committee of at least 3 is due, and "
        "%(held)s people hold posts on it.",
        int(facts["held"]),
    )
    return text % facts


def _below_committee(facts: Facts) -> str:
    text = _("A Party committee is for 100 Party members or more; here there are %(members)s.")
    return text % facts


def _above_general_branch(facts: Facts) -> str:
    return _("With %(members)s Party members a Party committee is due; it is from 100.") % facts


def _below_general_branch(facts: Facts) -> str:
    text = _("A general Party branch is for 50 Party members or more; here there are %(members)s.")
    return text % facts


def _above_branch(facts: Facts) -> str:
    if facts["is_top"]:
        text = _("With %(members)s Party members a general Party branch is due; it is from 50.")
    else:
        text = _("A branch usually has no more than 50 Party members; here there are %(members)s.")
    return text % facts


def _below_branch(facts: Facts) -> str:
    text = ngettext(
        "A branch of its own needs 3 full members; here there is %(full_members)s. With fewer, a "
        "joint branch is formed.",
        "A branch of its own needs 3 full members; here there are %(full_members)s. With fewer, a "
        "joint branch is formed.",
        int(facts["full_members"]),
    )
    return text % facts


def _term_overdue(facts: Facts) -> str:
    text = ngettext(
        "The term of office ended on %(until)s, and %(holders)s holder is in post without a "
        "re-election.",
        "The term of office ended on %(until)s, and %(holders)s holders are in post without a "
        "re-election.",
        int(facts["holders"]),
    )
    return text % {**facts, "until": _last_day(facts["term_end"])}


def _term_too_long(facts: Facts) -> str:
    text = _(
        "%(officer)s, %(post)s: the term from %(start)s to %(until)s is longer than the "
        "%(years)s years allowed, and no extension covers it."
    )
    return text % {**facts, "until": _last_day(facts["term_end"])}


def _last_day(end: int | str) -> str:
    """Terms are stored half open; people name the last day."""
    return (date.fromisoformat(str(end)) - timedelta(days=1)).isoformat()


def _approval_missing(facts: Facts) -> str:
    text = _("%(officer)s, %(post)s since %(start)s: no approval of the higher body is on record.")
    return text % facts


def _band_below(facts: Facts) -> str:
    text = ngettext(
        "%(fulltime)s person does Party work full-time among %(staff)s staff; 1 %% to 2 %% would "
        "be %(expected)s.",
        "%(fulltime)s people do Party work full-time among %(staff)s staff; 1 %% to 2 %% would be "
        "%(expected)s.",
        int(facts["fulltime"]),
    )
    return text % {**facts, "expected": _expected(facts)}


def _band_above(facts: Facts) -> str:
    text = _(
        "%(fulltime)s people do Party work full-time among %(staff)s staff; 1 %% to 2 %% would be "
        "%(expected)s. Where there is much to do, more are allowed."
    )
    return text % {**facts, "expected": _expected(facts)}


def _expected(facts: Facts) -> str:
    band = staff_band(staff=int(facts["staff"]), fulltime=int(facts["fulltime"]))
    fewest, most = persons_expected(band.least, band.most)
    return str(fewest) if fewest == most else f"{fewest}–{most}"


def _holder_left(facts: Facts) -> str:
    text = _("%(officer)s left the court on %(left_on)s but still holds this post: %(post)s.")
    return text % facts


def _holder_not_member(facts: Facts) -> str:
    text = _("%(officer)s is not a full Party member but holds an elected Party post: %(post)s.")
    return text % facts


_SENTENCES: dict[str, Callable[[Facts], str]] = {
    "no_fulltime_staff": _no_fulltime_staff,
    "no_fulltime_deputy": _no_fulltime_deputy,
    "fulltime_with_cases": _fulltime_with_cases,
    "no_secretary": _no_secretary,
    "no_branch_committee": _no_branch_committee,
    "below_committee": _below_committee,
    "above_general_branch": _above_general_branch,
    "below_general_branch": _below_general_branch,
    "above_branch": _above_branch,
    "below_branch": _below_branch,
    "term_overdue": _term_overdue,
    "term_too_long": _term_too_long,
    "approval_missing": _approval_missing,
    "band_below": _band_below,
    "band_above": _band_above,
    "holder_left": _holder_left,
    "holder_not_member": _holder_not_member,
}
