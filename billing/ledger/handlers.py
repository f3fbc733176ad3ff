"""The books follow the stock ledger, and what carriers and suppliers answer to claims, in the same transaction."""

from billing.ledger.actions.post_journals import Amount, Entry, post_journals
from billing.ledger.models import Journal, Purpose
from billing.ledger.tester import credit, debit, posting_event
from erp.kernel.batch import Batch
from erp.kernel.events import inline
from inventory.adjustments.models import Reason
from inventory.stock.events import StockPosted
from inventory.stock.models import StockPosting
from inventory.supplier_returns.events import SupplierAnswered
from orders.returns.events import ClaimPaid

# What each kind of stock posting changes by its value, and what stands against it. What a supplier sends to a customer
# never was inventory; what goes to another site is inventory there.
SIDES = {
    "opening": (Purpose.INVENTORY, Purpose.OPENING),
    "receipt": (Purpose.INVENTORY, Purpose.GRNI),
    "issue": (Purpose.INVENTORY, Purpose.COGS),
    "adjustment": (Purpose.INVENTORY, Purpose.ADJUSTMENT),
    "return": (Purpose.INVENTORY, Purpose.COGS),
    "scrap": (Purpose.INVENTORY, Purpose.ADJUSTMENT),
    "drop": (Purpose.COGS, Purpose.GRNI),
    "supplier": (Purpose.INVENTORY, Purpose.GRNI),
    "transfer": (Purpose.INVENTORY, Purpose.INVENTORY),
}

# The account of what is adjusted follows its reason (IV09).
REASONS = {
    "found": Purpose.SHRINKAGE,
    "lost": Purpose.SHRINKAGE,
    "damaged": Purpose.SPOILAGE,
    "expired": Purpose.SPOILAGE,
    "count": Purpose.COUNT,
    "own_use": Purpose.OWN_USE,
}


# Goods that come in, as the tester of account rules shows them; what goes out is the other way round.
for _kind, (_own, _against) in SIDES.items():
    posting_event(
        f"stock:{_kind}",
        StockPosting.Kind(_kind).label,
        debit(_own, by_class=True),
        credit(_against, by_class=True),
    )
for _reason, _purpose in REASONS.items():
    posting_event(
        f"adjustment:{_reason}",
        Reason(_reason).label,
        debit(Purpose.INVENTORY, by_class=True),
        credit(_purpose, by_class=True, otherwise=Purpose.ADJUSTMENT),
    )


@inline(StockPosted)
def post_stock_journals(batch: Batch, fact: StockPosted) -> None:
    """One journal per posting: inventory against the outside that the posting's kind names, of an adjustment against
    what its reason names; a drop shipment's two outsides against each other."""
    entries = []
    for posting in fact.postings:
        if posting.kind not in SIDES:
            continue
        own, against = SIDES[posting.kind]
        amounts = []
        for class_id, value in posting.values.items():
            amounts.append(Amount(own, value, class_id, site_id=posting.to_site_id))
            amounts.append(Amount(against, -value, class_id))
        for (reason, class_id), value in posting.reasons.items():
            amounts.append(Amount(own, value, class_id))
            amounts.append(Amount(REASONS.get(reason, against), -value, class_id, otherwise=against))
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


@inline(ClaimPaid)
def post_claim_journal(batch: Batch, fact: ClaimPaid) -> None:
    """Bank against what is recovered from carriers; a claim that is only made is in no account."""
    amounts = [Amount(Purpose.CASH, fact.amount), Amount(Purpose.RECOVERY, -fact.amount)]
    _post_claim(batch, fact, "orders.carrierclaim", fact.claim_id, amounts)


@inline(SupplierAnswered)
def post_answer_journal(batch: Batch, fact: SupplierAnswered) -> None:
    """What no credit comes for of goods that went back is a loss; the credit itself is matched with what is owed."""
    amounts = [Amount(Purpose.ADJUSTMENT, fact.lost), Amount(Purpose.GRNI, -fact.lost)]
    _post_claim(batch, fact, "inventory.supplierreturn", fact.return_id, amounts)


def _post_claim(
    batch: Batch, fact: ClaimPaid | SupplierAnswered, source: str, source_id: int, amounts: list[Amount]
) -> None:
    entry = Entry(
        kind=Journal.Kind.CLAIM.value,
        company_id=fact.company_id,
        currency=fact.currency,
        source=source,
        source_id=source_id,
        effective_at=fact.effective_at,
        accounting_on=fact.accounting_on,
        amounts=amounts,
        site_id=fact.site_id,
    )
    post_journals(batch, [entry])
