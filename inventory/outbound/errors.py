"""Refusals of the warehouse."""

from django.utils.translation import gettext_lazy as _

from erp.kernel.errors import DomainError


class ReleaseRefused(DomainError):
    code = "inventory.release_refused"
    message = _("{document} may not go to the warehouse: {reason}")


class ShipRefused(DomainError):
    code = "inventory.ship_refused"
    message = _("{shipment} may not leave: {reason}")


class LotTooOld(DomainError):
    code = "inventory.lot_too_old"
    message = _(
        "{shipment} may not leave: lot {lot} has expired. Cancel the shipment; released again, it takes other stock."
    )


class NothingToRelease(DomainError):
    code = "inventory.nothing_to_release"
    message = _(
        "Nothing to release: no stock is reserved that is not in the warehouse already, or the ship rule waits."
    )


class WrongShipmentState(DomainError):
    code = "inventory.wrong_shipment_state"
    message = _("{shipment} is {state}. {remedy}")


class PickRefused(DomainError):
    code = "inventory.pick_refused"
    message = _("Line {line}: {reason}")


class ReverseRefused(DomainError):
    code = "inventory.reverse_refused"
    message = _("{shipment} cannot be taken back: {reason}")


class ReasonMissing(DomainError):
    code = "inventory.reason_missing"
    message = _("Say why {shipment} is taken back: the reason stays with the shipment.")
    status = 400


class WrongScan(DomainError):
    code = "inventory.wrong_scan"
    message = _("{scanned}: {reason}")
    status = 422


class DeliveryRefused(DomainError):
    code = "inventory.delivery_refused"
    message = _("Delivery of {shipment}: {reason}")
    status = 422
