"""Proof of delivery: what is recorded, told twice, refused and taken back."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from erp.kernel.command import By
from erp.kernel.errors import BadInput, DomainError, NotFound
from erp.kernel.models import Decision, OutboxEntry
from inventory.models import Shipment
from inventory.outbound.actions.confirm_deliveries import Delivery, confirm_deliveries, withdraw_delivery
from inventory.outbound.actions.reverse_shipment import reverse_shipment
from inventory.outbound.errors import DeliveryRefused, ReasonMissing, ReverseRefused
from tests import factories
from tests.factories import local_day
from tests.support import count_statements
from tests.trade import Trade
from tests.trade import trade as make_trade

TODAY = local_day()


@pytest.fixture
def trade(db: None) -> Trade:
    return make_trade()


def recorded(shipment_id: int) -> tuple[Any, ...]:
    row = Shipment.objects.get(pk=shipment_id)
    return row.delivered_on, row.delivered_to, row.delivery_told_at is not None, row.version


def test_a_delivery_is_recorded_once_and_told(trade: Trade) -> None:
    first, second = trade.ship(), trade.ship(2)
    told = [Delivery(second, TODAY), Delivery(first, TODAY, " P. Novak ")]
    before = recorded(first)[3]
    assert confirm_deliveries(trade.by(), deliveries=told).shipment_ids == [first, second]
    assert recorded(first) == (TODAY, "P. Novak", True, before + 1)
    assert recorded(second)[:3] == (TODAY, "", True)
    topic = OutboxEntry.objects.filter(topic="inventory.delivery_confirmed.v1")
    assert sorted(topic.values_list("payload__shipment_id", flat=True)) == [first, second]

    assert confirm_deliveries(trade.by(), deliveries=told).shipment_ids == [first, second]
    assert recorded(first)[3] == before + 1
    assert Decision.objects.filter(verb="inventory.confirm_deliveries").count() == 2


@pytest.mark.parametrize(
    ("days", "said"),
    [(-1, "it cannot have arrived before"), (1, "a day that is still to come proves nothing")],
)
def test_a_day_that_cannot_be_is_refused_for_all(trade: Trade, days: int, said: str) -> None:
    good, bad = trade.ship(), trade.ship()
    told = [Delivery(good, TODAY), Delivery(bad, TODAY + timedelta(days=days))]
    with pytest.raises(DeliveryRefused, match=said):
        confirm_deliveries(trade.by(), deliveries=told)
    assert recorded(good)[:3] == recorded(bad)[:3] == (None, "", False)


def test_what_has_not_left_or_is_on_record_is_refused(trade: Trade) -> None:
    released = trade.release(trade.submit().order_id)
    with pytest.raises(DeliveryRefused, match="it has not left"):
        confirm_deliveries(trade.by(), deliveries=[Delivery(released, TODAY)])
    shipped = trade.ship()
    confirm_deliveries(trade.by(), deliveries=[Delivery(shipped, TODAY, "Novak")])
    with pytest.raises(DeliveryRefused, match="Take that back first"):
        confirm_deliveries(trade.by(), deliveries=[Delivery(shipped, TODAY, "Somebody else")])
    assert recorded(shipped)[:2] == (TODAY, "Novak")
    with pytest.raises(BadInput, match="name each shipment once"):
        confirm_deliveries(trade.by(), deliveries=[Delivery(shipped, TODAY), Delivery(shipped, TODAY)])
    with pytest.raises(NotFound):
        confirm_deliveries(trade.by(), deliveries=[Delivery(shipped + 999, TODAY)])


def test_a_wrong_record_is_taken_back_with_a_reason(trade: Trade) -> None:
    shipment_id = trade.ship()
    withdraw_delivery(trade.by(), shipment_id=shipment_id, reason="")  # nothing to take back
    confirm_deliveries(trade.by(), deliveries=[Delivery(shipment_id, TODAY, "Novak")])
    with pytest.raises(ReasonMissing):
        withdraw_delivery(trade.by(), shipment_id=shipment_id, reason=" ")
    with pytest.raises(ReverseRefused, match="its delivery is on record"):
        reverse_shipment(trade.by(), shipment_id=shipment_id, reason="Came back")
    assert recorded(shipment_id)[:2] == (TODAY, "Novak")

    withdraw_delivery(trade.by(), shipment_id=shipment_id, reason="Another customer's note")
    assert recorded(shipment_id)[:3] == (None, "", False)
    why = Decision.objects.get(verb="inventory.withdraw_delivery")
    assert why.outcome["sentence"] == "Another customer's note"
    reverse_shipment(trade.by(), shipment_id=shipment_id, reason="Came back")


def test_who_may(trade: Trade) -> None:
    shipment_id = trade.ship()
    buyer, clerk = factories.actor("procurement"), factories.actor("customer_service")
    with pytest.raises(DomainError):
        confirm_deliveries(By(buyer), deliveries=[Delivery(shipment_id, TODAY)])
    assert recorded(shipment_id)[0] is None
    confirm_deliveries(By(clerk), deliveries=[Delivery(shipment_id, TODAY)])
    with pytest.raises(DomainError):
        withdraw_delivery(By(clerk), shipment_id=shipment_id, reason="Wrong")
    assert recorded(shipment_id)[0] == TODAY


def test_statements_do_not_depend_on_the_number_of_shipments(trade: Trade) -> None:
    def taken(shipments: int) -> int:
        told = [Delivery(trade.ship(), TODAY) for _ in range(shipments)]
        with count_statements() as counted:
            confirm_deliveries(trade.by(), deliveries=told)
        return counted.statements

    taken(1)
    assert taken(2) == taken(9)


def test_by_page_and_by_program(trade: Trade, client: Client) -> None:
    client.force_login(factories.user("warehouse"))
    first, second = trade.ship(), trade.ship()
    page = client.get(f"/inventory/shipments/{first}/").content.decode()
    assert "Record delivery" in page
    sent = {"delivered_on": "t", "delivered_to": "Novak", "key": "page-1"}
    assert client.post(f"/inventory/shipments/{first}/deliver/", sent).status_code == 302
    page = client.get(f"/inventory/shipments/{first}/").content.decode()
    assert "Novak" in page and "Take delivery back" in page and "Reverse shipment" not in page
    refused = client.post(
        f"/inventory/shipments/{second}/deliver/", {**sent, "delivered_on": "31.12.2099", "key": "p2"}
    )
    assert refused.status_code == 422
    assert "a day that is still to come proves nothing" in refused.content.decode()

    number = Shipment.objects.get(pk=second).number
    body = {"deliveries": [{"shipment": number, "delivered_on": TODAY.isoformat(), "delivered_to": "Depot"}]}
    answer = client.post(
        "/api/v1/shipments/deliveries/",
        body,
        content_type="application/json",
        headers={"Idempotency-Key": "d-1"},
    )
    assert (answer.status_code, answer.json()) == (200, {"shipments": [number]})
    shown = client.get(f"/api/v1/shipments/{second}/").json()
    assert (shown["delivered_on"], shown["delivered_to"]) == (TODAY.isoformat(), "Depot")
    taken_back = client.post(
        f"/api/v1/shipments/{second}/withdraw-delivery/",
        {"reason": "Wrong depot"},
        content_type="application/json",
        headers={"Idempotency-Key": "d-2"},
    )
    assert (taken_back.status_code, taken_back.json()["delivered_on"]) == (200, None)
