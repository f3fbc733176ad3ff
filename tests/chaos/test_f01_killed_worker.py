"""F1: the worker is killed while it bills: first the children of its pool, then its main process."""

import time
from collections.abc import Callable

from billing.invoicing.models import Invoice
from tests.chaos.locks import HeldRow, waiting_sessions
from tests.chaos.shop import Shop
from tests.chaos.stack import PrivateStack
from tests.chaos.waiting import until

SHIPMENTS, FIRST = 500, 100
SERIES = "SELECT 1 FROM kernel_numberseries WHERE code = 'invoice' FOR NO KEY UPDATE"


def test_a_killed_run_is_taken_up_again(
    stack: PrivateStack, shop: Shop, measure: Callable[..., None]
) -> None:
    shipments = shop.picked(SHIPMENTS)
    invoices = Invoice.objects.filter(shipment__in=shipments)
    shop.confirm(shipments[:FIRST])
    until(lambda: invoices.count() == FIRST, "the first hundred are invoiced", also=stack.last_words)

    # The number series is the last thing that a run locks: while we hold it, a run has written everything and
    # committed nothing. That is the moment to die.
    with HeldRow(stack, SERIES) as held:
        shop.confirm(shipments[FIRST:])
        orphans = until(held.waiting, "a run stands before its last statement", also=stack.last_words)
        child_killed = time.monotonic()
        stack.kill_children("worker")
        # The server notices that its client is gone when the lock timeout ends the statement.
        until(
            lambda: not orphans & waiting_sessions(), "the killed run is rolled back", also=stack.last_words
        )
        until(held.waiting, "another run stands there", also=stack.last_words)
        measure("F1: kill -9 of the pool's children until a new run was as far", child_killed)
        main_killed = time.monotonic()
        stack.kill("worker")
        assert invoices.count() == FIRST
    until(lambda: invoices.count() >= SHIPMENTS, "all are invoiced", seconds=120, also=stack.last_words)
    measure("F1: kill -9 of the worker until 400 shipments were invoiced", main_killed)

    assert sorted(invoices.values_list("shipment_id", flat=True)) == sorted(shipments)
    numbers = sorted(
        int(number.removeprefix("INV-")) for number in Invoice.objects.values_list("number", flat=True)
    )
    assert numbers == list(range(1, len(numbers) + 1))
