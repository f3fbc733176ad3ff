"""Customers who are billed when they have received the goods: nothing before, at once then (BI01, BI02)."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from billing.exceptions.actions.accept_exceptions import accept_exceptions
from billing.exceptions.actions.correct_exceptions import correct_exceptions
from billing.exceptions.errors import CorrectionNeeded
from billing.invoicing.actions.invoice_shipments import invoice_shipments
from billing.invoicing.tasks import ask_after_deliveries
from billing.models import Invoice, InvoiceException
from erp.kernel.actor import Actor
from erp.kernel.command import By
from erp.kernel.outbox import deliver
from inventory.models import Shipment
from inventory.outbound.actions.confirm_deliveries import Delivery, confirm_deliveries, withdraw_delivery
from inventory.outbound.errors import DeliveryRefused
from masterdata.models import Customer
from tests import factories
from tests.factories import local_day
from tests.trade import Trade

TODAY = local_day()
CHARGE = "billing.invoicing.invoice_confirmed_deliveries"
SIX_DAYS = timedelta(days=6)


@pytest.fixture
def on_delivery(trade: Trade) -> Trade:
    Customer.objects.filter(pk__in=trade.world.customers).update(billing_trigger="delivery")
    return trade


def bill(trade: Trade, shipment_id: int, later: timedelta = timedelta()) -> tuple[int, int]:
    """How many invoices a run makes, and how many shipments it stops."""
    by = trade.by(at=timezone.now() + later)
    done = invoice_shipments(by, company_id=trade.world.company_id, shipment_ids=[shipment_id])
    return len(done.invoice_ids), len(done.stopped)


def test_nothing_is_billed_on_the_way_and_everything_on_delivery(on_delivery: Trade) -> None:
    shipment_id = on_delivery.ship(3)
    assert bill(on_delivery, shipment_id) == (0, 0)
    confirm_deliveries(on_delivery.by(), deliveries=[Delivery(shipment_id, TODAY)])
    deliver(CHARGE)
    invoice = Invoice.objects.get(shipment=shipment_id)
    assert invoice.line_count == 3
    assert invoice.earned_at == Shipment.objects.get(pk=shipment_id).delivery_told_at
    assert bill(on_delivery, shipment_id) == (0, 0)


def test_others_are_billed_when_the_goods_leave(trade: Trade) -> None:
    shipment_id = trade.ship()
    assert bill(trade, shipment_id) == (1, 0)
    earned = Invoice.objects.get().earned_at
    assert earned == Shipment.objects.get(pk=shipment_id).shipped_at
    confirm_deliveries(trade.by(), deliveries=[Delivery(shipment_id, TODAY)])
    deliver(CHARGE)
    assert Invoice.objects.count() == 1


def test_a_charged_delivery_stays(on_delivery: Trade) -> None:
    shipment_id = on_delivery.ship()
    confirm_deliveries(on_delivery.by(), deliveries=[Delivery(shipment_id, TODAY)])
    deliver(CHARGE)
    with pytest.raises(DeliveryRefused, match="It is invoiced already"):
        withdraw_delivery(on_delivery.by(), shipment_id=shipment_id, reason="Wrong")
    assert Shipment.objects.get(pk=shipment_id).delivered_on == TODAY


def test_what_is_late_is_asked_after_and_put_right_in_the_queue(on_delivery: Trade, colleague: Actor) -> None:
    shipment_id = on_delivery.ship()
    assert bill(on_delivery, shipment_id, SIX_DAYS) == (0, 1)
    found = InvoiceException.objects.get(kind="pod_missing")
    assert found.detail.startswith("Billed on delivery; left on ")
    with pytest.raises(CorrectionNeeded, match="say on which day the customer received it"):
        correct_exceptions(By(colleague), exception_ids=[found.pk])
    done = correct_exceptions(
        By(colleague), exception_ids=[found.pk], delivered_on=TODAY, delivered_to="Novak"
    )
    assert (done.exception_ids, len(done.invoice_ids), done.stopped) == ([found.pk], 1, [])
    row = Shipment.objects.get(pk=shipment_id)
    assert (row.delivered_on, row.delivered_to) == (TODAY, "Novak")


def test_a_proof_that_comes_by_itself_clears_the_exception(on_delivery: Trade) -> None:
    shipment_id = on_delivery.ship()
    bill(on_delivery, shipment_id, SIX_DAYS)
    confirm_deliveries(on_delivery.by(), deliveries=[Delivery(shipment_id, TODAY)])
    deliver(CHARGE)
    found = InvoiceException.objects.get()
    assert (found.resolution, Invoice.objects.count()) == ("cleared", 1)


def test_billed_without_proof_by_decision_of_another(on_delivery: Trade, colleague: Actor) -> None:
    shipment_id = on_delivery.ship()
    bill(on_delivery, shipment_id, SIX_DAYS)
    found = InvoiceException.objects.get()
    done = accept_exceptions(By(colleague), exception_ids=[found.pk], reason="The customer has paid already")
    assert len(done.invoice_ids) == 1


def test_beat_asks_only_after_what_is_late(on_delivery: Trade) -> None:
    fresh, late = on_delivery.ship(), on_delivery.ship()
    Shipment.objects.filter(pk=late).update(shipped_at=timezone.now() - SIX_DAYS)
    ask_after_deliveries()
    ask_after_deliveries()
    assert list(InvoiceException.objects.values_list("shipment", "kind")) == [(late, "pod_missing")]
    assert not Invoice.objects.exists()
    assert fresh != late


def test_the_list_of_unbilled_says_what_it_waits_for(on_delivery: Trade, client: Client) -> None:
    client.force_login(factories.user("finance"))
    number = Shipment.objects.get(pk=on_delivery.ship()).number
    assert number in client.get("/billing/unbilled/?view=delivery").content.decode()
    assert number not in client.get("/billing/unbilled/?view=run").content.decode()
