"""Pressure in a court as figures of groups, frozen once a quarter."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from courtparty.accounts.models import Unit, User
from courtparty.accounts.scope import touched_court_scope
from retention.models.screening import Instrument

VIEW_BOARD = "retention.view_board"


class PressureReportQuerySet(models.QuerySet["PressureReport"]):
    def visible_to(self, user: User):
        return self.filter(touched_court_scope(user, VIEW_BOARD))


class PressureReport(models.Model):
    """What the screenings of one court and quarter come to, by groups of five or more.

    Written once and never changed: there is nothing before and after one person to subtract.
    It names no officer and keeps no list of who took part.
    """

    court = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("court"))
    instrument = models.CharField(_("questionnaire"), max_length=8, choices=Instrument)
    quarter = models.DateField(_("quarter"), help_text=_("Its first day."))
    figures = models.JSONField(default=dict, help_text="As rules/pressure.py makes them.")
    made_at = models.DateTimeField(_("made"))

    objects = PressureReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("pressure report")
        verbose_name_plural = _("pressure reports")
        constraints = [
            models.UniqueConstraint(
                fields=["court", "instrument", "quarter"], name="pressure_report_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.court} {self.quarter:%Y-%m}"
