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
}


def text_of(kind: str, params: Mapping[str, object]) -> str:
    return str(KINDS[kind]) % params
