"""What must hold after every verb of orders: the figures kept beside the rows are their sums."""

from decimal import Decimal

from django.db.models import Sum

from erp.kernel.proofs import prove, results_of
from inventory.models import Commitment, Demand, SiteStock, Supply
from orders.models import CreditAccount, SalesOrder


def assert_proven(*numbers: str) -> None:
    """These proofs (none named: all of them) are green; else the rows that they found are shown."""
    found = {each.proof: (each.error, each.sample) for each in results_of(prove(numbers)) if not each.green}
    assert found == {}, found


def assert_kept(bill_to_id: int) -> None:
    """Reservations, supplies, totals and exposure are what their rows add up to."""
    for demand in Demand.objects.all():
        own = demand.commitments.filter(supply=None).aggregate(sum=Sum("quantity"))["sum"] or 0
        assert demand.reserved == own, demand.pk
    for stock in SiteStock.objects.exclude(reserved=0):
        held = Commitment.objects.filter(supply=None, demand__item=stock.item_id, demand__site=stock.site_id)
        assert stock.reserved == held.aggregate(sum=Sum("quantity"))["sum"], stock.pk
    for supply in Supply.objects.all():
        assert supply.committed == (supply.commitments.aggregate(sum=Sum("quantity"))["sum"] or 0)
    for order in SalesOrder.objects.all():
        assert order.net == sum((line.net for line in order.lines.all()), Decimal(0))
        assert order.gross == order.net + order.tax
    account = CreditAccount.objects.get(customer=bill_to_id)
    counted = SalesOrder.objects.filter(bill_to=bill_to_id, state="submitted").exclude(
        holds__kind="credit", holds__released_at=None
    )
    assert account.exposure == sum((order.open_gross for order in counted), Decimal(0))
