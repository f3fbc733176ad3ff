"""A line says in every channel how it is to be supplied (OC12)."""

from decimal import Decimal

import pytest
from rest_framework.test import APIClient

from erp.kernel.models import Decision
from inventory.models import Demand
from masterdata.models import Customer, Item
from orders.channels.actions.intake_order import intake_order
from orders.channels.actions.resubmit_lines import Correction, resubmit_lines
from orders.channels.models import ParkedLine
from orders.channels.rules import DocumentLine, OrderDocument, payload_of
from orders.channels.sheets import read_sheet
from orders.models import SalesOrder
from tests.factories import trading_partner, user
from tests.orders.books import assert_proven
from tests.orders.channels.edi.texts import x12_order
from tests.orders.channels.electronic import send
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Trade:
    return trade(items=4)


def client(*roles: str) -> APIClient:
    made = APIClient()
    made.force_authenticate(user(*roles))
    return made


def codes(shop: Trade) -> tuple[str, list[str]]:
    customer = Customer.objects.get(pk=shop.world.customers[0]).party.code
    return customer, list(Item.objects.order_by("pk").values_list("code", flat=True))


def test_a_program_names_it_line_by_line_and_reads_it_back(shop):
    customer, items = codes(shop)
    lines = [{"item": items[0], "quantity": "2", "supply": "drop"}, {"item": items[1], "quantity": "1"}]
    api = client("customer_service")
    made = api.post(
        "/api/v1/orders/",
        {"customer": customer, "lines": lines},
        format="json",
        headers={"Idempotency-Key": "a"},
    )
    assert made.status_code == 201, made.content
    assert list(Demand.objects.order_by("pk").values_list("supply_method", flat=True)) == ["drop", "stock"]
    number = SalesOrder.objects.get().number
    shown = api.get(f"/api/v1/orders/{number}/").json()
    assert [line["supply"] for line in shown["lines"]] == ["drop", "stock"]
    bad = api.post(
        "/api/v1/orders/",
        {"customer": customer, "lines": [{"item": items[0], "quantity": "2", "supply": "rent"}]},
        format="json",
        headers={"Idempotency-Key": "b"},
    )
    assert bad.status_code == 400


def test_a_file_has_a_column_for_it():
    text = "Customer,Item,Quantity,Supply\nC0,P0,2,Special\nC0,P1,1,\n"
    (order,) = read_sheet(text.encode()).orders
    assert [line.supply for line in order.document.lines] == ["Special", ""]
    kept = payload_of(order.document)["lines"]
    assert ["supply" in line for line in kept] == [True, False]


def test_a_parked_line_keeps_it(shop):
    customer, items = codes(shop)
    document = OrderDocument(
        customer,
        [DocumentLine("NOBODY", "2", line=1, supply="special"), DocumentLine(items[1], "1", line=2)],
    )
    taken = intake_order(shop.by(), document=document, channel="csv", source="f.csv", key="k", park_all=True)
    parked = ParkedLine.objects.get()
    assert parked.payload["supply"] == "special"
    fix = Correction(**{**parked.payload, "item": items[0]})
    resubmit_lines(shop.by(), document_id=taken.document_id, corrections=[fix], lines=[])
    assert list(Demand.objects.order_by("pk").values_list("supply_method", "ordered")) == [
        ("stock", Decimal(1)),
        ("special", Decimal(2)),
    ]


def methods() -> list[str]:
    return list(Demand.objects.order_by("pk").values_list("supply_method", flat=True))


def test_all_goods_of_a_partner_are_supplied_as_its_profile_says(shop):
    trading_partner(Customer.objects.get(pk=shop.world.customers[0]), supply="special")
    Item.objects.filter(pk=shop.world.items[1]).update(kind="service")
    (document,) = send(shop, x12_order(("P0", "5", "EA", ""), ("P1", "1", "EA", ""), ("P2", "2", "EA", "")))
    assert (document.state, methods()) == ("accepted", ["special", "special"])
    assert document.payload["supply"] == "special"
    assert Decision.objects.get(verb="orders.submit_order").outcome["supply"] == {
        "1": "special",
        "3": "special",
    }
    assert_proven()


def test_a_line_of_it_that_waited_is_supplied_so_too(shop):
    trading_partner(Customer.objects.get(pk=shop.world.customers[0]), supply="drop")
    (document,) = send(shop, x12_order(("WHO", "5", "EA", ""), ("P1", "1", "EA", "")))
    resubmit_lines(
        shop.by(), document_id=document.pk, corrections=[Correction(1, "P0", "5", "EA")], lines=[1]
    )
    assert methods() == ["drop", "drop"]


def test_what_a_line_says_itself_goes_before_its_document(shop):
    customer, items = codes(shop)
    lines = [DocumentLine(items[0], "2", line=1, supply="stock"), DocumentLine(items[1], "1", line=2)]
    document = OrderDocument(customer, lines, supply="special")
    intake_order(shop.by(), document=document, channel="edi", source="f", key="k")
    assert methods() == ["stock", "special"]


def test_without_a_profile_that_says_so_nothing_is_bought(shop):
    trading_partner(Customer.objects.get(pk=shop.world.customers[0]))
    (document,) = send(shop, x12_order(("P0", "5", "EA", "")))
    assert ("supply" in document.payload, methods()) == (False, ["stock"])
