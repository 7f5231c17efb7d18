"""What notices say. Nothing personal is in a sentence: it leads to the page that knows."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

KINDS = {
    "figures_to_confirm": _("Your case figures of %(months)s are waiting for your confirmation."),
    "figures_corrected": _(
        "Your case figures of %(month)s have been corrected. Please look at them and confirm."
    ),
    "figures_kept": _(
        "Your dispute of the case figures of %(month)s has been answered. The page has the answer."
    ),
    "figures_disputed": _("An officer disputes imported case figures. Please check them."),
    "result_ready": _("Your appraisal result for “%(cycle)s” can be read."),
    "result_final": _("The appraisal “%(cycle)s” is closed. Your result is final."),
    "cycle_opened": _(
        "The appraisal cycle “%(cycle)s” has been opened by the timetable. Prepare it."
    ),
    "cycle_collecting": _(
        "The appraisal cycle “%(cycle)s” collects figures and ratings. The page says until when."
    ),
    "cycle_scoring": _("The appraisal cycle “%(cycle)s” waits to be computed."),
    "cycle_reviewing": _(
        "The results of the appraisal cycle “%(cycle)s” are there to be reviewed."
    ),
    "cycle_closed": _("The appraisal cycle “%(cycle)s” is closed."),
    "cycle_back": _("The appraisal cycle “%(cycle)s” was taken back a step. The page says why."),
    "cycle_ends_soon": _(
        "Figures and ratings of the appraisal cycle “%(cycle)s” are collected until %(day)s."
    ),
    "cycle_ends_today": _(
        "Today is the last day for figures and ratings of the appraisal cycle “%(cycle)s”."
    ),
    "cycle_overdue": _(
        "The appraisal cycle “%(cycle)s” collected until %(day)s. Close the collecting, or go on."
    ),
    "correction_asked": _("An officer asks for a correction of personal data."),
    "correction_accepted": _("The correction you asked for has been made."),
    "correction_declined": _(
        "The correction you asked for was declined. The reason is on the page."
    ),
    "appointment_made": _("You have been appointed to a post. Its documents are on the page."),
    "appointment_extended": _("The term of a post you hold has been extended."),
    "appointment_ended": _("The end of an appointment of yours has been entered."),
    "appointment_end_changed": _("The end of an appointment of yours has been corrected."),
    "appointment_reopened": _("The end of an appointment of yours has been taken back."),
    "appointment_voided": _(
        "An appointment of yours was taken back, because it had been entered by mistake."
    ),
    "secondment_started": _("It has been entered that you are seconded out of a post you hold."),
    "secondment_ended": _("The end of a secondment of yours has been entered."),
    "seat_vacant": _("A seat in the establishment has fallen vacant. The page shows since when."),
    "term_ending": _(
        "The term of a Party organisation ends on %(day)s. Plan its election, or have it planned."
    ),
    "term_over": _(
        "The term of a Party organisation ended on %(day)s, and no election is on record."
    ),
    "election_planned": _("The election of a Party organisation has been planned."),
    "election_held": _(
        "A Party organisation has held its election. Enter who was elected as appointments."
    ),
    "request_reply_due": _("The reply to a staffing request is due on %(day)s."),
    "request_reply_late": _(
        "The reply to a staffing request was due on %(day)s and has not been entered."
    ),
    "request_answered": _("The reply to a staffing request has been entered."),
    "run_drafted": _(
        "The allowance run for %(month)s has been drafted. Look through it and hand it over."
    ),
    "run_submitted": _("The allowance run for %(month)s is waiting for you to check it."),
    "run_checked": _("The allowance run for %(month)s is waiting for your approval."),
    "run_approved": _("The allowance run for %(month)s is approved and can be paid."),
    "run_returned": _("The allowance run for %(month)s was sent back. The page says why."),
    "run_unpaid": _("The allowance run for %(month)s is not paid yet; the next step is yours."),
    "run_overdue": _("The allowance run for %(month)s has not been paid, a week after its day."),
    "allowance_paid": _("The post allowances of the run for %(month)s are paid. See your lines."),
    "fulltime_breach": _("The full-time check has found new breaches: %(count)s."),
    "fulltime_exception_ended": _(
        "An approved exception has ended, and the full-time check still finds what it excused."
    ),
    "ratings_asked": _("You are asked for ratings in the appraisal cycle “%(cycle)s”."),
    "ratings_asked_until": _(
        "You are asked for ratings in the appraisal cycle “%(cycle)s”, until %(day)s."
    ),
    "ratings_due": _("Ratings to hand in for “%(cycle)s” until %(day)s: %(count)s."),
    "ratings_due_today": _("Ratings to hand in for “%(cycle)s” today: %(count)s."),
    "ratings_overdue": _(
        "Ratings for “%(cycle)s” were due on %(day)s. Still to hand in: %(count)s."
    ),
    "ratings_reminded": _("Ratings still to hand in for “%(cycle)s”: %(count)s."),
    "weights_asked": _(
        "You are asked to compare the parts of an index set in pairs, for its weights."
    ),
    "weights_withdrawn": _("Your comparisons of an index set are not needed any more."),
    "weights_reopened": _(
        "Your comparisons of an index set were given back to be looked at again."
    ),
    "weights_complete": _("All experts have handed in their comparisons of an index set."),
    "job_done": _("“%(label)s” has finished."),
    "job_failed": _("“%(label)s” did not finish. The page says why."),
    "account_rights_changed": _("Your roles were changed."),
    # Retention: health.
    "checkup_appointed": _(
        "Your check-up is appointed for %(day)s. The page has place and hospital."
    ),
    "checkup_moved": _("Your check-up has been moved to %(day)s. The page has place and hospital."),
    "checkup_due_soon": _("Your check-up is appointed for %(day)s."),
    "checkup_due_today": _("Your check-up is today. The page has place and hospital."),
    "checkup_overdue": _(
        "Your check-up was appointed for %(day)s and is not noted as done. Ask the health steward "
        "for another day, or say that it is done."
    ),
    "checkup_missed": _(
        "The check-ups of the court are over, and yours is not noted as done. Ask the health "
        "steward how to make up for it."
    ),
    "checkups_late": _("Check-ups that are two weeks late in a department: %(count)s."),
    "health_result_entered": _("A result has been entered in your health file."),
    "health_result_corrected": _("A result in your health file has been corrected."),
    "health_correction_asked": _("An officer asks for a correction in the own health file."),
    "health_correction_decided": _(
        "Your request for a correction in your health file has been decided."
    ),
    "health_file_due": _("Something in your health file is due. Please look at it."),
    "health_follow_up_due": _("A follow-up of a health file is due on %(day)s."),
    "health_follow_up_late": _("A follow-up of a health file was due on %(day)s."),
    "health_expiry_soon": _(
        "Health records of yours are past the time they are kept, and will be deleted on %(day)s. "
        "You can download them until then."
    ),
    # Retention: screening.
    "call_owed": _("Somebody is to be called today. The list of calls says whom."),
    "call_today": _("A call of today has not been made yet. The list of calls says whom."),
    "call_overdue": _("A call was not made on its day. Please call now; the list says whom."),
    "call_escalated": _(
        "A call that the health steward owes is overdue. Please ask the steward about the list "
        "of calls."
    ),
    "steward_missing": _(
        "Your court has no health steward who could make a call. Please appoint one."
    ),
    "screening_invited": _(
        "You are invited to a voluntary self-screening, open until %(day)s. Nobody is told "
        "whether you take part."
    ),
    "break_glass_asked_own": _(
        "Somebody asks to open your health file in an emergency. The page says who and why."
    ),
    "break_glass_asked": _("The opening of a health file in an emergency is asked for."),
    "break_glass_approved_own": _(
        "Your health file may be opened for an emergency. The page says by whom and until when."
    ),
    "break_glass_approved": _("A health file may be opened for an emergency."),
    "break_glass_refused_own": _("A request to open your health file was refused."),
    "break_glass_refused": _("A request to open a health file was refused."),
    "break_glass_opened_own": _("Your health file was opened for an emergency just now."),
    "break_glass_opened": _("A health file was opened for an emergency just now."),
    "break_glass_over_own": _("The emergency opening of your health file is over."),
    "break_glass_over": _("The emergency opening of a health file is over."),
    "pressure_published": _("The pressure report of a quarter has been published."),
    # Retention: entitlements.
    "entitlement_soon": _("Something you are entitled to falls due on %(day)s."),
    "entitlement_due": _("Something you are entitled to has fallen due on %(day)s."),
    "entitlement_late": _(
        "Something you are entitled to was due on %(day)s and is not on record as received."
    ),
    "entitlements_late": _("Entitlements that are late: %(count)s. See which, and enter them."),
    "entitlements_soon": _("Entitlements that fall due within thirty days: %(count)s."),
    "received_entered": _("It has been entered that you received something you are entitled to."),
    "received_voided": _("An entry of what you received was taken back as made by mistake."),
    "entitlement_waived": _(
        "It has been decided that an entitlement of yours is not given. The page says why."
    ),
    "entitlement_due_again": _("An entitlement of yours is due again."),
    # Retention: leave.
    "leave_waits": _("A request for leave waits for your decision."),
    "leave_still_waits": _("A request for leave has waited for a decision since %(day)s."),
    "leave_approved": _("Your leave from %(day)s is approved."),
    "leave_refused": _("Your leave from %(day)s was refused. The page says why."),
    "leave_returned": _("Your request for leave from %(day)s was sent back to be changed."),
    "leave_taken_back": _("A request for leave that waited for you was withdrawn."),
    "leave_cancelled": _("Leave from %(day)s that you decided on was cancelled."),
    "leave_ended_early": _("Somebody is back early from leave that began on %(day)s."),
    "leave_withdrawn_for_you": _("Your leave from %(day)s was taken back by somebody else."),
    "leave_plan_proposed": _("Days from %(day)s are proposed for annual leave. Do you agree?"),
    "leave_plan_agreed": _("The plan of annual leave from %(day)s is agreed."),
    "leave_plan_dropped": _("A plan of annual leave from %(day)s was dropped."),
    "leave_to_plan": _("Some of your annual leave is without plan. Please plan it by %(day)s."),
    "leave_round_opened": _("Officers whose leave is to be planned by %(day)s: %(count)s."),
    "leave_team_to_plan": _("Officers without plan for their leave until %(day)s: %(count)s."),
    "leave_round_ends": _("The planning of leave ends on %(day)s. Still without plan: %(count)s."),
    "leave_round_over": _(
        "The planning of leave was to end on %(day)s. Still without plan: %(count)s. Close it."
    ),
    "leave_carry_proposed": _(
        "It is proposed that leave of %(year)s goes on into the next year. Do you agree?"
    ),
    "leave_carry_answered": _("A carry-over of leave of %(year)s has been answered."),
    "overtime_waits": _("Overtime waits to be confirmed."),
    "overtime_confirmed": _("Overtime of %(day)s is confirmed."),
    "overtime_refused": _("Overtime of %(day)s was refused. The page says why."),
    "rest_expires": _("Make-up rest is to be taken by %(day)s, then it expires."),
    # Retention: hardship.
    "help_applied": _("An officer turns to you for help in a hardship."),
    "help_recommended": _(
        "Somebody recommends you for help in a hardship. You alone see it, and you decide."
    ),
    "help_to_verify": _("You are asked to verify a hardship."),
    "help_verified": _("What was told of a hardship has been verified."),
    "help_not_verified": _("What was told of a hardship was not verified. The page says why."),
    "help_member_named": _("You have been let into a hardship case, to help."),
    "help_member_added": _("Somebody has been let into your hardship case. The page says who."),
    "help_member_ended": _("You have been let out of a hardship case."),
    "help_member_left": _("Somebody has left your hardship case. The page says who."),
    "help_removal_asked": _("An officer asks that a member be let out of a hardship case."),
    "help_handed_over": _("A hardship case has been handed over to you."),
    "help_coordinator_changed": _("Your hardship case has another coordinator."),
    "help_to_decide": _("A measure of help waits for your decision."),
    "help_decision_awaited": _("A measure of help still waits for your decision."),
    "help_proposed": _("A measure of help has been proposed for you."),
    "help_approved": _("A measure of help has been approved."),
    "help_refused": _("A measure of help was refused. The page says why."),
    "help_carried_out": _("A measure of help has been carried out."),
    "help_cancelled": _("A measure of help was cancelled."),
    "help_visited": _("A visit has been noted in a hardship case."),
    "help_attached": _("A paper has been added to a hardship case."),
    "help_flexible_shortened": _("The end of your flexible work has been set earlier."),
    "help_flexible_ending": _("Flexible work ends after %(day)s."),
    "help_followed": _("The help in your hardship has been given; the case is being followed."),
    "help_word_asked": _("How was the help in your hardship? Your word closes the case."),
    "help_word_reminded": _(
        "Your word on the help in your hardship is awaited. You can also keep the case open."
    ),
    "help_kept_open": _("The officer wants a hardship case to stay open."),
    "help_closed": _("A hardship case has been closed by the officer's word."),
    "help_closed_silently": _(
        "Your hardship case was closed without your word. You can have it reopened."
    ),
    "help_reopened": _("A hardship case has been reopened."),
    "help_withdrawn": _("A hardship case you were in was withdrawn by the officer."),
    "help_verify_due": _("A hardship is to be verified by %(day)s."),
    "help_verify_late": _("A hardship was to be verified by %(day)s, and is not."),
    "help_first_due": _("The first help in a hardship is due on %(day)s."),
    "help_first_late": _("The first help in a hardship was due on %(day)s, and is not on record."),
    "help_late_officer": _(
        "The help in your hardship is late: it was due on %(day)s. You can turn to somebody else."
    ),
    "help_without_coordinator": _(
        "Nobody handles your hardship case any more. You can turn to somebody else."
    ),
    "help_orphaned": _("Nobody handles a hardship case any more. Please name a coordinator."),
    "help_report_ready": _("The report on help in hardship for %(year)s can be read."),
    # Retention: awards.
    "achievement_entered": _(
        "An achievement has been entered. Propose an award for it, or say why not."
    ),
    "achievement_declined": _(
        "An achievement of yours has been answered: it is not rewarded. The page says why."
    ),
    "achievement_reopened": _("An achievement of yours has been taken up again."),
    "award_to_check": _("A proposal for an award is waiting for you to check it."),
    "award_to_decide": _("A proposal for an award is waiting for your decision."),
    "award_returned": _(
        "A proposal for an award you made was returned. The page says what to put right."
    ),
    "award_reported": _(
        "An award is to be reported to the higher body. Enter its reply when it has come."
    ),
    "award_granted": _("You have been given an award. Congratulations."),
    "award_given": _("An award you proposed has been granted."),
    "award_refused": _("An award you proposed was refused. The page says why."),
    "award_certificate": _("The certificate of an award of yours can be downloaded."),
    "award_revoked": _("An award of yours has been revoked. The page says why."),
    "award_due": _("An achievement is to be decided about until %(day)s; the next step is yours."),
    "award_late": _(
        "An achievement was to be decided about until %(day)s. The page says whom it waits for."
    ),
    "mentoring_made": _("You have become part of a mentoring pair. The page shows what for."),
    "mentoring_ended": _("A mentoring pair of yours has ended."),
    "mentoring_met": _("A meeting of your mentoring pair has been entered. Read the shared note."),
    "mentoring_quiet": _(
        "A mentoring pair has not met since %(day)s. Agree on a meeting, or end the pair."
    ),
    # Retention: setbacks.
    "talk_to_hold": _("You are asked to hold a talk by %(day)s. The page says with whom."),
    "talk_with_you": _(
        "Somebody will take the time to talk with you by %(day)s. The page says who."
    ),
    "talks_planned": _("Talks of this year planned for you to hold: %(count)s."),
    "talk_cancelled": _("A talk you were to hold has been cancelled."),
    "talk_due": _("A talk you are to hold is due on %(day)s."),
    "talk_late": _("A talk you are to hold was due on %(day)s and has not been entered."),
    "talk_late_below": _("A talk in your scope was due on %(day)s and has not been held."),
    "talk_recorded": _("A talk with you has been entered. You can read the note you share."),
    "talk_corrected": _("The note of a talk with you has been corrected. Please read it."),
    "talk_taken_back": _("A talk with you was taken back, because it had been entered by mistake."),
    "talk_acknowledged": _("The officer has read the note of a talk you held."),
    "talk_agreed": _("Something has been added to what you agreed in a talk."),
    "talk_agreed_due": _("Something you agreed in a talk is due on %(day)s."),
    "setback_help": _("You are asked to help a colleague until %(day)s. The page says how."),
    "setback_help_own": _("Help has been arranged for you. The page says what and by whom."),
    "setback_help_due": _("Help you are to give a colleague ends on %(day)s. Note how it went."),
    "setback_follow_up_due": _("It is time to ask again how a colleague is: due on %(day)s."),
    "setback_ended": _("The care you were given has ended. It can be taken up again at any time."),
    # Retention: board.
    "departure_waits": _(
        "The roster has an officer as left. Enter the departure and code its causes."
    ),
    "interview_offered": _(
        "You are offered a confidential interview before you leave. You may accept or decline."
    ),
    "interview_accepted": _("An exit interview you are to hold, or have offered, was accepted."),
    "interview_declined": _("An exit interview you are to hold, or have offered, was declined."),
    "interview_held": _(
        "Your exit interview has been noted. Please say whether its summary may be used."
    ),
    "pause_suggested": _(
        "By the written rule, a pause in the assignment of cases is suggested. Please decide."
    ),
    "pause_decided": _("The assignment of new cases to you is paused. The page has the days."),
    "pause_ended": _("A pause in the assignment of cases to you ends earlier, or is called off."),
    "pause_over": _("A pause in the assignment of cases in your department ended today."),
    "pause_over_own": _("From today new cases are assigned to you again."),
    "action_given": _("You are responsible for an action to keep people, due on %(day)s."),
    "action_due": _("An action to keep people is due on %(day)s."),
    "action_late": _("An action to keep people was due on %(day)s and is not done."),
    "action_closed": _("An action you have entered is closed. The page has its result."),
}


def text_of(kind: str, params: Mapping[str, object]) -> str:
    return str(KINDS[kind]) % params
