"""Release: what is promised becomes work, bound to bins and lots (AT04)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from erp.kernel.access import permit
from erp.kernel.batch import Batch, Row
from erp.kernel.command import command
from erp.kernel.errors import BadInput, NotFound
from erp.kernel.events import Refusal
from erp.kernel.formats import write_day
from inventory.commitments.models import Demand
from inventory.outbound.errors import NothingToRelease, ReleaseRefused
from inventory.outbound.guards import release_guard
from inventory.outbound.models import Pick, Shipment, ShipmentLine
from inventory.outbound.permissions import CHANGE_SHIP_RULE
from inventory.outbound.policies import PICK_WITH_RELEASE
from inventory.outbound.reads import GROUPS, RELEASE, RELEASE_COLUMNS
from inventory.outbound.rules import (
    BinStock,
    OpenDemand,
    ShipRule,
    Take,
    bind,
    to_release,
    too_old,
    why_kits_wait,
    why_not_now,
)
from inventory.stock.models import StockBalance

RELEASE_RIGHT = permit("inventory.release_shipment", "warehouse", "process_owner")


@dataclass(frozen=True, slots=True)
class Released:
    """Shipments made, and the documents that stayed: [[document, reason], ...]."""

    shipment_ids: list[int]
    refused: list[list[str]]


@command("inventory.release_groups")
def release_groups(batch: Batch, *, group_ids: Sequence[int], strict: bool = False) -> Released:
    """Make one shipment per demand group of one site, with picks bound first expired first along the bins.

    Groups that a guard refuses (a hold) or whose ship rule waits stay and are listed; demands that it refuses stay
    alone. With `strict` the first refusal is raised instead. Where the site picks with the release (policy), every
    pick is recorded in full. The number of statements does not depend on the number of groups or lines.
    """
    groups = batch.read(GROUPS, batch.now, sorted(set(group_ids)))
    if not groups:
        raise NotFound(what="demand group", reference=list(group_ids)[:1])
    sites = {(company_id, site_id) for _, company_id, site_id, *_ in groups}
    if len(sites) > 1:
        raise BadInput(field="group_ids", reason="Release one site at a time.")
    ((company_id, site_id),) = sites
    batch.actor.require(RELEASE_RIGHT, company=company_id, site=site_id)
    ids = [row[0] for row in groups]
    rows, found = release_guard.ask_beside(batch, ids, RELEASE, RELEASE_COLUMNS, ids, site_id, ids)
    refusals = {refusal.document_id: refusal for refusal in found if not refusal.part_id}
    parts = {refusal.part_id: refusal for refusal in found if refusal.part_id}
    documents = {row[0]: row[3] for row in groups}
    if strict and refusals:
        first = next(iter(refusals.values()))
        raise ReleaseRefused(document=documents[first.document_id], reason=first.sentence, role=first.role)
    free_groups = [row for row in groups if row[0] not in refusals]
    by_group: defaultdict[int, list[OpenDemand]] = defaultdict(list)
    bins: list[BinStock] = []
    line_ids: dict[int, int] = {}
    for (
        kind,
        row_id,
        group_id,
        item_id,
        first_figure,
        reserved,
        working,
        expires_on,
        sequence,
        line_id,
        wanted,
        *of_line,
    ) in rows:
        if kind == "demand":
            if row_id in parts:
                reserved = min(reserved, working)  # what is out already is stopped at the truck
            by_group[group_id].append(
                OpenDemand(row_id, group_id, item_id, first_figure, reserved, working, wanted, *of_line)
            )
            line_ids[row_id] = line_id
        else:
            bins.append(BinStock(row_id, item_id, first_figure, expires_on, sequence))

    refused = [[documents[refusal.document_id], refusal.sentence] for refusal in refusals.values()]
    shipments, lines, takes = [], [], []
    left_behind: dict[int, dict[int, Decimal]] = {}
    waits: Refusal | None = None
    for row in free_groups:
        group_id = row[0]
        ship = ShipRule(row[4], *row[8:11])
        chosen = to_release(by_group[group_id], ship)
        good_on = max(row[5], row[11]) + timedelta(days=max(row[7], 1))
        bound, missing = bind(chosen, bins, not_before=good_on)
        if old := too_old(chosen, bins, missing, not_before=good_on):
            left_behind[group_id] = old
        if not bound:
            waits = _why_nothing(by_group[group_id], ship, parts, old, good_on)
            refused.append([row[3], waits.sentence])
            continue
        shipments.append(row)
        takes += [(row[-1], take) for take in bound]
        lines += [
            (row[-1], demand, demand.releasable - missing.get(demand.demand_id, Decimal(0)))
            for demand in chosen
            if demand.releasable > missing.get(demand.demand_id, Decimal(0))
        ]
    if strict and not shipments:
        if waits and waits.role:
            raise ReleaseRefused(
                document=documents[waits.document_id], reason=waits.sentence, role=waits.role
            )
        raise NothingToRelease()
    picked = PICK_WITH_RELEASE.value(on=batch.now.date(), company=company_id, site=site_id)
    _write(batch, shipments, lines, takes, line_ids, left_behind, picked=picked)
    return Released([row[-1] for row in shipments], refused)


def _why_nothing(
    demands: Sequence[OpenDemand],
    ship: ShipRule,
    parts: Mapping[int, Refusal],
    old: Mapping[int, Decimal],
    good_on: date,
) -> Refusal:
    """Why nothing of a delivery goes: a held line, its ship rule, kits that are not whole, lots that expire before
    `good_on`, else that no stock is reserved."""
    held = [parts[demand.demand_id] for demand in demands if demand.demand_id in parts]
    if held:
        return held[0]
    group_id = demands[0].group_id if demands else 0
    if waits := why_not_now(demands, ship) or why_kits_wait(demands):
        return Refusal(group_id, "inventory.ship_rule", waits, CHANGE_SHIP_RULE)
    if old:
        words = _(
            "all that is reserved lies in lots that expire before %(day)s. Block them, or take in younger ones."
        )
        return Refusal(group_id, "inventory.expired_lots", words % {"day": write_day(good_on)}, RELEASE_RIGHT)
    return Refusal(group_id, NothingToRelease.code, str(NothingToRelease.message))


def _write(
    batch: Batch,
    shipments: Sequence[Row],
    lines: Sequence[tuple[int, OpenDemand, Decimal]],
    takes: Sequence[tuple[int, Take]],
    line_ids: dict[int, int],
    left_behind: Mapping[int, Mapping[int, Decimal]],
    *,
    picked: bool,
) -> None:
    state = Shipment.State.PICKED if picked else Shipment.State.RELEASED
    released, taken = [quantity for *_, quantity in lines], [take.quantity for _, take in takes]
    batch.insert(
        Shipment,
        id=[row[-1] for row in shipments],
        number=[f"SH-{row[-1]}" for row in shipments],
        company=[row[1] for row in shipments],
        site=[row[2] for row in shipments],
        group=[row[0] for row in shipments],
        state=state.value,
        ship_on=[row[5] for row in shipments],
        carrier_service=[row[6] for row in shipments],
        tracking_number="",
        released_at=batch.now,
        picked_at=batch.now if picked else None,
    )
    batch.insert(
        ShipmentLine,
        id=[line_ids[demand.demand_id] for _, demand, _ in lines],
        shipment=[shipment_id for shipment_id, _, _ in lines],
        demand=[demand.demand_id for _, demand, _ in lines],
        item=[demand.item_id for _, demand, _ in lines],
        quantity=released,
        picked=released if picked else 0,
    )
    batch.insert(
        Pick,
        shipment=[shipment_id for shipment_id, _ in takes],
        line=[line_ids[take.demand_id] for _, take in takes],
        balance=[take.balance_id for _, take in takes],
        quantity=taken,
        counted=taken if picked else 0,
        picked=taken if picked else None,
        picked_at=batch.now if picked else None,
        picked_by=batch.actor.name if picked else "",
    )
    if picked:
        batch.update(Demand, [demand.demand_id for _, demand, _ in lines], add={"picked": released})
    bound: defaultdict[int, Decimal] = defaultdict(Decimal)
    for _shipment, take in takes:
        bound[take.balance_id] += take.quantity
    batch.update(StockBalance, list(bound), add={"allocated": list(bound.values())})
    picks: defaultdict[int, list[list[object]]] = defaultdict(list)
    for shipment_id, take in takes:
        picks[shipment_id].append([take.demand_id, take.balance_id, take.quantity])
    for row in shipments:
        batch.decide(
            "inventory.release_groups",
            Shipment,
            row[-1],
            {
                "rule": list(row[4:5] + row[8:11]),
                "picks": picks[row[-1]],
                **({"too_old": [*left_behind[row[0]].items()]} if row[0] in left_behind else {}),
            },
        )
