from courtparty.lib.xlsx import write_table
from retention.services.achievement_import import upload_achievements
from retention.services.awards import enter_document
from retention.services.mentoring import note_meeting
from tests.access import EVERYONE, OWN, POLITICAL_ELSEWHERE, SECRETARIES, Row, pk_of
from tests.factories import make_officer, make_user
from tests.retention.awards_cast import (
    NOW,
    TODAY,
    decide,
    evidence,
    make_achievement,
    make_award,
    make_checked,
    make_pair,
    make_proposal,
    make_rung,
)

READ = [*SECRETARIES, "head", "political", "president"]
PROPOSE = [*SECRETARIES, "head", "political"]
KEEP = ["political"]
DECIDE = ["president"]
MENTOR = ["head", "political"]
POLITICAL_AND_OTHERS = [*KEEP, *POLITICAL_ELSEWHERE]


def seen_by(people: list[str], name: str, **more) -> Row:
    return Row(get=people, args=pk_of(name), unseen=POLITICAL_ELSEWHERE, **more)


def done_by(people: list[str], name: str, *, unseen=POLITICAL_ELSEWHERE) -> Row:
    return Row(get=people, post=people, args=pk_of(name), unseen=unseen)


def sent_by(people: list[str], name: str) -> Row:
    return Row(post=people, args=pk_of(name), unseen=POLITICAL_ELSEWHERE)


def own_or(people: list[str], name: str) -> Row:
    """Everybody signed in may ask; for whom it is not, it does not exist."""
    others = [one for one in EVERYONE if one not in [OWN, *people]]
    return Row(get=[OWN, *people], args=pk_of(name), unseen=others)


def only_pair(name: str) -> Row:
    row = own_or(MENTOR, name)
    return Row(get=row.get, post=row.get, args=row.args, unseen=row.unseen)


NOBODY = [one for one in EVERYONE if one != OWN]
WITH_OTHERS = [*READ, *POLITICAL_ELSEWHERE]
# An officer of the other court has an own page as well.
WITH_OFFICER = [OWN, "outsider"]

ROWS: dict[str, Row] = {
    "retention:my_awards": Row(get=EVERYONE),
    "retention:my_achievement_add": Row(
        get=WITH_OFFICER,
        post=WITH_OFFICER,
        unseen=[one for one in EVERYONE if one not in WITH_OFFICER],
    ),
    "retention:my_achievement_change": Row(
        get=[OWN], post=[OWN], args=pk_of("own_achievement"), unseen=NOBODY
    ),
    "retention:my_achievement_withdraw": Row(
        get=[OWN], post=[OWN], args=pk_of("own_achievement"), unseen=NOBODY
    ),
    "retention:achievement_list": Row(get=WITH_OTHERS),
    "retention:achievement_export": Row(get=WITH_OTHERS),
    "retention:achievement_add": Row(
        get=[*PROPOSE, *POLITICAL_ELSEWHERE], post=[*PROPOSE, *POLITICAL_ELSEWHERE]
    ),
    "retention:achievement_import": Row(get=POLITICAL_AND_OTHERS, post=POLITICAL_AND_OTHERS),
    "retention:achievement_import_template": Row(get=POLITICAL_AND_OTHERS),
    "retention:achievement_import_detail": seen_by(KEEP, "achievement_import"),
    "retention:achievement_import_confirm": sent_by(KEEP, "achievement_import"),
    "retention:achievement_import_discard": sent_by(KEEP, "achievement_import"),
    "retention:achievement_import_errors": seen_by(KEEP, "achievement_import"),
    "retention:achievement_detail": seen_by(READ, "achievement"),
    "retention:achievement_evidence": own_or(READ, "achievement"),
    "retention:achievement_change": done_by(PROPOSE, "achievement"),
    "retention:achievement_withdraw": done_by(PROPOSE, "achievement"),
    "retention:achievement_decline": done_by(PROPOSE, "achievement"),
    "retention:achievement_reopen": done_by(PROPOSE, "achievement"),
    "retention:proposal_add": done_by(PROPOSE, "achievement"),
    "retention:proposal_list": Row(get=WITH_OTHERS),
    "retention:award_meeting": Row(get=DECIDE, post=DECIDE),
    "retention:proposal_detail": seen_by(READ, "award_proposal"),
    "retention:proposal_check": done_by(KEEP, "award_proposal"),
    # Of those who may look at proposals, who checks returns this one.
    "retention:proposal_return": done_by(KEEP, "award_proposal"),
    "retention:proposal_resubmit": done_by(PROPOSE, "award_proposal"),
    "retention:proposal_withdraw": done_by(PROPOSE, "award_proposal"),
    "retention:proposal_decide": Row(get=DECIDE, post=DECIDE, args=pk_of("checked_proposal")),
    "retention:proposal_reply": done_by(KEEP, "reported_proposal"),
    "retention:award_list": Row(get=WITH_OTHERS),
    "retention:award_export": Row(get=WITH_OTHERS),
    "retention:award_chart": Row(get=WITH_OTHERS),
    "retention:rung_list": Row(get=WITH_OTHERS),
    "retention:rung_seed": Row(post=POLITICAL_AND_OTHERS),
    "retention:rung_add": Row(get=POLITICAL_AND_OTHERS, post=POLITICAL_AND_OTHERS),
    "retention:rung_change": done_by(KEEP, "award_rung"),
    "retention:award_ladder": seen_by(READ, "officer"),
    "retention:award_detail": seen_by(READ, "award"),
    "retention:award_document": done_by(KEEP, "award"),
    "retention:award_revoke": done_by(KEEP, "award"),
    "retention:award_certificate": own_or(READ, "award"),
    "retention:award_file": own_or(READ, "award"),
    "retention:mentoring_list": Row(get=[*MENTOR, *POLITICAL_ELSEWHERE]),
    "retention:mentoring_add": Row(
        get=[*MENTOR, *POLITICAL_ELSEWHERE], post=[*MENTOR, *POLITICAL_ELSEWHERE]
    ),
    "retention:mentoring_detail": own_or(MENTOR, "pair"),
    "retention:mentoring_end": done_by(MENTOR, "pair"),
    "retention:mentoring_void": done_by(MENTOR, "pair"),
    "retention:mentoring_meet": only_pair("pair"),
    "retention:mentoring_note_change": Row(
        get=[OWN], post=[OWN], args=pk_of("meeting_note"), unseen=NOBODY
    ),
}


def build(world, cast) -> dict[str, object]:
    """The records the rows above name. ``cast("steward")`` is the user in that role."""
    officer, court = cast("officer"), cast("court")
    by, checker, decider = make_user("proposer", court=court), cast("political"), cast("president")
    rung = make_rung(court)
    higher = make_rung(court, name="记三等功", position=3, level="higher", decided_by="上级")
    people = {"by": by, "checker": checker}
    award = make_award(officer, rung, decider=decider, title="甲", **people)
    paper = {"number": "示法1号", "issued_on": TODAY, "file": evidence()}
    enter_document(award_ids=[award.pk], by=checker, at=NOW, **paper)
    reported = make_checked(officer, higher, title="乙", **people)
    decide(reported, by=decider)
    mentee = make_officer(court=court, department=cast("civil"), name="孙小新")
    pair = make_pair(officer, mentee, by=by)
    content = write_table(
        title="成绩",
        headings=["姓名", "取得成绩", "取得日期"],
        rows=[["张海燕", "戊", "2026-03-15"]],
        text_columns=range(3),
    )
    return {
        "award_rung": rung,
        "award": award,
        "achievement": make_achievement(officer, by=by, title="丙", file=evidence()),
        "own_achievement": make_achievement(officer, by=officer.user, title="丁"),
        "award_proposal": make_proposal(officer, rung, by=by, title="己"),
        "checked_proposal": make_checked(officer, rung, title="庚", **people),
        "reported_proposal": reported,
        "achievement_import": upload_achievements(
            content=content, filename="成绩.xlsx", court=court, by=checker, at=NOW
        ),
        "pair": pair,
        "meeting_note": note_meeting(
            mentoring_id=pair.pk, met_on=TODAY, text="记", by=officer.user, at=NOW
        ),
    }
