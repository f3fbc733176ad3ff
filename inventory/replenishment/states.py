"""How proposals and forecasts look."""

from django.utils.translation import gettext_lazy as _

STATES = {
    "open": (_("Open"), "info"),
    "waiting": (_("Second approval"), "warn"),
    "ordered": (_("Ordered"), "ok"),
    "dismissed": (_("Dismissed"), "mute"),
    "gone": (_("Not needed any more"), "mute"),
    "expired": (_("Expired"), "mute"),
}
KINDS = {"buy": (_("Buy"), "info"), "move": (_("Move"), "mute")}
# As people call the methods of forecasting.METHODS.
METHODS = {
    "": _("None"),
    "average_12": _("Average of 12 months"),
    "average_6": _("Average of 6 months"),
    "average_3": _("Average of 3 months"),
    "smoothing_1": _("Smoothed, slowly"),
    "smoothing_2": _("Smoothed"),
    "smoothing_4": _("Smoothed, quickly"),
    "croston": _("Intermittent (Croston)"),
    "tsb": _("Intermittent, dying out (TSB)"),
    "seasonal": _("As a year ago"),
}
