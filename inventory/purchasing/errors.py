"""Refusals of purchasing."""

from django.utils.translation import gettext_lazy as _

from erp.kernel.errors import DomainError


class PurchaseLineRefused(DomainError):
    code = "inventory.purchase_line_refused"
    message = _("Line {line}: {reason}")
    status = 400


class NothingToCancel(DomainError):
    code = "inventory.nothing_to_cancel"
    message = _("Line {line} of {order} is closed: everything was received or cancelled before.")


class NotToBuy(DomainError):
    code = "inventory.not_to_buy"
    message = _("Line {line} cannot be bought for {document}: {reason}")


class BuyRefused(DomainError):
    code = "inventory.buy_refused"
    message = _("Nothing is bought for {document} now: {reason}")
