import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from courtparty.jobs.forms import WRONG_ENDINGS, WorkbookForm


def filled(content=b"PK", name="roster.xlsx", courts=None, **data):
    return WorkbookForm(data, {"file": SimpleUploadedFile(name, content)}, courts=courts)


def test_a_workbook_is_taken_without_a_court():
    form = filled()

    assert form.is_valid()
    assert (form.content, form.file_name, form.chosen_court) == (b"PK", "roster.xlsx", None)


@pytest.mark.parametrize("ending", sorted(WRONG_ENDINGS))
def test_a_wrong_ending_says_what_to_do(ending):
    form = filled(name=f"roster.{ending.upper()}")

    assert not form.is_valid()
    assert form.errors.as_data()["file"][0].code == ending


@pytest.mark.parametrize(
    ("content", "code"), [(b"", "empty"), (b"x" * 101, "too_large")], ids=["empty", "too large"]
)
def test_size_is_judged_before_reading(settings, content, code):
    settings.UPLOAD_MAX_BYTES = 100

    assert filled(content).errors.as_data()["file"][0].code == code


def test_limit_is_said_beside_the_field(settings):
    settings.UPLOAD_MAX_BYTES = 10 * 2**20

    with translation.override("en"):
        assert "10.0\xa0MB" in WorkbookForm().fields["file"].help_text


@pytest.mark.django_db
def test_court_is_implied_when_there_is_one(court):
    form = filled(courts=[court])

    assert form.is_valid()
    assert "court" not in form.fields
    assert form.chosen_court == court


@pytest.mark.django_db
def test_court_is_chosen_when_there_are_several(court, other_court):
    chosen = filled(courts=[court, other_court], court=other_court.pk)

    assert chosen.is_valid()
    assert chosen.chosen_court == other_court
    assert "court" in filled(courts=[court, other_court]).errors
