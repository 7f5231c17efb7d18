"""Weights by pairwise judgement: the experts, their matrices, and what came of them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from appraisal.models.index_sets import IndexSet
from courtparty.accounts.models import User
from courtparty.accounts.scope import court_scope


class WeightExpertQuerySet(models.QuerySet["WeightExpert"]):
    def visible_to(self, user: User):
        kept = court_scope(user, "appraisal.manage_index_set", court="index_set__court")
        return self.filter(kept | Q(user=user))

    def own(self, user: User):
        return self.filter(user=user)


class WeightExpert(models.Model):
    """Someone asked to compare the parts of a draft index set in pairs."""

    index_set = models.ForeignKey(IndexSet, models.CASCADE, related_name="experts")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    invited_at = models.DateTimeField(_("invited"))
    submitted_at = models.DateTimeField(_("submitted"), null=True)

    objects = WeightExpertQuerySet.as_manager()

    class Meta:
        verbose_name = _("expert")
        verbose_name_plural = _("experts")
        constraints = [
            models.UniqueConstraint(fields=["index_set", "user"], name="weight_expert_once")
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class PairwiseMatrix(models.Model):
    """One expert's judgements on the items below one node: '' for areas, an area for indicators."""

    expert = models.ForeignKey(WeightExpert, models.CASCADE, related_name="matrices")
    node = models.CharField(max_length=40, blank=True)
    items = models.JSONField(default=list, help_text="Codes in the order they were judged in.")
    judgements = models.JSONField(
        default=dict, help_text='Upper triangle: {"0-1": "3", "0-2": "1/5"}.'
    )
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("pairwise matrix")
        verbose_name_plural = _("pairwise matrices")
        constraints = [
            models.UniqueConstraint(fields=["expert", "node"], name="pairwise_matrix_once")
        ]

    def __str__(self) -> str:
        return f"#{self.expert_id} {self.node}"


class WeightDerivation(models.Model):
    """Weights taken into a set from its experts' matrices, with every step kept."""

    index_set = models.ForeignKey(IndexSet, models.CASCADE, related_name="derivations")
    number = models.PositiveIntegerField()
    content = models.JSONField(help_text="Per node: items, matrices, combined, weights, CR, W.")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("derivation of weights")
        verbose_name_plural = _("derivations of weights")
        constraints = [
            models.UniqueConstraint(fields=["index_set", "number"], name="weight_derivation_once")
        ]

    def __str__(self) -> str:
        return f"{self.index_set} #{self.number}"
