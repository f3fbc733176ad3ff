"""Refusals of intake."""

from django.utils.translation import gettext_lazy as _

from erp.kernel.errors import DomainError


class CustomerUnknown(DomainError):
    code = "orders.customer_unknown"
    message = _(
        "There is no customer {customer}. Send the customer's number as it stands in the customer record."
    )
    status = 404


class AlreadyResolved(DomainError):
    code = "orders.parked_line_resolved"
    message = _("Line {line} was already {how} by {by}.")
