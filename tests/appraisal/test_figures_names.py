from datetime import date

import pytest
from django.utils import timezone

from appraisal.models import Figure, FigureImport, SettledName
from appraisal.services.figure_names import CannotSettle, settle_names
from appraisal.services.figures import (
    CannotImport,
    check_figures,
    confirm_import,
    discard_import,
    import_figures,
    import_figures_file,
    upload_figures,
)
from courtparty.audit.models import Entry
from courtparty.jobs.models import Job, StoredFile
from courtparty.jobs.runner import run_job
from courtparty.jobs.services import CannotStart
from tests.appraisal.figure_books import book, row
from tests.factories import make_officer

ON = date(2026, 11, 22)


def uploaded(content, *, court, by, **options):
    """An import after its check, as a worker makes it."""
    job = upload_figures(content=content, filename="一月.xlsx", court=court, by=by, **options)
    run_job(job_id=job.pk)
    return FigureImport.objects.get(pk=job.args["import_id"])


def done(steps):
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


# -- from upload to import --------------------------------------------------------------------


def test_import_is_checked_confirmed_and_written(court, officer, appraiser):
    figure_import = uploaded(book([row()]), court=court, by=appraiser)
    assert (figure_import.state, figure_import.counts["new"]) == ("ready", 6)
    assert not Figure.objects.exists()

    job = confirm_import(import_id=figure_import.pk, by=appraiser)
    run_job(job_id=job.pk)

    figure_import.refresh_from_db()
    job.refresh_from_db()
    assert (figure_import.state, job.state) == ("imported", "done")
    assert Figure.objects.filter(source=figure_import).count() == 6
    verbs = set(Entry.objects.filter(verb__startswith="figures.").values_list("verb", flat=True))
    assert verbs == {"figures.previewed", "figures.imported"}


def test_import_with_errors_is_kept_with_its_report(court, officer, appraiser):
    figure_import = uploaded(book([row(closed=99)]), court=court, by=appraiser)

    assert figure_import.state == "faulty"
    assert figure_import.report["faults"][0]["code"] == "figures_closed_over_accepted"
    with pytest.raises(CannotImport):
        confirm_import(import_id=figure_import.pk, by=appraiser)


def test_import_of_a_file_that_is_none_says_so(court, appraiser):
    figure_import = uploaded(b"%PDF-1.4", court=court, by=appraiser)

    assert figure_import.state == "faulty"
    assert figure_import.report["refusal"]["code"] == "not_xlsx"


def test_import_takes_the_day_given_at_upload(court, officer, appraiser):
    content = book([row()], titles=["情况"])

    assert uploaded(content, court=court, by=appraiser).state == "faulty"
    assert uploaded(content, court=court, by=appraiser, as_of=date(2026, 2, 1)).state == "ready"


def test_import_taken_up_again_writes_once(court, officer, appraiser):
    figure_import = uploaded(book([row()]), court=court, by=appraiser)
    done(import_figures(import_id=figure_import.pk, by=appraiser, on=ON))

    done(import_figures(import_id=figure_import.pk, by=appraiser, on=ON))

    assert Entry.objects.filter(verb="figures.imported").count() == 1
    with pytest.raises(CannotImport):
        confirm_import(import_id=figure_import.pk, by=appraiser)


def test_import_whose_figures_changed_meanwhile_is_shown_anew(court, officer, appraiser):
    figure_import = uploaded(book([row()]), court=court, by=appraiser)
    import_figures_file(book([row(closed=3)]), filename="other.xlsx", court=court, by=None, on=ON)

    with pytest.raises(CannotImport):
        done(import_figures(import_id=figure_import.pk, by=appraiser, on=ON))

    figure_import.refresh_from_db()
    assert (figure_import.state, figure_import.counts["changed"]) == ("ready", 2)
    assert Figure.objects.get(measure__code="closed").value == 3
    done(import_figures(import_id=figure_import.pk, by=appraiser, on=ON))
    assert Figure.objects.get(measure__code="closed").value == 6


def test_import_waits_while_the_courts_figures_are_in_hand(court, officer, appraiser):
    figure_import = uploaded(book([row()]), court=court, by=appraiser)
    Job.objects.create(
        kind="appraisal.assess",
        lock=f"figures:{court.pk}",
        created_by=appraiser,
        created_at=timezone.now(),
    )

    with pytest.raises(CannotStart):
        confirm_import(import_id=figure_import.pk, by=appraiser)
    with pytest.raises(CannotImport):
        import_figures_file(book([row()]), filename="x.xlsx", court=court, by=None, on=ON)
    assert not Figure.objects.exists()


def test_import_discarded_leaves_nothing_behind(court, officer, appraiser):
    figure_import = uploaded(book([row()]), court=court, by=appraiser)

    discard_import(import_id=figure_import.pk, by=appraiser)

    figure_import.refresh_from_db()
    assert (figure_import.state, figure_import.report) == ("discarded", None)
    assert not StoredFile.objects.exists()
    with pytest.raises(CannotImport):
        discard_import(import_id=figure_import.pk, by=appraiser)
    assert done(check_figures(import_id=figure_import.pk, on=ON)) == figure_import.counts


def test_import_whose_file_is_gone_is_refused(court, officer, appraiser):
    figure_import = uploaded(book([row()]), court=court, by=appraiser)
    StoredFile.objects.all().delete()

    with pytest.raises(CannotImport):
        done(import_figures(import_id=figure_import.pk, by=appraiser, on=ON))
    assert not Figure.objects.exists()


# -- names ------------------------------------------------------------------------------------


def settled(figure_import, choices, by):
    job = settle_names(import_id=figure_import.pk, choices=choices, by=by, at=timezone.now())
    run_job(job_id=job.pk)
    figure_import.refresh_from_db()
    return figure_import


def test_name_settled_is_remembered_for_the_next_workbook(court, officer, appraiser):
    figure_import = uploaded(book([row("民一庭")]), court=court, by=appraiser)
    assert figure_import.report["to_settle"] == [
        {
            "department": "民一庭",
            "name": "张海燕",
            "occurrence": 1,
            "places": [["2026-01", 4]],
            "candidates": [officer.pk],
        }
    ]

    settled(figure_import, {("民一庭", "张海燕", 1): officer.pk}, appraiser)

    assert figure_import.state == "ready"
    assert figure_import.report["settled"][0]["officer"] == "张海燕"
    february = book([row("民一庭")], name="2026-02", titles=["截至2026-02-28"])
    assert uploaded(february, court=court, by=appraiser).state == "ready"
    assert Entry.objects.filter(verb="name.settled", actor=appraiser).count() == 1


def test_name_written_with_another_character_is_offered_by_sound(court, officer, appraiser):
    figure_import = uploaded(book([row(name="张海艳")]), court=court, by=appraiser)

    assert figure_import.report["to_settle"][0]["candidates"] == [officer.pk]


def test_names_of_two_namesakes_are_settled_row_by_row(court, civil, officer, appraiser):
    other = make_officer(court=court, department=civil, name="张海燕")
    figure_import = uploaded(book([row(), row(closed=3)]), court=court, by=appraiser)
    choices = {
        ("民事审判第一庭", "张海燕", 1): other.pk,
        ("民事审判第一庭", "张海燕", 2): officer.pk,
    }

    settled(figure_import, choices, appraiser)
    done(import_figures(import_id=figure_import.pk, by=appraiser, on=ON))

    closed = Figure.objects.filter(measure__code="closed")
    assert closed.get(officer=other).value == 6
    assert closed.get(officer=officer).value == 3


def test_names_settled_half_are_asked_again(court, civil, officer, appraiser):
    make_officer(court=court, department=civil, name="张海燕")
    figure_import = uploaded(book([row(), row(closed=3)]), court=court, by=appraiser)

    settled(figure_import, {("民事审判第一庭", "张海燕", 1): officer.pk}, appraiser)

    assert figure_import.state == "faulty"
    assert [one["occurrence"] for one in figure_import.report["to_settle"]] == [2]


def test_name_of_namesakes_with_one_row_only_is_a_warning(court, civil, officer, appraiser):
    make_officer(court=court, department=civil, name="张海燕")
    figure_import = uploaded(book([row()]), court=court, by=appraiser)

    settled(figure_import, {("民事审判第一庭", "张海燕", 1): officer.pk}, appraiser)

    assert figure_import.state == "ready"
    codes = [group["code"] for group in figure_import.report["warnings"]]
    assert "figures_namesake_missing" in codes


def test_name_settled_wrongly_can_be_settled_anew(court, civil, officer, appraiser):
    other = make_officer(court=court, department=civil, name="王一")
    figure_import = uploaded(book([row("民一庭"), row(name="王一")]), court=court, by=appraiser)
    SettledName.objects.create(
        court=court,
        department_text="民一庭",
        name_text="张海燕",
        officer=other,
        settled_by=appraiser,
        settled_at=timezone.now(),
    )
    again = uploaded(book([row("民一庭"), row(name="王一")]), court=court, by=appraiser)
    assert {fault["code"] for fault in again.report["faults"]} == {"figures_officer_twice"}

    settled(again, {("民一庭", "张海燕", 1): officer.pk}, appraiser)

    assert again.state == "ready"
    assert figure_import.state == "faulty"


def test_name_of_an_officer_who_was_not_offered_is_refused(court, officer, appraiser, outsider):
    figure_import = uploaded(book([row("民一庭")]), court=court, by=appraiser)

    for name, pk in [
        (("民一庭", "张海燕", 1), outsider.officer.pk),
        (("民一庭", "别人", 1), officer.pk),
    ]:
        with pytest.raises(CannotSettle):
            settle_names(
                import_id=figure_import.pk, choices={name: pk}, by=appraiser, at=timezone.now()
            )
    assert not SettledName.objects.exists()


def test_names_of_two_rows_never_mean_one_officer(court, civil, officer, appraiser):
    make_officer(court=court, department=civil, name="张海燕")
    figure_import = uploaded(book([row(), row(closed=3)]), court=court, by=appraiser)
    choices = {("民事审判第一庭", "张海燕", nth): officer.pk for nth in (1, 2)}

    with pytest.raises(CannotSettle):
        settle_names(import_id=figure_import.pk, choices=choices, by=appraiser, at=timezone.now())
    assert not SettledName.objects.exists()
