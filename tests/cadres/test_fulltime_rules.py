from dataclasses import replace
from datetime import date

import pytest
from django.utils.translation import override

from cadres.fulltime_wording import TITLES, basis_in_words, certainty_in_words, sentence
from cadres.models import Breach, FulltimeException
from cadres.rules.fulltime import (
    RULES,
    Basis,
    CourtFacts,
    Finding,
    Holder,
    Organisation,
    Vacated,
    basis_of,
    can_be_excepted,
    concerns,
    findings,
)

ON = date(2026, 11, 23)
COMMITTEE, GENERAL, BRANCH, OFFICE = 1, 2, 3, 9


def committee(members: int = 120, **fields) -> Organisation:
    return Organisation(COMMITTEE, "party_committee", members, members, **fields)


def general_branch(members: int = 60, **fields) -> Organisation:
    return Organisation(GENERAL, "general_branch", members, members, **fields)


def branch(members: int = 5, full: int | None = None, **fields) -> Organisation:
    full = members if full is None else full
    return Organisation(BRANCH, "branch", members, full, **{"above": (GENERAL,)} | fields)


def holder(unit: int, kind: str, officer: int = 1, **fields) -> Holder:
    """Somebody with whom nothing is wrong."""
    usual = {
        "start": date(2025, 1, 1),
        "term_end": date(2028, 1, 1),
        "has_approval": True,
        "is_fulltime": kind in ("fulltime_deputy", "party_affairs_cadre"),
    }
    return Holder(unit, 10 + officer, officer, kind, **usual | fields)


SECRETARY = holder(GENERAL, "secretary", 51)
DEPUTY = holder(GENERAL, "fulltime_deputy", 52)
CADRE = holder(OFFICE, "party_affairs_cadre", 53, term_end=None)
BRANCH_SECRETARY = holder(BRANCH, "branch_secretary", 54)


def found(*organisations, holders=(), vacated=(), staff=100, deputy_from=100) -> list[Finding]:
    court = CourtFacts(
        band_unit=organisations[0].unit if organisations else 0,
        staff=staff,
        deputy_from=deputy_from,
        organisations=organisations,
        holders=tuple(holders),
        vacated=tuple(vacated),
    )
    return findings(court, on=ON)


def codes(*organisations, **facts) -> list[str]:
    return [one.code for one in found(*organisations, **facts)]


def the(code: str, *organisations, **facts) -> Finding:
    (one,) = [one for one in found(*organisations, **facts) if one.code == code]
    return one


def test_an_orderly_court_has_no_finding():
    holders = [SECRETARY, DEPUTY, BRANCH_SECRETARY]

    assert found(general_branch(), branch(), holders=holders) == []


def test_a_court_without_party_organisations_has_no_finding():
    assert found(staff=300) == []


# -- full-time staff ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("holders", "is_found"),
    [
        pytest.param([SECRETARY], True, id="only a part-time secretary"),
        pytest.param([SECRETARY, DEPUTY], False, id="full-time deputy"),
        pytest.param([SECRETARY, CADRE], False, id="cadre in an office of the court"),
        pytest.param([SECRETARY, replace(DEPUTY, is_acting=True)], False, id="acting deputy"),
        pytest.param([SECRETARY, replace(DEPUTY, has_seat=False)], False, id="seconded in"),
        pytest.param(
            [SECRETARY, replace(DEPUTY, kind="deputy_secretary")], False, id="deputy, full-time"
        ),
        pytest.param(
            [SECRETARY, replace(DEPUTY, kind="deputy_secretary", is_fulltime=False)],
            True,
            id="deputy, part-time",
        ),
        pytest.param([SECRETARY, replace(DEPUTY, away=date(2026, 5, 1))], True, id="seconded out"),
        pytest.param([SECRETARY, replace(DEPUTY, left_on=ON)], True, id="left today"),
        pytest.param(
            [SECRETARY, replace(DEPUTY, left_on=date(2026, 11, 24))], False, id="leaves tomorrow"
        ),
        pytest.param(
            [SECRETARY, replace(BRANCH_SECRETARY, is_fulltime=True)], True, id="in a branch below"
        ),
    ],
)
def test_a_general_branch_needs_full_time_staff(holders, is_found):
    assert ("no_fulltime_staff" in codes(general_branch(), holders=holders)) is is_found


@pytest.mark.parametrize(
    ("holders", "vacated", "since"),
    [
        pytest.param([], [], None, id="nobody ever"),
        pytest.param(
            [],
            [
                Vacated(GENERAL, "fulltime_deputy", True, date(2025, 3, 1)),
                Vacated(OFFICE, "party_affairs_cadre", True, date(2026, 2, 1)),
                Vacated(GENERAL, "secretary", False, date(2026, 9, 1)),
                Vacated(BRANCH, "branch_secretary", True, date(2026, 9, 1)),
            ],
            date(2026, 2, 1),
            id="the last of those who count",
        ),
        pytest.param(
            [replace(DEPUTY, away=date(2026, 6, 1))],
            [Vacated(GENERAL, "fulltime_deputy", True, date(2025, 3, 1))],
            date(2026, 6, 1),
            id="seconded out later",
        ),
        pytest.param(
            [replace(DEPUTY, away=date(2026, 6, 1), left_on=date(2026, 8, 1))],
            [],
            date(2026, 6, 1),
            id="seconded out and left then",
        ),
    ],
)
def test_full_time_staff_is_missing_since_the_last_one_went(holders, vacated, since):
    one = the("no_fulltime_staff", general_branch(), holders=holders, vacated=vacated)

    assert one.since == since


def test_staff_of_the_committee_above_serves_a_general_branch():
    deputy = replace(DEPUTY, unit=COMMITTEE)
    below = general_branch(above=(COMMITTEE,))

    assert "no_fulltime_staff" not in codes(committee(), below, holders=[deputy])
    assert "no_fulltime_staff" in codes(committee(), below, holders=[DEPUTY])


@pytest.mark.parametrize(
    ("members", "holders", "is_found"),
    [
        (99, [CADRE], False),
        (100, [CADRE], True),
        (100, [replace(DEPUTY, unit=COMMITTEE)], False),
        (100, [DEPUTY], True),
    ],
)
def test_a_full_time_deputy_is_due_from_the_number_the_court_sets(members, holders, is_found):
    assert ("no_fulltime_deputy" in codes(committee(members), holders=holders)) is is_found


def test_the_number_for_a_deputy_is_a_setting():
    one = the("no_fulltime_deputy", general_branch(60), holders=[CADRE], deputy_from=60)

    assert one.facts == {"members": 60, "from": 60}
    assert basis_of(one.code, "general_branch", one.facts) == Basis("organs", (8,), "C")


def test_only_the_topmost_organisation_needs_a_deputy():
    below = general_branch(60, above=(COMMITTEE,))
    named = found(committee(), below, holders=[CADRE], deputy_from=50)

    assert [one.unit for one in named if one.code == "no_fulltime_deputy"] == [COMMITTEE]


@pytest.mark.parametrize(
    ("staff", "fulltime", "code"),
    [
        pytest.param(40, 1, None, id="small: one person"),
        pytest.param(40, 2, "band_above", id="small: two"),
        pytest.param(100, 1, None, id="1 %"),
        pytest.param(100, 2, None, id="2 %"),
        pytest.param(100, 3, "band_above", id="3 %"),
        pytest.param(300, 2, "band_below", id="two thirds of 1 %"),
        pytest.param(300, 3, None, id="1 % of 300"),
    ],
)
def test_the_band_is_one_to_two_percent_of_all_staff(staff, fulltime, code):
    cadres = [replace(CADRE, officer=60 + n, post=60) for n in range(fulltime)]
    named = codes(general_branch(), holders=[SECRETARY, *cadres], staff=staff)

    assert named == ([code] if code else [])


def test_the_band_counts_persons_with_a_seat_once():
    second_post = replace(CADRE, post=70)
    guest = replace(CADRE, officer=71, has_seat=False)
    one = the("band_below", general_branch(), holders=[CADRE, second_post, guest], staff=300)

    assert one.facts == {"staff": 300, "fulltime": 1}


def test_a_court_without_anybody_is_told_so_once():
    assert "band_below" not in codes(general_branch())
    assert "band_below" in codes(branch(above=()), holders=[BRANCH_SECRETARY])


# -- holders ------------------------------------------------------------------------------------


def with_cases(*months: date, **fields) -> Holder:
    return replace(DEPUTY, case_months=months, **fields)


def test_a_full_time_holder_with_case_figures_is_found():
    months = (date(2026, 3, 1), date(2026, 4, 1), date(2026, 10, 1))
    deputy = with_cases(*months, start=date(2026, 2, 16))
    one = the("fulltime_with_cases", general_branch(), holders=[SECRETARY, deputy])

    assert (one.weight, one.since, one.officer) == ("breach", date(2026, 3, 1), DEPUTY.officer)
    assert one.facts == {
        "months": 3,
        "first": "2026-03",
        "last": "2026-10",
        "from": "2026-03-01",
    }


@pytest.mark.parametrize(
    ("holders", "is_found"),
    [
        pytest.param([with_cases()], False, id="no figures"),
        pytest.param([with_cases(date(2025, 11, 1))], True, id="twelve months ago"),
        pytest.param([with_cases(date(2025, 10, 1))], False, id="no longer"),
        pytest.param([with_cases(date(2026, 1, 1), is_fulltime=False)], False, id="part-time"),
        pytest.param([with_cases(date(2026, 1, 1), left_on=date(2026, 9, 1))], False, id="left"),
    ],
)
def test_only_full_time_holders_who_still_have_cases_are_found(holders, is_found):
    named = codes(general_branch(), holders=[SECRETARY, *holders])

    assert ("fulltime_with_cases" in named) is is_found


@pytest.mark.parametrize(
    ("start", "first"),
    [
        (date(2026, 3, 1), date(2026, 3, 1)),
        (date(2026, 3, 2), date(2026, 4, 1)),
        (date(2026, 12, 31), date(2027, 1, 1)),
    ],
)
def test_figures_count_from_the_first_whole_month(start, first):
    assert replace(DEPUTY, start=start).first_whole_month == first


def test_a_holder_who_left_is_found_once_and_for_nothing_else():
    gone = replace(
        DEPUTY, left_on=date(2026, 7, 1), has_approval=False, is_full_member=False, start=ON
    )
    named = found(general_branch(), holders=[SECRETARY, CADRE, gone])

    assert [(one.code, one.since) for one in named] == [("holder_left", date(2026, 7, 1))]


def test_a_holder_who_is_no_full_member_is_found_in_elected_posts_only():
    outside = replace(CADRE, is_full_member=False)
    inside = replace(SECRETARY, is_full_member=False)

    assert codes(general_branch(), holders=[SECRETARY, outside]) == []
    assert codes(general_branch(), holders=[inside, outside]) == ["holder_not_member"]


def test_the_approval_of_secretary_and_deputies_is_missing_since_they_began():
    secretary = replace(SECRETARY, has_approval=False)
    member = holder(GENERAL, "publicity_member", 80, has_approval=False)
    named = found(general_branch(), holders=[secretary, member, CADRE])

    assert [(one.code, one.officer, one.since) for one in named] == [
        ("approval_missing", SECRETARY.officer, SECRETARY.start)
    ]


# -- terms --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "overdue"),
    [
        pytest.param({"term_end": date(2026, 11, 24)}, None, id="last day"),
        pytest.param({"term_end": ON}, ON, id="first day after"),
        pytest.param({"start": date(2023, 11, 24), "term_end": None}, None, id="none, 3rd year"),
        pytest.param({"start": date(2023, 11, 23), "term_end": None}, ON, id="none, 4th year"),
        pytest.param(
            {"start": date(2020, 1, 1), "term_end": None, "is_acting": True}, None, id="acting"
        ),
        pytest.param({"term_end": ON, "left_on": date(2026, 1, 1)}, None, id="left"),
    ],
)
def test_a_term_is_overdue_from_the_day_after_its_last(fields, overdue):
    named = found(general_branch(), holders=[replace(SECRETARY, **fields), CADRE])

    assert [one.since for one in named if one.code == "term_overdue"] == (
        [overdue] if overdue else []
    )


def test_an_organisation_re_elects_at_once_so_its_terms_are_one_finding():
    late = [replace(SECRETARY, term_end=date(2026, 5, 1)), replace(DEPUTY, term_end=ON)]
    member = holder(GENERAL, "publicity_member", 80)
    one = the("term_overdue", general_branch(), holders=[*late, member, CADRE])

    assert (one.since, one.post, one.officer) == (date(2026, 5, 1), None, None)
    assert one.facts == {"term_end": "2026-05-01", "holders": 2, "is_recorded": 1}


@pytest.mark.parametrize(
    ("organisation", "years"), [(committee(), 5), (general_branch(), 3), (branch(), 3)]
)
def test_a_term_is_as_long_as_its_kind_of_organisation_has_it(organisation, years):
    kind = "branch_secretary" if organisation.kind == "branch" else "secretary"
    start = date(2025, 3, 1)
    exact = holder(organisation.unit, kind, start=start, term_end=start.replace(year=2025 + years))
    longer = replace(exact, term_end=exact.term_end.replace(day=2))

    assert "term_too_long" not in codes(organisation, holders=[exact])
    one = the("term_too_long", organisation, holders=[longer])
    assert one.facts == {"start": "2025-03-01", "term_end": str(longer.term_end), "years": years}


def test_an_extension_on_record_covers_a_longer_term():
    longer = replace(SECRETARY, term_end=date(2028, 7, 1))
    covered = replace(longer, extended_to=date(2028, 7, 1))
    half = replace(longer, extended_to=date(2028, 3, 1))

    assert "term_too_long" in codes(general_branch(), holders=[longer])
    assert "term_too_long" in codes(general_branch(), holders=[half])
    assert "term_too_long" not in codes(general_branch(), holders=[covered])


# -- the organisation ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("organisation", "expected"),
    [
        pytest.param(committee(100), [], id="committee of 100"),
        pytest.param(committee(99), ["below_committee"], id="committee of 99"),
        pytest.param(general_branch(50), [], id="general branch of 50"),
        pytest.param(general_branch(49), ["below_general_branch"], id="general branch of 49"),
        pytest.param(general_branch(99), [], id="general branch of 99"),
        pytest.param(general_branch(100), ["above_general_branch"], id="general branch of 100"),
        pytest.param(branch(49, 3, above=()), [], id="branch of 49 at the top"),
        pytest.param(branch(50, 3, above=()), ["above_branch"], id="branch of 50 at the top"),
        pytest.param(branch(50, 3), [], id="branch of 50 below"),
        pytest.param(branch(51, 3), ["above_branch"], id="branch of 51 below"),
        pytest.param(branch(4, 3), [], id="three full members"),
        pytest.param(branch(4, 2), ["below_branch"], id="two full members"),
        pytest.param(branch(0), ["below_branch"], id="nobody"),
    ],
)
def test_thresholds_of_size(organisation, expected):
    about_size = [code for code in RULES if code.startswith(("above", "below"))]

    assert [code for code in codes(organisation, deputy_from=999) if code in about_size] == expected


@pytest.mark.parametrize(
    ("is_top", "basis"), [(1, Basis("organs", (6,), "R")), (0, Basis("branches", (), "S"))]
)
def test_what_a_large_branch_breaks_depends_on_what_is_above_it(is_top, basis):
    assert basis_of("above_branch", "branch", {"members": 60, "is_top": is_top}) == basis


def committee_of(*kinds: str) -> list[Holder]:
    return [holder(BRANCH, kind, officer) for officer, kind in enumerate(kinds, start=20)]


@pytest.mark.parametrize(
    ("full", "holders", "held"),
    [
        (6, committee_of("branch_secretary"), None),
        (7, committee_of("branch_secretary"), 1),
        (7, committee_of("branch_secretary", "group_leader", "other"), 1),
        (7, committee_of("branch_secretary", "publicity_member"), 2),
        (7, committee_of("branch_secretary", "publicity_member", "discipline_member"), None),
        (
            7,
            [
                *committee_of("branch_secretary", "publicity_member"),
                holder(BRANCH, "discipline_member", 20),
            ],
            2,
        ),
    ],
    ids=["six", "no committee", "no committee posts", "two", "three", "two persons in three posts"],
)
def test_a_branch_of_seven_full_members_has_a_committee(full, holders, held):
    named = found(branch(10, full), holders=holders)

    assert [one.facts["held"] for one in named if one.code == "no_branch_committee"] == (
        [] if held is None else [held]
    )


def test_every_organisation_needs_a_secretary_and_a_seconded_one_counts():
    away = replace(SECRETARY, away=date(2026, 3, 1))
    gone = replace(BRANCH_SECRETARY, left_on=date(2026, 4, 1))
    named = found(general_branch(), branch(), holders=[away, gone, CADRE])

    assert [(one.unit, one.since) for one in named if one.code == "no_secretary"] == [
        (BRANCH, date(2026, 4, 1))
    ]
    past = [Vacated(GENERAL, "secretary", False, date(2026, 1, 1))]
    assert the("no_secretary", general_branch(), vacated=past).since == date(2026, 1, 1)


# -- subjects and words -------------------------------------------------------------------------


def test_each_finding_has_a_subject_of_its_own():
    holders = [replace(SECRETARY, officer=n, has_approval=False) for n in (1, 2)]
    named = found(committee(90), general_branch(), branch(1), holders=holders)

    assert len({one.subject for one in named}) == len(named) > 5


def test_codes_and_subjects_fit_their_columns():
    longest = Finding(max(RULES, key=len), 10**9, post=10**9, officer=10**9)

    assert max(map(len, RULES)) <= Breach._meta.get_field("code").max_length
    assert FulltimeException._meta.get_field("code").max_length >= max(map(len, RULES))
    assert len(longest.subject) <= Breach._meta.get_field("subject").max_length


FACTS = {
    "members": 49,
    "full_members": 1,
    "away": 1,
    "from": 100,
    "months": 2,
    "first": "2026-03",
    "last": "2026-04",
    "held": 1,
    "is_top": 1,
    "term_end": "2026-06-01",
    "holders": 1,
    "start": "2025-01-01",
    "years": 3,
    "staff": 300,
    "fulltime": 1,
    "left_on": "2026-07-01",
}


@pytest.mark.parametrize("code", RULES)
def test_every_finding_is_said_with_its_numbers_and_basis(code):
    text = sentence(code, FACTS, officer="张海燕", post="书记")

    assert "%(" not in text
    assert text.endswith((".", "。"))
    assert TITLES[code]
    basis = basis_of(code, RULES[code].kinds[0], FACTS)
    assert basis_in_words(basis)
    assert bool(certainty_in_words(basis)) is (basis.regulation in ("organs", "branches"))


def test_sentences_name_the_last_day_of_a_term_and_the_staff_expected():
    assert "2026-05-31" in sentence("term_overdue", FACTS)
    assert "3–6" in sentence("band_below", FACTS)
    with override("en"):
        assert sentence("band_below", FACTS | {"staff": 30}).endswith("would be 1.")


def test_articles_are_listed():
    staff = basis_of("no_fulltime_staff", "general_branch", {})
    with override("en"):
        assert basis_in_words(staff).endswith("articles 8, 30")
        assert basis_in_words(basis_of("term_overdue", "party_committee", {})).endswith("article 5")


def test_what_a_record_contradicts_no_document_excuses():
    excepted = {code for code in RULES if can_be_excepted(code)}

    assert set(RULES) - excepted == {"approval_missing", "holder_left", "holder_not_member"}
    assert not can_be_excepted("nonsense")
    assert concerns("below_committee", "party_committee")
    assert not concerns("below_committee", "branch")
    assert not concerns("nonsense", "branch")
