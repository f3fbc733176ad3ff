"""Opening stock of one site, as ledger facts (CU14)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from erp.kernel.access import permit
from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput, NotFound
from inventory.stock.models import Status, StockPosting
from inventory.stock.reads import lock_balances, lock_site_stock

from .post_increase import Increase, Source, post_increase

POST_OPENING = permit("inventory.post_opening_stock", "process_owner")

SITE = """
SELECT s.company_id, c.currency FROM masterdata_site s JOIN masterdata_company c ON c.id = s.company_id
WHERE s.id = %s::bigint"""
KITS = (
    "SELECT i.code FROM masterdata_item i WHERE i.id = ANY(%s::bigint[]) AND i.kind = 'kit' ORDER BY i.code"
)


@dataclass(frozen=True, slots=True)
class OpeningLine:
    """Quantity in the stock unit, value in the company's currency."""

    item_id: int
    bin_id: int
    quantity: Decimal
    value: Decimal
    lot_id: int | None = None


@dataclass(frozen=True, slots=True)
class PostedStock:
    posting_id: int


@command("inventory.post_opening_stock")
def post_opening_stock(batch: Batch, *, site_id: int, lines: Sequence[OpeningLine]) -> PostedStock:
    """Put quantities and values into a site's stock against the opening balance account."""
    rows = batch.read(SITE, site_id)
    if not rows:
        raise NotFound(what="site", reference=site_id)
    ((company_id, currency),) = rows
    batch.actor.require(POST_OPENING, company=company_id, site=site_id)
    if any(line.quantity <= 0 or line.value < 0 for line in lines):
        raise BadInput(field="quantity", reason="Opening quantities are above zero and values not negative.")
    if kits := batch.read(KITS, [line.item_id for line in lines]):
        words = _("%(code)s is a kit and never in stock. Post its components.")
        raise BadInput(field="item", reason=words % {"code": kits[0][0]})
    accounting_on, stock = lock_site_stock(
        batch,
        company_id=company_id,
        site_id=site_id,
        item_ids=[line.item_id for line in lines],
        effective_at=batch.now,
        ensure=True,
    )
    places = [(line.item_id, line.bin_id, line.lot_id, Status.AVAILABLE.value) for line in lines]
    balance_ids = lock_balances(batch, site_id=site_id, places=places)
    posting_id = post_increase(
        batch,
        source=Source(
            kind=StockPosting.Kind.OPENING.value,
            company_id=company_id,
            site_id=site_id,
            currency=currency,
            document="masterdata.site",
            document_id=site_id,
            accounting_on=accounting_on,
        ),
        increases=[
            Increase(place, line.quantity, line.value) for place, line in zip(places, lines, strict=True)
        ],
        stock=stock,
        balance_ids=balance_ids,
    )
    return PostedStock(posting_id)
