"""Refusals of the order desk."""

from django.utils.translation import gettext_lazy as _

from erp.kernel.errors import DomainError


class DraftGone(DomainError):
    """The draft became an order or was discarded meanwhile."""

    code = "orders.draft_gone"
    message = _("This draft is {state}. Start a new order, or open the one it became.")


class NoCustomer(DomainError):
    code = "orders.no_customer"
    message = _("The order has no customer. Choose one before you submit.")
    status = 400
