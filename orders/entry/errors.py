"""Refusals of order entry."""

from collections.abc import Mapping, Sequence
from typing import Any, Self

from django.utils.translation import gettext_lazy as _

from erp.kernel.errors import DomainError


class EmptyOrder(DomainError):
    code = "orders.empty_order"
    message = _("The order has no line. Add at least one item with a quantity.")
    status = 400


class LinesRefused(DomainError):
    """Some lines of many; `lines` lists line, item and reason for each of them."""

    @classmethod
    def of(cls, lines: Sequence[Mapping[str, Any]]) -> Self:
        """The refusal of these lines, the first of them in words."""
        first = f"line {lines[0]['line']}: {lines[0]['reason']}"
        return cls(count=len(lines), first=first, lines=list(lines))

    def numbered(self, numbers: Sequence[int]) -> Self:
        """The same in the line numbers of the document that the order was made from, by place."""
        return self.of([{**entry, "line": numbers[entry["line"] - 1]} for entry in self.context["lines"]])


class LineRefused(LinesRefused):
    """Lines that cannot be taken."""

    code = "orders.line_refused"
    message = _("{count} of the lines cannot be taken: {first}")


class CustomerPoUsed(DomainError):
    code = "orders.customer_po_used"
    message = _(
        "Customer PO {customer_po} was already used on {order}. Change the PO number or amend that order."
    )


class ShipToUnknown(DomainError):
    code = "orders.ship_to_unknown"
    message = _("The customer has no such active ship-to address. Choose one of the customer's addresses.")
    status = 400


class OrderReleased(DomainError):
    code = "orders.order_released"
    message = _(
        "{order} is already in the warehouse ({shipments}). Ask the warehouse to cancel the shipment first."
    )


class NotBackordered(DomainError):
    """More was to be replaced than waits for stock: some of it may have been reserved meanwhile."""

    code = "orders.not_backordered"
    message = _(
        "Of line {line}, {short} {unit} of {item} wait for stock; {asked} cannot be replaced. Reload the order."
    )


class BoughtAlready(DomainError):
    code = "orders.bought_already"
    message = _("Line {line}: {item} is on order for it. Have the buyer cancel that purchase first.")


class SubstituteRefused(LinesRefused):
    """Lines whose substitute may not be sent."""

    code = "orders.substitute_refused"
    message = _("{count} of the substitutes cannot be sent: {first}")
