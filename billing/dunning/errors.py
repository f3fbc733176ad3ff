"""Refusals of dunning."""

from django.utils.translation import gettext_lazy as _

from erp.kernel.errors import DomainError


class LevelOutOfOrder(DomainError):
    code = "billing.dunning_level_out_of_order"
    message = _(
        "Level {level} after {days} days does not fit: level {other} is after {other_days}. A higher level comes later."
    )


class UnknownPlaceholder(DomainError):
    code = "billing.dunning_placeholder"
    message = _("{{{name}}} is no placeholder of a letter. There are: {known}.")
    status = 400


class StoppedAlready(DomainError):
    code = "billing.dunning_stopped_already"
    message = _("Dunning of {what} is stopped until {until} already. End that stop first.")


class NotStopped(DomainError):
    code = "billing.dunning_not_stopped"
    message = _("The stop has ended already.")
