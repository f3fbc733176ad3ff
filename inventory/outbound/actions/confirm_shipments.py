"""Ship-confirm: the one event that relieves stock, posts its cost and makes billing possible (WH08)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby

from erp.kernel.access import permit
from erp.kernel.batch import Batch, Row
from erp.kernel.command import command
from erp.kernel.errors import BadInput, NotFound
from erp.kernel.events import Refusal
from erp.kernel.quantity import sum_by
from inventory.commitments.models import Commitment, Demand
from inventory.outbound.errors import LotTooOld, ShipRefused, WrongShipmentState
from inventory.outbound.events import GoodsShipped, ShipmentConfirmed, ShippedLine
from inventory.outbound.guards import ship_guard
from inventory.outbound.models import Shipment, ShipmentLine
from inventory.outbound.permissions import CHANGE_SHIP_RULE
from inventory.outbound.policies import PACKING_REQUIRED
from inventory.outbound.reads import (
    CONSUME,
    LEAVING,
    SHARE_GROUPS,
    SHIP,
    SHIP_COLUMNS,
    SHIPMENTS,
    SHIPMENTS_OF_DEMANDS,
)
from inventory.outbound.rules import LeavingDemand, ShipRule, why_not_ship
from inventory.stock.errors import NoOpenPeriod
from inventory.stock.events import Posting, StockPosted
from inventory.stock.models import SiteStock, StockBalance, StockEntry, StockPosting
from inventory.stock.rules import issue_value

CONFIRM = permit("inventory.confirm_shipment", "warehouse")

READY = (Shipment.State.PICKED, Shipment.State.PACKED)
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Confirmed:
    """Shipments that are shipped now; confirming twice lists them again and changes nothing."""

    shipment_ids: list[int]


@dataclass(frozen=True, slots=True)
class _Issue:
    """One pick as it leaves: where from, for what, at which value."""

    line_id: int
    shipment_id: int
    demand_id: int
    item_id: int
    class_id: int
    balance_id: int
    bin_id: int
    lot_id: int | None
    status: str
    quantity: Decimal
    value: Decimal


@command("inventory.confirm_shipments")
def confirm_shipments(batch: Batch, *, shipment_ids: Sequence[int], tracking_number: str = "") -> Confirmed:
    """Confirm that picked shipments of one site have left: all of them, or none.

    Stock, cost of goods and what may be charged change in this transaction; invoicing follows after it. Raises
    ShipRefused (a hold, or short at picking where the customer takes no parts), LotTooOld, WrongShipmentState.
    """
    ids = sorted(set(shipment_ids))
    shipments = batch.read(SHIPMENTS, ids)
    _refuse_wrong(batch, shipments, ids)
    shipments = [row for row in shipments if row[2] != Shipment.State.SHIPPED]
    if not shipments:
        return Confirmed(ids)
    batch.write(SHARE_GROUPS, sorted(row[5] for row in shipments))
    kits = _refuse_torn(batch, shipments)
    _, _, _, company_id, site_id, _, currency, *_ = shipments[0]
    leaving = [row[0] for row in shipments]
    accounting_on, stock, issues = _lock(batch, company_id, site_id, shipments)
    postings = {row[0]: row[-1] for row in shipments}
    _write_ledger(batch, company_id, site_id, accounting_on, postings, issues)
    _write_balances(batch, stock, issues)
    _write_documents(batch, leaving, issues, tracking_number)
    batch.announce(
        StockPosted(_postings(batch, company_id, site_id, currency, accounting_on, postings, issues))
    )
    batch.announce(GoodsShipped(company_id, site_id, batch.now, _shipped_lines(issues), kits))
    effective_at = batch.now.isoformat() if batch.backdated else ""
    batch.publish(*(ShipmentConfirmed(shipment_id, company_id, effective_at) for shipment_id in leaving))
    return Confirmed(ids)


def _refuse_wrong(batch: Batch, shipments: Sequence[Row], ids: Sequence[int]) -> None:
    if len(shipments) < len(ids):
        raise NotFound(what="shipment", reference=sorted(set(ids) - {row[0] for row in shipments})[0])
    sites = {(row[3], row[4]) for row in shipments}
    if len(sites) > 1:
        raise BadInput(field="shipment_ids", reason="Confirm one site at a time.")
    ((company_id, site_id),) = sites
    batch.actor.require(CONFIRM, company=company_id, site=site_id)
    packing_required = PACKING_REQUIRED.value(on=batch.now.date(), company=company_id, site=site_id)
    for _, number, state, *_ in shipments:
        if state == Shipment.State.PICKED and packing_required:
            raise WrongShipmentState(
                shipment=number,
                state=Shipment.State(state).label.lower(),
                remedy="This site ships packed and weighed cartons only: pack it first.",
            )
        if state not in (*READY, Shipment.State.SHIPPED):
            raise WrongShipmentState(
                shipment=number,
                state=Shipment.State(state).label.lower(),
                remedy="Record or explain every pick first."
                if state == Shipment.State.RELEASED
                else "It cannot be confirmed any more.",
            )


def _refuse_held(batch: Batch, shipments: Sequence[Row], refusals: Sequence[Refusal]) -> None:
    """Raise the first refusal of a delivery, or of a demand that leaves with one of the shipments."""
    if any(refusal.part_id for refusal in refusals):
        with_it = dict(batch.read(SHIPMENTS_OF_DEMANDS, [row[0] for row in shipments]))
    for refusal in refusals:
        if not refusal.part_id:
            number = next(row[1] for row in shipments if row[5] == refusal.document_id)
        elif refusal.part_id in with_it:
            number = with_it[refusal.part_id]
        else:
            continue
        raise ShipRefused(shipment=number, reason=refusal.sentence, role=refusal.role)


def _refuse_torn(batch: Batch, shipments: Sequence[Row]) -> bool:
    """What was short at picking stays where its customer takes no parts; asked only of deliveries with such a rule.

    Answers whether there are components of kits among these.
    """
    ruled = {row[5]: row[1] for row in shipments if row[7]}
    if not ruled:
        return False
    leaving = [row[0] for row in shipments]
    rows = batch.read(LEAVING, leaving, leaving, sorted(ruled))
    for group_id, lines in groupby(rows, key=lambda row: row[0]):
        found = list(lines)
        ship = ShipRule(*found[0][1:5])
        if why := why_not_ship([LeavingDemand(*row[5:]) for row in found], ship):
            remedy = f"{why} Cancel the shipment and release it whole, or change the order's ship rule."
            raise ShipRefused(shipment=ruled[group_id], reason=remedy, role=CHANGE_SHIP_RULE)
    return any(row[11] is not None for row in rows)


def _lock(
    batch: Batch, company_id: int, site_id: int, shipments: Sequence[Row]
) -> tuple[date, dict[int, tuple[int, Decimal, Decimal]], list[_Issue]]:
    """Accounting date, {item: (row id, quantity left, value left)} and the issues with their values.

    Raises ShipRefused for what a guard keeps in the house.
    """
    ids, groups = [row[0] for row in shipments], sorted(row[5] for row in shipments)
    numbers = {row[0]: row[1] for row in shipments}
    given = (batch.now, company_id, site_id, ids, ids, ids, batch.now, ids)
    rows, refusals = ship_guard.ask_beside(batch, groups, SHIP, SHIP_COLUMNS, *given)
    _refuse_held(batch, shipments, refusals)
    accounting_on, classes = None, {}
    stock: dict[int, tuple[int, Decimal, Decimal]] = {}
    picks = []
    for row in rows:
        if row[0] == "stock":
            _, row_id, item_id, class_id, valued, value, accounting_on, *_ = row
            stock[item_id], classes[item_id] = (row_id, valued, value), class_id
        else:
            picks.append(row)
    if rows and accounting_on is None:
        raise NoOpenPeriod(company=company_id, on=batch.now.date())
    issues = []
    for (
        _,
        line_id,
        item_id,
        demand_id,
        quantity,
        _,
        _,
        shipment_id,
        balance_id,
        bin_id,
        lot_id,
        status,
        expired,
        _,
    ) in picks:
        if expired and not batch.backdated:
            raise LotTooOld(shipment=numbers[shipment_id], lot=expired)
        row_id, valued, value = stock[item_id]
        leaves = issue_value(quantity=quantity, valued_quantity=valued, value=value)
        stock[item_id] = (row_id, valued - quantity, value - leaves)
        issues.append(
            _Issue(
                line_id, shipment_id, demand_id, item_id, classes[item_id], balance_id, bin_id, lot_id, status,
                quantity, leaves,
            )
        )  # fmt: skip
    return accounting_on or batch.now.date(), stock, issues


def _write_ledger(
    batch: Batch,
    company_id: int,
    site_id: int,
    accounting_on: date,
    postings: dict[int, int],
    issues: Sequence[_Issue],
) -> None:
    batch.insert(
        StockPosting,
        id=list(postings.values()),
        kind=StockPosting.Kind.ISSUE.value,
        company=company_id,
        site=site_id,
        source="inventory.shipment",
        source_id=list(postings),
        effective_at=batch.now,
        accounting_on=accounting_on,
        actor=batch.actor.name,
    )
    batch.insert(
        StockEntry,
        posting_id=[postings[issue.shipment_id] for issue in issues],
        item_id=[issue.item_id for issue in issues],
        site_id=site_id,
        bin_id=[issue.bin_id for issue in issues],
        lot_id=[issue.lot_id for issue in issues],
        status=[issue.status for issue in issues],
        quantity=[-issue.quantity for issue in issues],
        value=[-issue.value for issue in issues],
        line_id=[issue.line_id for issue in issues],
    )


def _write_balances(
    batch: Batch, stock: dict[int, tuple[int, Decimal, Decimal]], issues: Sequence[_Issue]
) -> None:
    by_balance = sum_by((issue.balance_id, -issue.quantity) for issue in issues)
    by_demand = sum_by((issue.demand_id, issue.quantity) for issue in issues)
    by_item = sum_by((issue.item_id, -issue.quantity) for issue in issues)
    values = sum_by((issue.item_id, -issue.value) for issue in issues)
    taken = list(by_item.values())
    batch.update(
        SiteStock,
        [stock[item_id][0] for item_id in by_item],
        add={
            "on_hand": taken,
            "available": taken,
            "reserved": taken,
            "valued_quantity": taken,
            "value": [values[item_id] for item_id in by_item],
        },
    )
    demands, shipped = list(by_demand), list(by_demand.values())
    batch.update(Demand, demands, add={"reserved": [-quantity for quantity in shipped], "shipped": shipped})
    batch.write(CONSUME, demands, shipped, into=[Commitment])
    left = list(by_balance.values())
    batch.update(StockBalance, list(by_balance), add={"quantity": left, "allocated": left})


def _write_documents(batch: Batch, ids: list[int], issues: Sequence[_Issue], tracking_number: str) -> None:
    by_line = sum_by((issue.line_id, issue.quantity) for issue in issues)
    batch.update(ShipmentLine, list(by_line), shipped=list(by_line.values()))
    batch.update(
        Shipment,
        ids,
        state=Shipment.State.SHIPPED.value,
        shipped_at=batch.now,
        tracking_number=tracking_number,
    )


def _postings(
    batch: Batch,
    company_id: int,
    site_id: int,
    currency: str,
    accounting_on: date,
    postings: dict[int, int],
    issues: Sequence[_Issue],
) -> list[Posting]:
    values: defaultdict[int, defaultdict[int, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for issue in issues:
        values[issue.shipment_id][issue.class_id] -= issue.value
    return [
        Posting(
            id=posting_id,
            kind=StockPosting.Kind.ISSUE.value,
            company_id=company_id,
            site_id=site_id,
            currency=currency,
            source="inventory.shipment",
            source_id=shipment_id,
            effective_at=batch.now,
            accounting_on=accounting_on,
            reverses_id=None,
            values=dict(values[shipment_id]),
        )
        for shipment_id, posting_id in postings.items()
    ]


def _shipped_lines(issues: Sequence[_Issue]) -> list[ShippedLine]:
    lines: dict[int, ShippedLine] = {}
    for issue in issues:
        before = lines.get(issue.line_id)
        lines[issue.line_id] = ShippedLine(
            issue.line_id,
            issue.shipment_id,
            issue.demand_id,
            issue.quantity + (before.quantity if before else ZERO),
            issue.value + (before.cost if before else ZERO),
        )
    return list(lines.values())
