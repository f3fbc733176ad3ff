"""Refusals of changes that people make to stock by hand."""

from django.utils.translation import gettext_lazy as _

from erp.kernel.errors import DomainError


class NotThere(DomainError):
    code = "inventory.not_there"
    message = _("{bin} holds {there} of {item} ({status}), fewer than {asked}. Look at the bin again.")


class BoundToPicks(DomainError):
    code = "inventory.bound_to_picks"
    message = _(
        "Of {item} in {bin} {free} are bound to no pick, fewer than {asked}: {shipments} takes the rest. Record the "
        "pick short or cancel the shipment first."
    )


class LotExpired(DomainError):
    code = "inventory.lot_expired"
    message = _(
        "Lot {lot} of {item} expired on {day} and cannot become available again. Choose another status for it."
    )


class ChangeUndone(DomainError):
    code = "inventory.change_undone"
    message = _(
        "{number} was taken back already, or takes another change back itself. Change the goods' status under Stock "
        "by bin instead."
    )


class AdjustmentRefused(DomainError):
    code = "inventory.adjustment_refused"
    message = _("{item}: {reason}")


class AdjustmentDecided(DomainError):
    code = "inventory.adjustment_decided"
    message = _("{number} was decided by {by} already. If that was wrong, adjust the goods anew.")


class OwnAdjustment(DomainError):
    code = "inventory.own_adjustment"
    message = _("{number} is your own proposal. Another person approves it.")


class BeyondLimit(DomainError):
    code = "inventory.beyond_limit"
    message = _("{number} is {beyond}. Someone with a wider limit approves it.")
