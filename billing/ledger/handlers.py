"""The books follow the stock ledger in the same transaction."""

from billing.ledger.actions.post_journals import Amount, Entry, post_journals
from billing.ledger.models import Journal, Purpose
from erp.kernel.batch import Batch
from erp.kernel.events import inline
from inventory.stock.events import StockPosted

# What stands against inventory for each kind of stock posting.
AGAINST = {
    "opening": Purpose.OPENING,
    "receipt": Purpose.GRNI,
    "issue": Purpose.COGS,
    "adjustment": Purpose.ADJUSTMENT,
    "return": Purpose.COGS,
    "scrap": Purpose.ADJUSTMENT,
}


@inline(StockPosted)
def post_stock_journals(batch: Batch, fact: StockPosted) -> None:
    """One journal per posting: inventory against the outside that the posting's kind names."""
    entries = []
    for posting in fact.postings:
        if posting.kind not in AGAINST:
            continue
        amounts = []
        for class_id, value in posting.values.items():
            amounts.append(Amount(Purpose.INVENTORY, value, class_id))
            amounts.append(Amount(AGAINST[posting.kind], -value, class_id))
        entries.append(
            Entry(
                kind=Journal.Kind.STOCK.value,
                company_id=posting.company_id,
                currency=posting.currency,
                source="inventory.stockposting",
                source_id=posting.id,
                effective_at=posting.effective_at,
                accounting_on=posting.accounting_on,
                amounts=amounts,
                site_id=posting.site_id,
            )
        )
    post_journals(batch, entries)
