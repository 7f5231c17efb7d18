"""What is wrong in a roster workbook, in the reader's language."""

from django.utils.translation import gettext_lazy as _

from courtparty.lib.xlsx import register_fault_texts

register_fault_texts(
    {
        "name_missing": _("The name is missing."),
        "name_not_a_name": _("“%(value)s” is not a name."),
        "id_number_missing": _("The ID number is missing."),
        "id_digits_lost": _(
            "The ID number is stored as a number, so Excel has replaced its last digits by zeros. "
            "Format the column as text and type the number again."
        ),
        "id_length": _("The ID number has %(length)s characters; it must have 18."),
        "id_characters": _(
            "The ID number must have 17 digits and then a digit or X; something else is in it."
        ),
        "id_birth": _("The date of birth inside the ID number does not exist (7th to 14th digit)."),
        "id_check_digit": _(
            "The check digit of the ID number is not right: at least one digit is mistyped."
        ),
        "id_twice": _(
            "This ID number already stands in row %(row)s of sheet “%(sheet)s”. Each person may "
            "be in the workbook once."
        ),
        "department_missing": _("The department is missing."),
        "department_unknown": _(
            "The court has no department “%(name)s” (rows %(rows)s). Check the spelling, or let "
            "the import create it (--create-units)."
        ),
        "branch_unknown": _(
            "The court has no Party branch “%(name)s” (rows %(rows)s). Check the spelling, or let "
            "the import create it (--create-units)."
        ),
        "unit_closed": _("“%(name)s” is no longer in use. Put the officer where they are now."),
        "unit_ambiguous": _("The court has several units named “%(name)s”. Rename one of them."),
        "category_missing": _("The person category is missing."),
        "category_unknown": _("“%(value)s” is no person category. Known are: %(known)s."),
        "party_status_unknown": _("“%(value)s” is no Party status. Known are: %(known)s."),
        "sex_unknown": _("“%(value)s” is no sex. Known are: %(known)s."),
        "date_bad": _("“%(value)s” is not a date. Write 1985.06, 1985-06-15 or 1985年6月."),
        "date_ambiguous": _(
            "“%(value)s” may be January or October: Excel has dropped a zero. Format the cell as "
            "text and write 1985.01 or 1985.10."
        ),
        "date_future": _("%(value)s lies in the future."),
        "cell_formula": _(
            "This cell holds a formula. Copy the column and paste it as values, then upload again."
        ),
        "cell_error": _("This cell holds an error value of Excel (%(value)s)."),
        "too_long": _("The text has %(length)s characters; at most %(limit)s are kept."),
        "full_before_joining": _(
            "Full member since %(full)s, which is before joining the Party (%(joined)s)."
        ),
        "work_before_birth": _("In work before the date of birth."),
        "birth_differs": _(
            "The date of birth (%(birth)s) is not the one in the ID number (%(in_id)s)."
        ),
        "sex_differs": _("The sex is not the one in the ID number."),
        "branch_missing": _("A Party member without a Party branch."),
        "branch_without_membership": _("Not a Party member: the Party branch is not taken over."),
        "dates_without_membership": _("A date of joining the Party, but no Party membership."),
        "joined_young": _("Joined the Party before the age of %(age)s."),
        "same_person": _(
            "Perhaps the same person as one on the roster with another ID number: name, date of "
            "birth and department are the same. If the ID number was corrected, correct it on the "
            "officer's page first."
        ),
        "sheet_left_out": _("No roster was found in this sheet; it is left out."),
        "sheet_hidden": _("This sheet is hidden; it is left out."),
        "no_officers": _("There is no person below the headings."),
        "faults_cut": _("There are more errors than are listed (%(count)s in all)."),
    }
)
