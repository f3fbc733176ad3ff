"""Prices that a customer's document expects, beside ours."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from masterdata.items.lookups import Resolution
from orders.entry.gates import assess_lines
from orders.entry.reads import read_facts
from orders.entry.rules import OrderRequest

from .edi.purchase_orders import WantedLine, a_figure
from .rules import OrderDocument, readable


@dataclass(frozen=True, slots=True)
class Difference:
    """A line, by its place, whose expected price is not ours; prices per unit of the line, net."""

    place: int
    item: str
    quantity: Decimal
    expected: Decimal
    ours: Decimal

    @property
    def amount(self) -> Decimal:
        """The money that the difference is about."""
        return abs(self.ours - self.expected) * self.quantity

    def said(self) -> str:
        return _("%(item)s: the document expects %(expected)s, our price is %(ours)s.") % {
            "item": self.item,
            "expected": f"{self.expected.normalize():f}",
            "ours": f"{self.ours.normalize():f}",
        }


def is_beyond(expected: Decimal, ours: Decimal, tolerance_percent: Decimal) -> bool:
    """Whether a price is further from the expected one than is let pass."""
    return abs(ours - expected) * 100 > tolerance_percent * abs(expected)


def price_differences(
    batch: Batch,
    lines: Sequence[WantedLine],
    document: OrderDocument,
    found: Resolution,
    *,
    customer_id: int,
    channel: str,
    tolerance_percent: Decimal,
) -> list[Difference]:
    """Lines that intake can read and whose expected price differs from ours by more than is let pass.

    A line without a price of ours is left to the gates, which hold its order anyway.
    """
    expected = {line.place: a_figure(line.expected) for line in lines if line.expected}
    good, requests, _parked = readable(document.lines, found)
    if not expected or not requests:
        return []
    request = OrderRequest(
        customer_id=customer_id,
        lines=requests,
        requested_on=document.requested_on or batch.now.date(),
        channel=channel,
    )
    header, facts = read_facts(batch, request, preview=True)
    outcomes = assess_lines(request, header, facts, below_cost=True)
    made = []
    for line, asked, fact, outcome in zip(good, requests, facts, outcomes, strict=True):
        wanted, ours = expected.get(line.line), outcome.priced.unit_price
        if wanted is not None and ours is not None and is_beyond(wanted, ours, tolerance_percent):
            made.append(Difference(line.line, fact.code, asked.quantity, wanted, ours))
    return made
