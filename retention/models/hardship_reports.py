"""The yearly report on hardship help: figures of groups, no people."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from courtparty.accounts.models import Unit, User
from courtparty.accounts.scope import court_scope


class HardshipReportQuerySet(models.QuerySet["HardshipReport"]):
    def visible_to(self, user: User):
        return self.filter(court_scope(user, "retention.view_board"))


class HardshipReport(models.Model):
    """Help given in a year that is over, as it stood on one day, with small groups left out.

    Written once and never again: two versions of a report could be subtracted from each other.
    """

    court = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("court"))
    year = models.PositiveSmallIntegerField(_("year"))
    figures = models.JSONField(help_text="As retention.rules.hardship_reports makes them.")
    frozen_at = models.DateTimeField(_("frozen"))

    objects = HardshipReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("yearly report on help")
        verbose_name_plural = _("yearly reports on help")
        constraints = [
            models.UniqueConstraint(fields=["court", "year"], name="hardship_report_once_a_year")
        ]

    def __str__(self) -> str:
        return f"{self.court} {self.year}"
