"""Refusals of the exception queue."""

from django.utils.translation import gettext_lazy as _

from erp.kernel.errors import DomainError


class OwnException(DomainError):
    code = "billing.own_exception"
    message = _("You submitted {order} yourself. A colleague decides whether it is billed as it is.")
    status = 403


class NotAcceptable(DomainError):
    code = "billing.not_acceptable"
    message = _(
        "{shipment} has lines without a tax code, and an invoice needs one by law. Choose the code instead."
    )


class CorrectionNeeded(DomainError):
    code = "billing.correction_needed"
    message = _("{shipment}: {needed}")
    status = 400


class OwnerCannotWork(DomainError):
    code = "billing.owner_cannot_work"
    message = _(
        "{owner} lacks the right {right} for this company. Give it to somebody who has it, or to nobody."
    )
