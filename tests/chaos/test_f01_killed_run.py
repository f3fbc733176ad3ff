"""F1 by the invoice run: the worker is killed, or the run cancelled, in the middle of a job over many shipments."""

import time
from collections.abc import Callable, Sequence
from datetime import timedelta

from django.db.models.functions import Now

from billing.invoicing.models import Billable, Invoice
from billing.invoicing.tasks import CHUNK, start_invoice_run
from erp.kernel import clock
from erp.kernel.jobs import STALLED_AFTER, cancel_job, resume_job
from erp.kernel.models import Job, OutboxEntry
from masterdata.models import Company
from tests.chaos.locks import HeldRow, waiting_sessions
from tests.chaos.shop import Shop
from tests.chaos.stack import PrivateStack
from tests.chaos.waiting import until

TRICKLE = OutboxEntry.objects.filter(subscriber="billing.invoicing.invoice_confirmed_shipments", done_at=None)
PATIENCE_S = 2 * STALLED_AFTER.total_seconds() + 60


def test_a_killed_run_goes_on_in_the_next_worker(
    stack: PrivateStack, shop: Shop, measure: Callable[..., None]
) -> None:
    shipments = unbilled(stack, shop, 500)
    # The run bills three hundred, and stands in its second chunk before a row that we hold.
    with HeldRow(stack, billable_of(shipments[CHUNK + 50])) as held:
        row = run(stack, shop)
        orphans = stands(stack, held)
        assert billed(shipments) == CHUNK
        killed = time.monotonic()
        stack.kill_children("worker")
    until(lambda: not orphans & waiting_sessions(), "the killed chunk is rolled back", also=stack.last_words)
    assert billed(shipments) == CHUNK
    with HeldRow(stack, billable_of(shipments[CHUNK + 50])) as held:
        stands(stack, held)
        measure("F1: kill -9 of the pool's children until the run was as far again", killed)
        killed = time.monotonic()
        stack.kill("worker")
    ends(stack, row, Job.State.DONE)
    measure("F1: kill -9 of the worker until the run was through", killed)

    assert (row.done, row.failed) == (500, 0)
    assert row.message == "500 invoices, 0 wait as exceptions, 0 failed"
    assert_each_once(shipments)
    TRICKLE.update(due_at=Now())
    until(lambda: not TRICKLE.exists(), "the trickle finds nothing left to charge", also=stack.last_words)
    assert_each_once(shipments)


def test_a_cancelled_run_stops_between_chunks_and_can_go_on(stack: PrivateStack, shop: Shop) -> None:
    shipments = unbilled(stack, shop, CHUNK + 20)
    with HeldRow(stack, billable_of(shipments[50])) as held:
        row = run(stack, shop)
        stands(stack, held)
        cancel_job(row)
    ends(stack, row, Job.State.CANCELLED)
    assert (row.done, billed(shipments)) == (CHUNK, CHUNK)
    assert Billable.objects.filter(shipment__in=shipments, billed=0).count() == 20

    resume_job(row)
    ends(stack, row, Job.State.DONE)
    assert row.done == CHUNK + 20
    assert_each_once(shipments)
    TRICKLE.update(due_at=Now())


def unbilled(stack: PrivateStack, shop: Shop, number: int) -> list[int]:
    """Shipments that have left and that only a run will charge: their own events are put off."""
    shipments = sorted(shop.picked(number))
    stack.halt("beat", "worker")
    shop.confirm(shipments)
    TRICKLE.update(due_at=clock.now() + timedelta(hours=1))
    return shipments


def billable_of(shipment_id: int) -> str:
    return f"SELECT 1 FROM billing_billable WHERE shipment_id = {shipment_id} FOR NO KEY UPDATE"


def run(stack: PrivateStack, shop: Shop) -> Job:
    row = start_invoice_run(shop.user, Company.objects.get(pk=shop.world.company_id), clock.now())
    stack.resume("worker", "beat")
    return row


def stands(stack: PrivateStack, held: HeldRow) -> set[int]:
    """Sessions of a run that waits for the row that we hold."""
    return until(held.waiting, "the run stands in mid-work", seconds=PATIENCE_S, also=stack.last_words)


def ends(stack: PrivateStack, row: Job, state: str) -> None:
    def ended() -> bool:
        row.refresh_from_db()
        return row.state == state

    until(ended, f"the run is {state}", seconds=PATIENCE_S, also=stack.last_words)


def billed(shipments: Sequence[int]) -> int:
    return Invoice.objects.filter(shipment__in=shipments).count()


def assert_each_once(shipments: Sequence[int]) -> None:
    """One invoice per shipment, and no number left out."""
    of_these = Invoice.objects.filter(shipment__in=shipments).values_list("shipment", flat=True)
    assert sorted(of_these) == list(shipments)
    numbers = sorted(Invoice.objects.filter(kind="invoice").values_list("sequence", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
