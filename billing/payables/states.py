"""How invoices and exceptions are called, in which tone, and what comes next."""

from django.utils.translation import gettext_lazy as _

from billing.payables.models import MatchException, SupplierInvoice

State = SupplierInvoice.State
Kind = MatchException.Kind

STATES = {
    State.WAITING: (_("To work"), "warn"),
    State.POSTED: (_("Posted"), "ok"),
    State.REFUSED: (_("Refused"), "bad"),
    State.REVERSED: (_("Reversed"), "mute"),
}
KINDS = {
    Kind.NOT_ORDERED: (_("Not ordered"), "bad"),
    Kind.COST: (_("No order"), "warn"),
    Kind.NOT_RECEIVED: (_("Not received"), "info"),
    Kind.OVER_BILLED: (_("Too much"), "bad"),
    Kind.PRICE: (_("Price"), "warn"),
    Kind.FREIGHT: (_("Freight"), "warn"),
    Kind.CREDIT: (_("Credited short"), "warn"),
    Kind.DUPLICATE: (_("Number used before"), "bad"),
    Kind.SUMS: (_("Sums"), "bad"),
    Kind.TAX: (_("Tax"), "bad"),
    Kind.CURRENCY: (_("Currency"), "bad"),
}
NEXT_STEPS = {
    Kind.NOT_ORDERED: _("Name the order line"),
    Kind.COST: _("Accept or refuse"),
    Kind.NOT_RECEIVED: _("Posted with the receipt"),
    Kind.OVER_BILLED: _("Refuse, ask for a credit note"),
    Kind.PRICE: _("Accept or refuse"),
    Kind.FREIGHT: _("Accept or refuse"),
    Kind.CREDIT: _("Accept or refuse"),
    Kind.DUPLICATE: _("Refuse it"),
    Kind.SUMS: _("Correct what was entered"),
    Kind.TAX: _("Correct what was entered"),
    Kind.CURRENCY: _("Refuse, ask for our currency"),
}
