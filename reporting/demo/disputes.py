"""What customers of the demo company hold back: the rest of invoices that they paid in part."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import F

from billing.disputes.actions.close_disputes import close_disputes
from billing.disputes.actions.open_dispute import open_dispute
from billing.disputes.actions.write_off_dispute import write_off_dispute
from billing.receivables.models import OpenItem
from erp.kernel.command import By
from masterdata.models import Company

from .masters import MAIN

# What for, the customer's own reference, what they say, and how many days ago.
TOLD = (
    ("damage", "RK-20418", "Two cartons came crushed, photos follow", 3),
    ("price", "4711-B", "Offer of March said 4 % less", 9),
    ("shortage", "", "One box short on the pallet", 16),
    ("freight", "FR-88", "Carriage was agreed as paid by you", 24),
    ("promotion", "", "Spring campaign was not deducted", 2),
)


def hold_back(by: Callable[[str, datetime], By], now: datetime) -> None:
    """Open five disputes; one was answered, of one a write-off waits for another person."""
    company = Company.objects.get(code=MAIN)
    items = OpenItem.objects.filter(company=company, open__gt=0, open__lt=F("amount")).order_by("-open", "pk")
    opened = []
    for item, (kind, claim, note, days) in zip(items[: len(TOLD)], TOLD, strict=False):
        made = open_dispute(
            by("finance", now - timedelta(days=days)),
            open_item_id=item.pk,
            kind=kind,
            amount=item.open,
            claim=claim,
            note=note,
        )
        opened.append((made.dispute_id, item.open))
    if len(opened) < len(TOLD):
        return
    first, amount = opened[0]
    if amount > Decimal(250):
        write_off_dispute(by("finance", now), dispute_id=first, amount=amount, note="Photos are convincing")
    close_disputes(
        by("finance", now),
        dispute_ids=[opened[-1][0]],
        how="recovered",
        note="The campaign began a week later",
    )
