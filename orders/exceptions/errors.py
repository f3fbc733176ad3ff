"""Refusals of the exception inbox."""

from django.utils.translation import gettext_lazy as _

from erp.kernel.errors import DomainError


class WorkedElsewhere(DomainError):
    code = "orders.worked_elsewhere"
    message = _("{document} is worked in the queue of another team. Open it there; here it is only shown.")


class OwnedByOther(DomainError):
    code = "orders.exception_owned"
    message = _("{document} is {owner}'s. They hand it over, or the process owner assigns it.")


class OwnerCannotWork(DomainError):
    code = "orders.owner_cannot_work"
    message = _("{owner} has no right to work exceptions of this company.")


class ExceptionClosed(DomainError):
    code = "orders.exception_closed"
    message = _("{document} is closed: what stood in its way is gone.")
