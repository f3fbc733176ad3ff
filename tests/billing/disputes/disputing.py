"""What tests of disputes begin with."""

from decimal import Decimal

from billing.disputes.actions.open_dispute import open_dispute
from billing.models import Dispute, OpenItem
from erp.kernel.actor import Actor
from erp.kernel.command import By

PROOFS = ("G1", "G2", "G3", "G4", "G5", "G8", "G20", "G21", "G22", "K18")


def disputed(
    item: OpenItem, by: Actor, amount: Decimal | int = 30, kind: str = "price", **more: str
) -> Dispute:
    """A dispute over a part of an item."""
    made = open_dispute(By(by), open_item_id=item.pk, kind=kind, amount=Decimal(amount), **more)
    return Dispute.objects.get(pk=made.dispute_id)


def figures(item: OpenItem) -> tuple[Decimal, Decimal]:
    """What of an item is open, and disputed."""
    item.refresh_from_db()
    return item.open, item.disputed


def outcomes(dispute: Dispute) -> list[tuple[str, str, Decimal]]:
    """What came of a dispute: kind, state and amount, in order."""
    return list(dispute.outcomes.order_by("pk").values_list("kind", "state", "amount"))
