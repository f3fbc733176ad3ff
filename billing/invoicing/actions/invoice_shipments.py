"""Invoice what was shipped: the single verb and the bulk run are the same code with more ids (BI01)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any

from billing.invoicing.events import BillingStopped, InvoicePosted, InvoiceStopped, ProblemsGone, Stop
from billing.invoicing.issuing import issue, write_taxes
from billing.invoicing.models import Billable, Invoice, InvoiceLine
from billing.invoicing.policies import DELIVERY_PATIENCE
from billing.invoicing.reads import CHARGEABLE, LOCK_ORDERS
from billing.invoicing.rules import Case, Charge, Chargeable, Problem, awaits_delivery, charge, problems
from billing.ledger.actions.post_journals import Amount, Entry, post_journals
from billing.ledger.models import Journal, Purpose
from erp.kernel.access import permit
from erp.kernel.batch import Batch
from erp.kernel.command import command
from inventory.stock.errors import NoOpenPeriod
from orders.credit.exposure import move_payers
from orders.entry.models import SalesOrder

INVOICE = permit("billing.invoice_shipment", "finance")

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Invoiced:
    """Invoices issued, and shipments that wait in the exception queue."""

    invoice_ids: list[int]
    stopped: list[int]


@dataclass(slots=True)
class _Balance:
    """What of an order still counts as open; changes as its invoices are made."""

    open_net: Decimal
    open_gross: Decimal


@dataclass(frozen=True, slots=True)
class _Ids:
    """Ids drawn by the locking read for the rows to come."""

    invoice: dict[int, int]  # by shipment
    line: dict[int, int]  # by billable


@command("billing.invoice_shipments")
def invoice_shipments(batch: Batch, *, company_id: int, shipment_ids: Sequence[int]) -> Invoiced:
    """Charge every unbilled shipment of a company that its rules find clean; put the others into the queue.

    One invoice per shipment with journal, receivable and gap-free number, drawn last. What was billed before is
    left alone, so that running twice changes nothing; so is what its customer is billed for on delivery while it may
    be under way (policy `billing.delivery_patience_days`). Statements do not depend on the number of shipments.
    """
    batch.actor.require(INVOICE, company=company_id)
    ids = sorted(set(shipment_ids))
    batch.write(LOCK_ORDERS, ids)
    rows = batch.read(CHARGEABLE, batch.now, company_id, ids, company_id)
    if not rows:
        return Invoiced([], [])
    accounting_on = rows[0][0]
    if accounting_on is None:
        raise NoOpenPeriod(company=company_id, on=batch.now.date())
    cases = _due(batch, [case_of(list(group)) for _, group in groupby(rows, key=lambda row: row[1])])
    if not cases:
        return Invoiced([], [])
    open_kinds = {row[1]: frozenset(row[18] or ()) for row in rows}
    balances = {row[5]: _Balance(row[15], row[16]) for row in rows}

    stopped = [(case, found) for case in cases if (found := problems(case))]
    bad = {case.shipment_id for case, _ in stopped}
    charges = [charge(case) for case in cases if case.shipment_id not in bad]
    _announce_stops(batch, stopped, open_kinds)
    drawn = _Ids({row[1]: row[37] for row in rows}, {row[19]: row[38] for row in rows})
    invoice_ids = _post(batch, company_id, accounting_on, charges, balances, drawn) if charges else []
    _announce_cleared(batch, cases, {case.shipment_id: found for case, found in stopped}, open_kinds)
    batch.publish(*(InvoiceStopped(shipment_id=case.shipment_id) for case, _ in stopped))
    return Invoiced(invoice_ids, sorted(bad))


def case_of(rows: Sequence[tuple[Any, ...]]) -> Case:
    """One shipment to charge, from its rows of CHARGEABLE."""
    first = rows[0]
    return Case(
        shipment_id=first[1],
        shipment_number=first[2],
        company_id=first[3],
        site_id=first[4],
        order_id=first[5],
        customer_id=first[6],
        bill_to_id=first[7],
        party_id=first[8],
        customer_po=first[9],
        po_required=first[10],
        is_blocked=first[11],
        currency=first[12],
        terms_days=first[13],
        earned_at=first[14],
        undelivered_since=first[39],
        accepted=frozenset(first[17] or ()),
        lines=[Chargeable(row[19], row[1], row[5], *row[20:37]) for row in rows],
    )


def _due(batch: Batch, cases: Sequence[Case]) -> list[Case]:
    """Without those that their customers are billed for on delivery and that are under way still."""

    def patience(case: Case) -> timedelta:
        days = DELIVERY_PATIENCE.value(on=batch.now.date(), company=case.company_id, site=case.site_id)
        return timedelta(days=days)

    return [
        case
        for case in cases
        if case.undelivered_since is None or not awaits_delivery(case, batch.now, patience(case))
    ]


def _post(
    batch: Batch,
    company_id: int,
    accounting_on: date,
    charges: Sequence[Charge],
    balances: dict[int, _Balance],
    ids: _Ids,
) -> list[int]:
    numbered = [(ids.invoice[item.case.shipment_id], item) for item in charges]
    invoice_ids = [invoice_id for invoice_id, _ in numbered]
    _write_lines(batch, numbered, ids.line)
    _relieve_orders(batch, charges, balances)
    post_journals(batch, [_entry(batch, accounting_on, invoice_id, item) for invoice_id, item in numbered])
    for invoice_id, item in numbered:
        batch.decide(
            "billing.invoice_shipments",
            Invoice,
            invoice_id,
            {
                "shipment": item.case.shipment_id,
                "accepted": sorted(item.case.accepted),
                "lines": len(item.lines),
            },
        )
    batch.publish(*(InvoicePosted(invoice_id=invoice_id) for invoice_id in invoice_ids))
    batch.close()
    issue(
        batch,
        kind=Invoice.Kind.INVOICE.value,
        company_id=company_id,
        accounting_on=accounting_on,
        rows=[
            (
                invoice_id,
                item.case.site_id,
                place,
                item.case.terms_days,
                item.case.customer_id,
                item.case.bill_to_id,
                item.case.order_id,
                item.case.shipment_id,
                None,
                "",
                item.case.customer_po,
                item.case.currency,
                len(item.lines),
                item.net,
                item.tax,
                item.case.earned_at,
            )
            for place, (invoice_id, item) in enumerate(numbered)
        ],
    )
    return invoice_ids


def _write_lines(
    batch: Batch, numbered: Sequence[tuple[int, Charge]], line_of_billable: dict[int, int]
) -> None:
    lines = [
        (invoice_id, place, line) for invoice_id, item in numbered for place, line in enumerate(item.lines, 1)
    ]
    batch.insert(
        InvoiceLine,
        id=[line_of_billable[line.source.billable_id] for *_, line in lines],
        invoice=[invoice_id for invoice_id, _, _ in lines],
        line=[place for _, place, _ in lines],
        billable=[line.source.billable_id for *_, line in lines],
        order_line=[line.source.order_line_id for *_, line in lines],
        item=[line.source.item_id for *_, line in lines],
        description=[line.source.description for *_, line in lines],
        quantity=[line.quantity for *_, line in lines],
        unit=[line.source.unit for *_, line in lines],
        stock_quantity=[line.source.quantity for *_, line in lines],
        unit_price=[line.source.unit_price for *_, line in lines],
        net=[line.net for *_, line in lines],
        cost=[line.source.cost for *_, line in lines],
        tax_code=[line.source.tax_code_id for *_, line in lines],
        tax_rate_percent=[line.source.tax_rate for *_, line in lines],
    )
    batch.update(
        Billable,
        [line.source.billable_id for *_, line in lines],
        billed=[line.source.quantity for *_, line in lines],
    )
    code_of = {(invoice_id, line.source.tax_rate): line.source.tax_code_id for invoice_id, _, line in lines}
    write_taxes(batch, [(invoice_id, item.taxes) for invoice_id, item in numbered], code_of)


def _relieve_orders(batch: Batch, charges: Sequence[Charge], balances: dict[int, _Balance]) -> None:
    """What is charged no longer counts as open order; exposure moves only by a difference (17)."""
    difference: defaultdict[int, Decimal] = defaultdict(Decimal)
    for item in charges:
        balance = balances[item.case.order_id]
        before = balance.open_gross
        balance.open_net -= item.net
        balance.open_gross = before - item.gross if balance.open_net else ZERO
        difference[item.case.bill_to_id] += item.gross + balance.open_gross - before
    changed = {item.case.order_id: balances[item.case.order_id] for item in charges}
    move_payers(batch, difference)
    batch.update(
        SalesOrder,
        list(changed),
        open_net=[balance.open_net for balance in changed.values()],
        open_gross=[balance.open_gross for balance in changed.values()],
    )


def _entry(batch: Batch, accounting_on: date, invoice_id: int, item: Charge) -> Entry:
    by_class: defaultdict[int, Decimal] = defaultdict(Decimal)
    for line in item.lines:
        by_class[line.source.class_id] += line.net
    return Entry(
        kind=Journal.Kind.INVOICE.value,
        company_id=item.case.company_id,
        currency=item.case.currency,
        source="billing.invoice",
        source_id=invoice_id,
        effective_at=batch.now,
        accounting_on=accounting_on,
        amounts=[
            Amount(Purpose.RECEIVABLE, item.gross, party_id=item.case.party_id),
            *(Amount(Purpose.REVENUE, -net, class_id) for class_id, net in by_class.items()),
            Amount(Purpose.TAX, -item.tax),
        ],
        site_id=item.case.site_id,
    )


def _announce_stops(
    batch: Batch, stopped: Sequence[tuple[Case, list[Problem]]], open_kinds: dict[int, frozenset[str]]
) -> None:
    stops = [
        Stop(
            case.company_id, case.site_id, case.shipment_id, case.order_id, problem.kind, problem.detail,
            charge(case).net, problem.variance, case.currency,
        )
        for case, found in stopped
        for problem in found
        if problem.kind not in open_kinds[case.shipment_id]
    ]  # fmt: skip
    if stops:
        batch.announce(BillingStopped(stops))


def _announce_cleared(
    batch: Batch,
    cases: Sequence[Case],
    found: dict[int, list[Problem]],
    open_kinds: dict[int, frozenset[str]],
) -> None:
    gone = [
        (case.shipment_id, kind)
        for case in cases
        for kind in sorted(open_kinds[case.shipment_id])
        if kind not in {problem.kind for problem in found.get(case.shipment_id, ())}
    ]
    if gone:
        batch.announce(ProblemsGone(gone))
