"""What can be wrong in a workbook of case figures, in words for the person who uploaded it."""

from django.utils.translation import gettext_lazy as _

from courtparty.lib.xlsx import register_fault_texts

register_fault_texts(
    {
        # the sheet
        "figures_sheet_hidden": _(
            "This sheet is hidden but has something in it. Show it, or delete it."
        ),
        "figures_no_table": _(
            "No table of case figures was found here. A sheet has a row of headings with the "
            "judge, carried-over, new and closed cases. Delete sheets that are not figures."
        ),
        "figures_no_rows": _("There is no judge below the headings."),
        "figures_month_missing": _(
            "Neither the sheet's name nor a title says which month this is. Name the sheet like "
            "2026-01."
        ),
        "figures_year_missing": _(
            "The month is known, but not the year. Name the sheet like 2026-01."
        ),
        "figures_month_disagrees": _(
            "“%(one)s” and “%(other)s” name different months. Correct one of them."
        ),
        "figures_several_months": _(
            "“%(text)s” names several months. Each month's own figures go on a sheet of their own; "
            "sums over several months can't be imported."
        ),
        "figures_month_future": _("The month %(month)s lies in the future."),
        "figures_month_twice": _(
            "The month %(month)s is already on sheet “%(other)s”. Keep only one of the two."
        ),
        "figures_as_of_missing": _(
            "No title says as of when the figures stand (数据截至2026-01-28). Add it, or enter the "
            "day when uploading."
        ),
        "figures_as_of_future": _("The figures stand as of %(day)s, which lies in the future."),
        "figures_as_of_before": _(
            "The figures stand as of %(day)s, which is before the month begins."
        ),
        "figures_older": _(
            "These figures stand as of %(day)s; those stored for %(month)s are newer, as of "
            "%(stored)s. To go back to the older ones, tick “older figures too” when uploading."
        ),
        # one figure
        "figure_not_a_number": _("“%(text)s” under “%(heading)s” is not a number."),
        "figure_negative": _("“%(text)s” under “%(heading)s” is less than zero."),
        "figure_too_large": _("“%(text)s” under “%(heading)s” is too large to be a case figure."),
        "figure_not_whole": _("“%(text)s” under “%(heading)s” must be a whole number."),
        "figure_over_maximum": _(
            "“%(text)s” under “%(heading)s” is more than %(most)s, the most it can be."
        ),
        "figure_formula_text": _(
            "“%(text)s” under “%(heading)s” is a formula kept as text. Enter the number itself."
        ),
        "figure_formula_empty": _(
            "The formula “%(text)s” under “%(heading)s” has no result saved with it. Open the "
            "workbook in WPS or Excel, save it and upload it again, or enter the number itself."
        ),
        "figure_error_value": _("“%(text)s” under “%(heading)s” is an error of a formula."),
        # one row
        "figures_closed_over_accepted": _(
            "More cases are closed (%(number)s) than were accepted (%(other)s)."
        ),
        "figures_within_limit_over_closed": _(
            "More cases are closed within the time limit (%(number)s) than closed (%(other)s)."
        ),
        "figures_settled_over_closed": _(
            "More cases are mediated and withdrawn (%(number)s) than closed (%(other)s)."
        ),
        "figures_part_over_whole": _(
            "“%(part)s” (%(number)s) can't be more than “%(whole)s” (%(other)s)."
        ),
        "figures_long_over_pending": _(
            "More cases are long pending (%(number)s) than pending (%(other)s)."
        ),
        "figures_summary_over_closed": _(
            "Summary procedure was used in more cases (%(number)s) than were closed (%(other)s)."
        ),
        "figures_revised_over_appealed": _(
            "More cases are revised and remanded (%(number)s) than appealed (%(other)s); they may "
            "be older cases."
        ),
        "figures_accepted_not_sum": _(
            "Accepted is %(number)s, but carried-over and new cases come to %(other)s."
        ),
        "figures_pending_not_rest": _(
            "Closed and pending come to %(number)s, but accepted is %(other)s."
        ),
        "figures_rate_differs": _(
            "The closing rate reads %(stated)s, but the numbers give %(computed)s."
        ),
        "figures_total_differs": _(
            "The total of “%(heading)s” reads %(stated)s, but the rows come to %(computed)s."
        ),
        "figures_not_continued": _(
            "Carried over are %(number)s cases, but %(before)s ended with %(other)s pending."
        ),
        # whose row it is
        "figures_name_missing": _("This row has figures but no judge's name."),
        "figures_name_too_long": _("The name or the department is too long to be one."),
        "figures_name_unknown": _(
            "“%(department)s %(name)s” is not on the roster. Choose the officer on the page "
            "“Settle names”, or correct the workbook or the roster."
        ),
        "figures_name_ambiguous": _(
            "“%(department)s” has %(count)s officers named “%(name)s”. Choose the officer on the "
            "page “Settle names”; it is remembered."
        ),
        "figures_name_twice": _(
            "“%(department)s %(name)s” stands in rows %(rows)s. Choose the officer for each on the "
            "page “Settle names”, or delete the double row."
        ),
        "figures_officer_twice": _(
            "This row and row %(other)s mean the same officer. Correct the workbook, or choose "
            "another officer on the page “Settle names”."
        ),
        "figures_namesake_missing": _(
            "“%(department)s” has %(count)s officers named “%(name)s”, but the sheet has fewer "
            "rows. Check that the settled name means the right one."
        ),
        "figures_not_a_judge": _("“%(name)s” is not a quota judge, but has case figures."),
        "figures_not_in_cycle": _(
            "“%(name)s” does not take part in the cycle “%(cycle)s”: the figures of %(month)s are "
            "stored, but do not count there."
        ),
        "figures_by_hand": _(
            "“%(measure)s” of %(name)s for %(month)s was entered or corrected by hand on %(day)s: "
            "%(stored)s. The workbook says %(number)s and would replace it."
        ),
        # figures entered by hand
        "entry_not_here": _("This officer is not in the group in this month."),
        "entry_own": _("Own figures are entered by somebody else."),
        "entry_not_entered": _("“%(heading)s” is not entered by hand here."),
        "entry_not_asked": _("“%(heading)s” is not asked of %(name)s. Leave the cell empty."),
        "entry_emptied": _("A stored figure can be changed, but not taken away. It is %(stored)s."),
        "entry_meanwhile": _(
            "Somebody else has changed this figure meanwhile. It is now: %(stored)s."
        ),
        "entry_no_number": _("This row has figures but no officer's number."),
        "entry_unknown_number": _(
            "No officer of this group has the number “%(text)s”. Download the sheet again."
        ),
        "entry_other_name": _(
            "The number %(number)s belongs to %(name)s, but the row says “%(text)s”."
        ),
        "entry_number_twice": _("This row and row %(other)s are of the same officer."),
        "entry_other_month": _(
            "The sheet is named “%(text)s”, but the figures are to be entered for %(month)s."
        ),
        "figures_kept": _(
            "%(count)s stored figures of %(name)s for %(month)s are not in the workbook. They stay "
            "as they are."
        ),
    }
)
