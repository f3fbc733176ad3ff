"""The run over everything unbilled, and the paper that follows: in chunks, resumable, each once."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from billing.invoicing import documents, handlers, tasks
from billing.invoicing.actions.invoice_shipments import INVOICE
from billing.invoicing.tasks import invoice_run, start_invoice_run
from billing.models import Invoice, InvoiceDocument
from erp.kernel import clock
from erp.kernel.errors import DomainError, NotPermitted
from erp.kernel.jobs import JobRun, run_job
from erp.kernel.models import Job, OutboxEntry, User
from erp.kernel.outbox import MAX_ATTEMPTS, deliver
from masterdata.models import Company
from orders.models import SalesOrder
from tests import factories
from tests.billing.exceptions.test_resolve_exceptions import raise_price
from tests.trade import Trade

RENDER = "billing.invoicing.render_invoice"
CHARGE = "billing.invoicing.invoice_confirmed_shipments"


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def run_of(trade: Trade) -> Job:
    user, company = User.objects.get(pk=trade.world.user_id), Company.objects.get(pk=trade.world.company_id)
    return start_invoice_run(user, company, clock.now() + timedelta(seconds=1))


@pytest.mark.django_db(transaction=True)
def test_everything_clean_is_billed_in_chunks_and_the_rest_waits(
    trade: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "CHUNK", 2)
    trade.ship()  # an agreement item: its price changes
    raise_price(trade)
    for _ in range(4):
        trade.ship(2)
    row = run_of(trade)
    run_job(row.pk)
    row.refresh_from_db()
    assert (row.state, row.done, row.failed) == ("done", 5, 0)
    assert row.message == "4 invoices, 1 wait as exceptions, 0 failed"
    assert list(Invoice.objects.order_by("sequence").values_list("sequence", flat=True)) == [1, 2, 3, 4]
    run_job(run_of(trade).pk)
    assert Invoice.objects.count() == 4


@pytest.mark.django_db(transaction=True)
def test_a_bad_shipment_fails_alone(trade: Trade, monkeypatch: pytest.MonkeyPatch) -> None:
    shipments = [trade.ship() for _ in range(5)]
    real = tasks.invoice_shipments

    def failing(by: Any, *, company_id: int, shipment_ids: list[int]) -> Any:
        if shipments[2] in shipment_ids:
            raise DomainError()
        return real(by, company_id=company_id, shipment_ids=shipment_ids)

    monkeypatch.setattr(tasks, "invoice_shipments", failing)
    row = run_of(trade)
    run_job(row.pk)
    row.refresh_from_db()
    assert (row.state, row.done, row.failed) == ("done", 5, 1)
    assert set(Invoice.objects.values_list("shipment", flat=True)) == set(shipments) - {shipments[2]}


def test_a_run_goes_on_where_it_stopped(trade: Trade) -> None:
    first, second = trade.ship(), trade.ship()
    row = run_of(trade)
    Job.objects.filter(pk=row.pk).update(
        state="running", started_at=clock.now(), cursor={"after": first, "through": 1}
    )
    row.refresh_from_db()
    assert invoice_run(JobRun(row)) == "1 invoices, 0 wait as exceptions, 0 failed"
    assert Invoice.objects.get().shipment_id == second


def test_a_run_needs_the_right(trade: Trade) -> None:
    company = Company.objects.get(pk=trade.world.company_id)
    with pytest.raises(NotPermitted, match=INVOICE):
        start_invoice_run(factories.user("warehouse"), company, clock.now())
    assert not Job.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_delivering_the_same_event_twice_bills_and_prints_once(trade: Trade, media: Path) -> None:
    trade.ship()
    deliver(CHARGE)
    deliver(RENDER)
    document = InvoiceDocument.objects.get()
    assert (media / document.path).read_bytes().startswith(b"%PDF")
    OutboxEntry.objects.filter(subscriber__in=(CHARGE, RENDER)).update(done_at=None)
    deliver(CHARGE)
    deliver(RENDER)
    assert (Invoice.objects.count(), InvoiceDocument.objects.get().sha256) == (1, document.sha256)
    assert len(list(media.rglob("*.pdf"))) == 1
    assert list(media.rglob("*.part")) == []


def test_orders_taken_over_are_printed_when_somebody_looks(trade: Trade, media: Path) -> None:
    trade.invoice(trade.ship())
    SalesOrder.objects.update(channel=SalesOrder.Channel.CONVERSION)
    deliver(RENDER)
    assert not InvoiceDocument.objects.exists()
    assert documents.invoice_pdf(Invoice.objects.get()).startswith(b"%PDF")
    assert InvoiceDocument.objects.count() == 1


def test_a_changed_file_is_never_handed_out(trade: Trade, media: Path) -> None:
    trade.invoice(trade.ship())
    invoice = Invoice.objects.get()
    documents.invoice_pdf(invoice)
    (media / InvoiceDocument.objects.get().path).write_bytes(b"%PDF another")
    with pytest.raises(documents.DocumentChanged):
        documents.invoice_pdf(invoice)


@pytest.mark.django_db(transaction=True)
def test_a_failing_renderer_leaves_one_owned_dead_letter(
    trade: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    administrator = User.objects.get(pk=trade.world.user_id)
    trade.invoice(trade.ship(), trade.ship())
    bad, good = Invoice.objects.order_by("pk")
    real = handlers.store_pdf

    def failing(invoice: Invoice) -> Any:
        if invoice.pk == bad.pk:
            raise RuntimeError("renderer crashed")
        return real(invoice)

    monkeypatch.setattr(handlers, "store_pdf", failing)
    for _ in range(MAX_ATTEMPTS):
        OutboxEntry.objects.filter(subscriber=RENDER, done_at=None).update(
            due_at=clock.now() - timedelta(minutes=1)
        )
        deliver(RENDER)
    dead = OutboxEntry.objects.get(subscriber=RENDER, dead_at__isnull=False)
    assert (dead.document, dead.owner_id, "renderer crashed" in dead.error) == (
        f"invoice:{bad.pk}", administrator.pk, True,
    )  # fmt: skip
    assert InvoiceDocument.objects.get().invoice_id == good.pk
