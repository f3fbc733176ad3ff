"""Two people, or two workers, at the same thing at the same moment: one effect, and the books stay right."""

from collections import Counter
from collections.abc import Iterator

import pytest

from billing.models import Invoice
from erp.kernel.command import By
from erp.kernel.models import OutboxEntry
from erp.kernel.outbox import Delivered, deliver
from erp.kernel.proofs import prove, results_of
from inventory.models import Shipment, StockBalance, StockPosting
from inventory.outbound.actions.confirm_shipments import confirm_shipments
from inventory.outbound.actions.release_groups import release_groups
from inventory.outbound.errors import NothingToRelease
from orders.models import SalesOrder
from tests.support import run_concurrently
from tests.trade import Trade, trade

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]

BILLING = "billing.invoicing.invoice_confirmed_shipments"


@pytest.fixture
def shop() -> Trade:
    return trade(items=6)


@pytest.fixture(autouse=True)
def proven() -> Iterator[None]:
    yield
    red = [result for result in results_of(prove()) if not result.green]
    assert not red, red


def test_four_workers_deliver_each_fact_once(shop: Trade) -> None:
    shipments = [shop.ship(lines=2) for _ in range(12)]
    results = run_concurrently(lambda _: deliver(BILLING), range(4))
    assert all(isinstance(result, Delivered) for result in results), results
    assert sum(result.handled for result in results) == len(shipments)
    assert Counter(Invoice.objects.values_list("shipment_id", flat=True)) == Counter(shipments)
    assert not OutboxEntry.objects.filter(subscriber=BILLING, done_at=None).exists()


def test_a_group_is_released_once(shop: Trade) -> None:
    group_id = SalesOrder.objects.get(pk=shop.submit(lines=3).order_id).group_id

    def release(number: int) -> object:
        return release_groups(By(shop.actor, key=f"release-{number}"), group_ids=[group_id], strict=True)

    results = run_concurrently(release, range(4))
    assert sum(not isinstance(result, Exception) for result in results) == 1
    assert Counter(type(result) for result in results if isinstance(result, Exception)) == {
        NothingToRelease: 3
    }
    assert Shipment.objects.filter(group=group_id).count() == 1
    assert sum(StockBalance.objects.values_list("allocated", flat=True)) == 3


def test_a_shipment_leaves_once(shop: Trade) -> None:
    shipment_id = shop.release(shop.submit(lines=3).order_id)
    shop.pick(shipment_id)
    results = run_concurrently(
        lambda number: confirm_shipments(By(shop.actor, key=f"ship-{number}"), shipment_ids=[shipment_id]),
        range(4),
    )
    assert [result for result in results if isinstance(result, Exception)] == []
    assert StockPosting.objects.filter(source="inventory.shipment", source_id=shipment_id).count() == 1
