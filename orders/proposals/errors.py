"""Refusals around proposed prices."""

from django.utils.translation import gettext_lazy as _

from erp.kernel.errors import DomainError


class OwnProposal(DomainError):
    code = "orders.own_price_proposal"
    message = _("You proposed these prices yourself. Someone else has to approve them.")
    status = 403


class NothingProposed(DomainError):
    code = "orders.nothing_proposed"
    message = _("No row of the file is a price that could hold: {first}")
    status = 400
