"""Refusals of quotes."""

from django.utils.translation import gettext_lazy as _

from erp.kernel.errors import DomainError


class QuoteExpired(DomainError):
    code = "orders.quote_expired"
    message = _(
        "{number} was valid until {day}. Make the order at today's prices, or revise the quote with a new day."
    )


class QuoteWaits(DomainError):
    code = "orders.quote_waits"
    message = _("{number} waits for approval: {beyond} Have it approved, or revise the prices.")


class WrongQuoteState(DomainError):
    code = "orders.wrong_quote_state"
    message = _("{number} is {state}. {remedy}")


class OwnQuote(DomainError):
    code = "orders.own_quote"
    message = _("You wrote these prices of {number}. A colleague with the right to approve decides.")
    status = 403


class QuoteLineTaken(DomainError):
    code = "orders.quote_line_taken"
    message = _("Line {line} of {number} is ordered already ({order}). Choose the other lines.")


class NotToApprove(DomainError):
    code = "orders.quote_not_to_approve"
    message = _("Nothing of {number} waits for approval.")
