"""Put right what stopped the invoice: price, customer's PO, tax code, proof of delivery; then the rules run again."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import groupby

from billing.exceptions.errors import CorrectionNeeded
from billing.exceptions.models import InvoiceException
from billing.exceptions.permissions import CORRECT_EXCEPTION
from billing.exceptions.reads import PO_USED, TAX_CODE
from billing.exceptions.repricing import PricedOrderLine, lock_lines, reprice
from billing.exceptions.resolving import OpenException, Resolved, lock_open, resolve
from billing.invoicing.actions.invoice_shipments import case_of
from billing.invoicing.reads import CHARGEABLE
from billing.invoicing.rules import Case
from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput, NotFound
from inventory.outbound.actions.confirm_deliveries import Delivery, confirm_deliveries
from orders.entry.errors import CustomerPoUsed
from orders.entry.models import SalesOrder
from orders.entry.rules import MEANT_FREE

Kind = InvoiceException.Kind
PRICED = (Kind.PRICE_CHANGED, Kind.ZERO_PRICE, Kind.TAX_MISSING)


@dataclass(frozen=True, slots=True)
class LinePrice:
    """The price to charge for one order line, net per its unit, in the order's currency."""

    order_line_id: int
    unit_price: Decimal


def _po_used(**given: object) -> CustomerPoUsed:
    return CustomerPoUsed(customer_po=given.get("customer_po", ""), order="another order")


@command("billing.correct_exceptions", conflicts={"order_customer_po_unique": _po_used})
def correct_exceptions(
    batch: Batch,
    *,
    exception_ids: Sequence[int],
    reason: str = "",
    prices: Sequence[LinePrice] = (),
    customer_po: str = "",
    tax_code_id: int | None = None,
    delivered_on: date | None = None,
    delivered_to: str = "",
) -> Resolved:
    """Correct open exceptions by their kind and invoice what is clean then, in one transaction.

    A changed price is taken over; a zero price takes `prices` (with `reason`); a missing PO takes `customer_po`, a
    missing tax code `tax_code_id`, a missing proof of delivery `delivered_on` and whoever signed; a block is only
    looked at again. Order totals, open figures and exposure follow. Raises CorrectionNeeded naming what is missing,
    CustomerPoUsed, DeliveryRefused.
    """
    found = lock_open(batch, exception_ids, CORRECT_EXCEPTION)
    if not found:
        return Resolved([], [], [])
    lines = lock_lines(batch, (one.order_id for one in found))
    cases = _cases(batch, found)
    wanted = {price.order_line_id: price.unit_price for price in prices}
    tax_code = _tax_code(batch, found, tax_code_id)
    changed: dict[int, PricedOrderLine] = {}
    for one in found:
        case = cases.get(one.shipment_id)
        if case is None or one.kind not in PRICED:
            continue
        if one.kind == Kind.PRICE_CHANGED:
            _take_new_prices(case, lines, changed)
        elif one.kind == Kind.ZERO_PRICE:
            _set_prices(case, lines, changed, wanted, reason)
        else:
            _set_tax_code(case, lines, changed, tax_code)
    _enter_customer_po(batch, [one for one in found if one.kind == Kind.PO_MISSING], customer_po)
    _record_deliveries(
        batch, [one for one in found if one.kind == Kind.POD_MISSING], delivered_on, delivered_to
    )
    why = reprice(batch, lines, list(changed.values()), reason.strip() or "Price of the delivery date")
    return resolve(
        batch,
        found,
        verb="billing.correct_exceptions",
        resolution=InvoiceException.Resolution.CORRECTED.value,
        reason=reason.strip()[:200],
        why={"orders": why, "customer_po": customer_po, "tax_code": tax_code_id},
    )


def _cases(batch: Batch, found: Sequence[OpenException]) -> dict[int, Case]:
    """What the rules saw, with the new prices, by shipment; one read per company."""
    shipments: defaultdict[int, set[int]] = defaultdict(set)
    for one in found:
        shipments[one.company_id].add(one.shipment_id)
    cases: dict[int, Case] = {}
    for company_id, ids in sorted(shipments.items()):
        rows = batch.read(CHARGEABLE, batch.now, company_id, sorted(ids), company_id)
        for shipment_id, group in groupby(rows, key=lambda row: row[1]):
            cases[shipment_id] = case_of(list(group))
    return cases


def _take_new_prices(
    case: Case, lines: dict[int, PricedOrderLine], changed: dict[int, PricedOrderLine]
) -> None:
    for line in case.lines:
        if line.new_price is not None and line.new_price != line.unit_price:
            base = changed.get(line.order_line_id, lines[line.order_line_id])
            changed[line.order_line_id] = base.at_price(line.new_price)


def _set_prices(
    case: Case,
    lines: dict[int, PricedOrderLine],
    changed: dict[int, PricedOrderLine],
    wanted: dict[int, Decimal],
    reason: str,
) -> None:
    free = {
        line.order_line_id
        for line in case.lines
        if not line.unit_price and line.price_source not in MEANT_FREE
    }
    if not reason.strip():
        raise CorrectionNeeded(
            shipment=case.shipment_number, needed="say why this price holds.", field="reason"
        )
    for line_id in sorted(free):
        price = wanted.get(line_id)
        if price is None or price <= 0:
            raise CorrectionNeeded(
                shipment=case.shipment_number,
                needed=f"line {lines[line_id].line} needs a price above zero.",
                field=f"price_{line_id}",
            )
        changed[line_id] = changed.get(line_id, lines[line_id]).at_price(price)


def _tax_code(batch: Batch, found: Sequence[OpenException], tax_code_id: int | None) -> tuple[int, Decimal]:
    """The chosen code with its rate; it belongs to the one company whose lines lack a code."""
    untaxed = [one for one in found if one.kind == Kind.TAX_MISSING]
    if not untaxed:
        return 0, Decimal(0)
    if tax_code_id is None:
        raise CorrectionNeeded(shipment=untaxed[0].order, needed="choose a tax code.", field="tax_code")
    if len({one.company_id for one in untaxed}) > 1:
        raise BadInput(field="exception_ids", reason="choose the tax code for one company at a time.")
    rows = batch.read(TAX_CODE, tax_code_id, untaxed[0].company_id)
    if not rows:
        raise NotFound(what="tax code", reference=tax_code_id)
    return rows[0][0], rows[0][1]


def _set_tax_code(
    case: Case,
    lines: dict[int, PricedOrderLine],
    changed: dict[int, PricedOrderLine],
    tax_code: tuple[int, Decimal],
) -> None:
    for line in case.lines:
        if line.tax_code_id is None:
            base = changed.get(line.order_line_id, lines[line.order_line_id])
            changed[line.order_line_id] = replace(base, tax_code_id=tax_code[0], tax_rate=tax_code[1])


def _record_deliveries(
    batch: Batch, found: Sequence[OpenException], delivered_on: date | None, delivered_to: str
) -> None:
    if not found:
        return
    if delivered_on is None:
        raise CorrectionNeeded(
            shipment=found[0].order,
            needed="say on which day the customer received it.",
            field="delivered_on",
        )
    confirm_deliveries.inside(
        batch, deliveries=[Delivery(one.shipment_id, delivered_on, delivered_to) for one in found]
    )


def _enter_customer_po(batch: Batch, found: Sequence[OpenException], customer_po: str) -> None:
    if not found:
        return
    text = customer_po.strip()
    if not text:
        raise CorrectionNeeded(
            shipment=found[0].order, needed="enter the customer's PO.", field="customer_po"
        )
    if len(text) > 60:
        raise BadInput(field="customer_po", reason="at most 60 characters.")
    order_ids = sorted({one.order_id for one in found})
    if used := batch.read(PO_USED, text, order_ids):
        raise CustomerPoUsed(customer_po=text, order=used[0][0])
    batch.update(SalesOrder, order_ids, customer_po=text, add={"version": 1})
