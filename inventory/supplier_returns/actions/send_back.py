"""Send goods back to their supplier and ask for the credit: they leave stock, the debit request is open (RM02)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput, NotFound
from erp.kernel.money import round_money
from inventory.adjustments.errors import AdjustmentRefused
from inventory.adjustments.places import (
    Ground,
    ItemFacts,
    facts_of,
    ground_of,
    lying_in,
    refuse_missing,
    refuse_uncountable,
)
from inventory.stock.actions.post_increase import Increase, Source, post_increase
from inventory.stock.models import Status, StockPosting
from inventory.stock.reads import Place, StockRow, lock_balances, lock_site_stock
from inventory.stock.rules import issue_value
from inventory.supplier_returns.events import GoodsSentBack
from inventory.supplier_returns.models import SupplierReturn, SupplierReturnLine
from inventory.supplier_returns.permissions import SEND_BACK
from inventory.supplier_returns.reads import SELLERS, SUPPLIER

DOCUMENT = "inventory.supplierreturn"
UNIT_COST = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class BackLine:
    """So much (stock unit) of an item for the vendor out of a bin, and what is claimed for a stock unit of it.

    `unit_cost` None: what the supplier took for it the last time.
    """

    item_id: int
    bin_id: int
    lot_id: int | None
    quantity: Decimal
    unit_cost: Decimal | None = None

    @property
    def place(self) -> Place:
        return self.item_id, self.bin_id, self.lot_id, Status.VENDOR.value


@dataclass(frozen=True, slots=True)
class SentBack:
    """The return, and what is asked of the supplier for it."""

    return_id: int
    number: str
    claimed: str


@command("inventory.send_back")
def send_back(
    batch: Batch,
    *,
    site_id: int,
    supplier_id: int,
    lines: Sequence[BackLine],
    authorisation: str = "",
    tracking_number: str = "",
    note: str = "",
) -> SentBack:
    """Let goods that lie for the vendor leave a site, all of them or none, against what is owed for goods received.

    They leave at average cost; what is claimed is the supplier's price. The number of statements does not depend on the
    lines. Raises NotFound for a supplier of another company, AdjustmentRefused for goods that it is not known to sell,
    NotThere, BoundToPicks, BadInput.
    """
    ground = ground_of(batch, site_id)
    batch.actor.require(SEND_BACK, company=ground.company_id, site=site_id)
    if not batch.read(SUPPLIER, supplier_id, ground.company_id):
        raise NotFound(what=_("supplier"), reference=supplier_id)
    places = [line.place for line in lines]
    if not lines or len(set(places)) < len(places):
        raise BadInput(field="lines", reason=_("name each place once, and at least one."))
    items, bins = facts_of(batch, ground, places, entered=())
    costs = _costs(batch, ground, supplier_id, items, lines)
    for line, cost in zip(lines, costs, strict=True):
        if line.quantity <= 0 or cost < 0:
            reason = _("the quantity is above zero, and the price not below.")
            raise AdjustmentRefused(item=items[line.item_id].code, reason=reason)
        refuse_uncountable(items[line.item_id], line.quantity)
    (return_id,) = batch.draw(inventory_supplierreturn=1)["inventory_supplierreturn"]
    accounting_on, stock = lock_site_stock(
        batch, company_id=ground.company_id, site_id=site_id, item_ids=list(items), effective_at=batch.now
    )
    balance_ids = lock_balances(batch, site_id=site_id, places=places)
    refuse_missing(
        batch,
        [(line.place, line.quantity) for line in lines],
        lying_in(batch, ground, places),
        items,
        bins,
    )
    values = _values(lines, stock)
    posting_id = post_increase(
        batch,
        source=Source(
            kind=StockPosting.Kind.SUPPLIER.value,
            company_id=ground.company_id,
            site_id=site_id,
            currency=ground.currency,
            document=DOCUMENT,
            document_id=return_id,
            accounting_on=accounting_on,
        ),
        increases=[
            Increase(line.place, -line.quantity, -value, number)
            for number, (line, value) in enumerate(zip(lines, values, strict=True), 1)
        ],
        stock=stock,
        balance_ids=balance_ids,
    )
    claims = [
        round_money(line.quantity * cost, ground.currency) for line, cost in zip(lines, costs, strict=True)
    ]
    header = {
        "authorisation": authorisation.strip()[:60],
        "tracking_number": tracking_number.strip()[:60],
        "note": note.strip()[:400],
    }
    _write(batch, ground, return_id, supplier_id, posting_id, lines, costs, values, claims, header)
    batch.announce(GoodsSentBack(return_id, ground.company_id, supplier_id, sum(values, Decimal(0))))
    batch.decide(
        "inventory.send_back",
        SupplierReturn,
        return_id,
        {
            "sent": [[*line.place[:3], line.quantity, cost] for line, cost in zip(lines, costs, strict=True)],
            "value": sum(values, Decimal(0)),
            "claimed": sum(claims, Decimal(0)),
        },
    )
    return SentBack(return_id, f"SRT-{return_id}", str(sum(claims, Decimal(0))))


def _costs(
    batch: Batch,
    ground: Ground,
    supplier_id: int,
    items: Mapping[int, ItemFacts],
    lines: Sequence[BackLine],
) -> list[Decimal]:
    """What is claimed for a stock unit of each line; refuses what the supplier is not known to sell."""
    last = {
        item_id: cost.quantize(UNIT_COST)
        for item_id, seller_id, cost in batch.read(SELLERS, list(items), list(items), [ground.company_id])
        if seller_id == supplier_id
    }
    for item_id, item in items.items():
        if item_id not in last:
            reason = _(
                "this supplier is not known to sell it. Choose who does, or give the item a supplier's number."
            )
            raise AdjustmentRefused(item=item.code, reason=reason)
    return [last[line.item_id] if line.unit_cost is None else line.unit_cost for line in lines]


def _values(lines: Sequence[BackLine], stock: dict[int, StockRow]) -> list[Decimal]:
    """What each line leaves at; of an item the last one takes all that is left."""
    left = {item_id: (row.valued_quantity, row.value) for item_id, row in stock.items()}
    values = []
    for line in lines:
        quantity, value = left[line.item_id]
        leaves = issue_value(quantity=line.quantity, valued_quantity=quantity, value=value)
        left[line.item_id] = (quantity - line.quantity, value - leaves)
        values.append(leaves)
    return values


def _write(
    batch: Batch,
    ground: Ground,
    return_id: int,
    supplier_id: int,
    posting_id: int,
    lines: Sequence[BackLine],
    costs: Sequence[Decimal],
    values: Sequence[Decimal],
    claims: Sequence[Decimal],
    header: dict[str, str],
) -> None:
    batch.insert(
        SupplierReturn,
        id=return_id,
        number=f"SRT-{return_id}",
        company=ground.company_id,
        site=ground.id,
        supplier=supplier_id,
        currency=ground.currency,
        state=SupplierReturn.State.SENT.value,
        value=sum(values, Decimal(0)),
        claimed=sum(claims, Decimal(0)),
        posting_id=posting_id,
        sent_at=batch.now,
        sent_by=batch.actor.name,
        **header,
    )
    batch.insert(
        SupplierReturnLine,
        supplier_return=return_id,
        line=list(range(1, len(lines) + 1)),
        item=[line.item_id for line in lines],
        bin=[line.bin_id for line in lines],
        lot=[line.lot_id for line in lines],
        quantity=[line.quantity for line in lines],
        unit_cost=list(costs),
        claimed=list(claims),
        value=list(values),
    )
