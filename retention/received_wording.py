"""What is wrong with something entered as received, in the reader's language."""

from django.utils.translation import gettext_lazy as _

from cadres import wording  # noqa: F401  (names, ID numbers and dates have their texts there)
from courtparty.lib.xlsx import register_fault_texts

register_fault_texts(
    {
        "kind_missing": _("It is missing what was received. Known are the kinds of the template."),
        "kind_unknown": _("“%(value)s” is no kind of entitlement. Known are: %(known)s."),
        "variant_unknown": _("“%(value)s” is neither a wage step nor a level: %(known)s."),
        "variant_missing": _("Say whether it was a wage step (档次) or a wage level (级别)."),
        "variant_extra": _("Only wage steps say whether it was a step or a level. Leave it empty."),
        "received_on_missing": _("The day it was received is missing."),
        "received_too_early": _("Before %(year)s nothing can be entered. Check the year."),
        "day_needed": _("“%(value)s” is a month only. Write the day, such as 2026-01-01."),
        "period_year": _("“%(value)s” is not a year. Annual leave is for a year, such as 2026."),
        "period_month": _("“%(value)s” is not a month. Allowances are for a month: 2026-10."),
        "period_day": _(
            "“%(value)s” is not a day. Make-up rest is for the day of the overtime: 2026-10-03."
        ),
        "period_none": _("This kind has no period. Leave the cell empty."),
        "period_future": _("The period %(value)s lies in the future."),
        "quantity_missing": _("The quantity is missing: days, hours or yuan."),
        "quantity_bad": _("“%(value)s” is not a number."),
        "quantity_one": _("A step or a check-up counts as one. Write 1, or leave the cell empty."),
        "quantity_bounds": _(
            "The quantity must be above 0 and at most %(most)s, with two decimals at most."
        ),
        "officer_unknown": _("There is no officer of this name and ID number on the roster."),
        "officer_ambiguous": _(
            "Several officers on the roster have this name. Add the ID number to this row."
        ),
        "received_twice": _("The same stands in row %(row)s of sheet “%(sheet)s”. Keep one."),
        "received_differs": _(
            "This was entered before with the quantity %(quantity)s and the document "
            "“%(document)s”. Take that entry back first, or correct this row."
        ),
        "before_work": _("Before the officer was in work (%(since)s)."),
        "no_received": _("There is no row below the headings."),
        "received_sheet_left_out": _("No list of what was received is in this sheet."),
    }
)
