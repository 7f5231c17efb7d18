"""Words for what is compared and replayed."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from appraisal.rules.replay import Why
from appraisal.rules.set_changes import Change
from appraisal.rules.standing import Quartile

WHYS: dict[str, str | Promise] = {
    Why.ADDED: _("new in this set"),
    Why.REMOVED: _("no longer in this set"),
    Why.WEIGHT: _("its weight differs"),
    Why.RULE: _("it is scored differently"),
    Why.WEIGHT_AND_RULE: _("its weight differs and it is scored differently"),
    Why.SCALE: _("unchanged itself; the weights that apply beside it differ"),
}
QUARTILES: dict[str, str | Promise] = {
    Quartile.UPPER: _("upper quarter"),
    Quartile.UPPER_MIDDLE: _("upper middle quarter"),
    Quartile.LOWER_MIDDLE: _("lower middle quarter"),
    Quartile.LOWER: _("lower quarter"),
}
CHANGES: dict[str, str | Promise] = {
    Change.ADDED: _("added"),
    Change.REMOVED: _("removed"),
    Change.CHANGED: _("changed"),
    Change.SAME: _("unchanged"),
}
CHANGE_TONES = {
    Change.ADDED: "success",
    Change.REMOVED: "danger",
    Change.CHANGED: "warning",
    Change.SAME: "neutral",
}
