"""Refusals of intake."""

from django.utils.translation import gettext_lazy as _

from erp.kernel.errors import DomainError


class CustomerUnknown(DomainError):
    code = "orders.customer_unknown"
    message = _(
        "There is no customer {customer}. Send the customer's number as it stands in the customer record."
    )
    status = 404


class FileRefused(DomainError):
    """The file cannot be read as a whole; nothing of it was taken."""

    code = "orders.file_refused"
    message = _("The file was not taken: {reason}")
    status = 422


class AlreadyResolved(DomainError):
    code = "orders.parked_line_resolved"
    message = _("Line {line} was already {how} by {by}.")
