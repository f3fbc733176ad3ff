"""Ask for goods of another site, and change what was asked for until it is approved (TR01)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch, Row
from erp.kernel.command import command
from erp.kernel.errors import BadInput, NotPermitted, StaleVersion
from erp.kernel.quantity import UnitFactor
from inventory.transfers.documents import End, State, ends_of, lines_of, lock_order
from inventory.transfers.errors import BetweenCompanies, TransferRefused
from inventory.transfers.models import TransferLine, TransferOrder
from inventory.transfers.permissions import REQUEST_TRANSFER
from inventory.transfers.reads import DROP_LINES, ITEMS, WANTED_BY
from inventory.transfers.rules import value_at


@dataclass(frozen=True, slots=True)
class Asked:
    """Quantity in `unit` (blank: the stock unit). `wanted_by`: the demand at the other site that it is moved for."""

    item_id: int
    quantity: Decimal
    unit: str = ""
    wanted_by: int | None = None


@dataclass(frozen=True, slots=True)
class Requested:
    """The transfer that waits for approval."""

    transfer_id: int
    number: str


@command("inventory.request_transfer")
def request_transfer(
    batch: Batch,
    *,
    site_id: int,
    to_site_id: int,
    lines: Sequence[Asked],
    needed_on: date,
    reason: str = TransferOrder.Reason.REPLENISH.value,
    note: str = "",
) -> Requested:
    """Ask that goods go from one site to another; nothing is reserved until it is approved.

    The right is asked for at one of the two ends. Raises BetweenCompanies, TransferRefused, BadInput.
    """
    site, to_site = ends_of(batch, site_id, to_site_id)
    _refuse_wrong_ends(batch, site, to_site)
    if reason not in TransferOrder.Reason.values:
        raise BadInput(field="reason", reason=_("choose one of the reasons."))
    quantities, value = _checked(batch, site, to_site, lines)
    (order_id,) = batch.draw(inventory_transferorder=1)["inventory_transferorder"]
    number = f"TR-{order_id}"
    batch.insert(
        TransferOrder,
        id=order_id,
        number=number,
        company=site.company_id,
        site=site_id,
        to_site=to_site_id,
        state=State.REQUESTED.value,
        reason=reason,
        note=note.strip()[:200],
        needed_on=needed_on,
        value=value,
        requested_by=batch.actor.name,
        requested_at=batch.now,
        decided_by="",
        decision_note="",
        carrier="",
        tracking_number="",
    )
    _write_lines(batch, order_id, lines, quantities)
    batch.decide(
        "inventory.request_transfer",
        TransferOrder,
        order_id,
        {"sentence": _("Requested. %(note)s") % {"note": note.strip()}, "lines": _told(lines, quantities)},
    )
    return Requested(order_id, number)


@command("inventory.amend_transfer")
def amend_transfer(
    batch: Batch,
    *,
    transfer_id: int,
    version: int,
    lines: Sequence[Asked],
    needed_on: date,
    note: str = "",
) -> Requested:
    """Replace the lines and the day of a transfer that nobody has approved yet.

    Raises WrongTransferState, StaleVersion, and what request_transfer raises.
    """
    head = lock_order(batch, transfer_id)
    head.require_either(batch, REQUEST_TRANSFER)
    head.refuse_unless(State.REQUESTED, verb=_("changing it"))
    if version != head.version:
        mine, theirs = (
            (needed_on, note.strip(), len(lines)),
            (head.needed_on, head.note, len(lines_of(batch, head))),
        )
        raise StaleVersion(
            document=head.number, actor=_("someone"), version=head.version,
            changes=[
                {"label": label, "mine": str(one), "theirs": str(other)}
                for label, one, other in zip((_("Needed there"), _("Note"), _("Lines")), mine, theirs, strict=True)
            ],
        )  # fmt: skip
    site, to_site = ends_of(batch, head.site_id, head.to_site_id)
    quantities, value = _checked(batch, site, to_site, lines)
    batch.write(DROP_LINES, head.id)
    _write_lines(batch, head.id, lines, quantities)
    batch.update(
        TransferOrder,
        [head.id],
        needed_on=needed_on,
        note=note.strip()[:200],
        value=value,
        add={"version": 1},
    )
    batch.decide(
        "inventory.amend_transfer",
        TransferOrder,
        head.id,
        {"sentence": _("Changed. %(note)s") % {"note": note.strip()}, "lines": _told(lines, quantities)},
    )
    return Requested(head.id, head.number)


def _refuse_wrong_ends(batch: Batch, site: End, to_site: End) -> None:
    if site.id == to_site.id:
        raise BadInput(field="to_site", reason=_("goods go to another site than they come from."))
    if not any(
        batch.actor.may(REQUEST_TRANSFER, company=each.company_id, site=each.id) for each in (site, to_site)
    ):
        raise NotPermitted(permission=REQUEST_TRANSFER)
    if site.company_id != to_site.company_id:
        raise BetweenCompanies(
            site=site.code, company=site.company, to_site=to_site.code, to_company=to_site.company
        )
    for name, each in (("site", site), ("to_site", to_site)):
        if not each.is_active:
            raise BadInput(field=name, reason=_("%(code)s is closed.") % {"code": each.code})


def _checked(
    batch: Batch, site: End, to_site: End, lines: Sequence[Asked]
) -> tuple[list[tuple[Decimal, str]], Decimal]:
    """Of each line the quantity in the stock unit and its unit, and what all of it is worth at the giving site."""
    if not lines:
        raise BadInput(field="lines", reason=_("a transfer needs at least one line."))
    rows = batch.read(ITEMS, [line.item_id for line in lines], [line.unit for line in lines], site.id)
    quantities, worth = [], Decimal(0)
    for line, row in zip(lines, rows, strict=True):
        quantity, unit = _quantity_of(line, row)
        quantities.append((quantity, unit))
        worth += value_at(quantity, valued_quantity=row[9], value=row[10], standard_cost=row[11])
    wanted = {line.wanted_by: line for line in lines if line.wanted_by is not None}
    found = {row[0]: row[1:] for row in batch.read(WANTED_BY, sorted(wanted))} if wanted else {}
    for demand_id, line in wanted.items():
        if found.get(demand_id) != (line.item_id, to_site.id):
            raise BadInput(
                field="wanted_by", reason=_("nobody at %(site)s wants this.") % {"site": to_site.code}
            )
    return quantities, worth


def _quantity_of(line: Asked, row: Row) -> tuple[Decimal, str]:
    place, item_id, code, kind, status, unit, numerator, denominator, decimals, *_worth = row
    if item_id is None:
        raise BadInput(field="item", reason=_("line %(n)s: there is no such item.") % {"n": place})
    if kind != "stocked":
        raise TransferRefused(item=code, reason=_("it is never in stock; move what it is made of."))
    if status == "blocked":
        raise TransferRefused(item=code, reason=_("the item is blocked; ask its data steward."))
    if unit is None:
        raise TransferRefused(item=code, reason=_("it has no unit %(unit)s.") % {"unit": line.unit})
    if line.quantity <= 0:
        raise TransferRefused(item=code, reason=_("the quantity is above zero."))
    return UnitFactor(unit, numerator, denominator, decimals).to_stock(line.quantity), unit


def _write_lines(
    batch: Batch, order_id: int, lines: Sequence[Asked], quantities: Sequence[tuple[Decimal, str]]
) -> None:
    batch.insert(
        TransferLine,
        order=order_id,
        line=list(range(1, len(lines) + 1)),
        item=[line.item_id for line in lines],
        quantity=[quantity for quantity, _unit in quantities],
        entered=[line.quantity for line in lines],
        unit=[unit for _quantity, unit in quantities],
        wanted_by=[line.wanted_by for line in lines],
        shipped=0,
        cancelled=0,
        received=0,
        missing=0,
    )


def _told(lines: Sequence[Asked], quantities: Sequence[tuple[Decimal, str]]) -> list[list[object]]:
    return [[line.item_id, quantity] for line, (quantity, _unit) in zip(lines, quantities, strict=True)]
