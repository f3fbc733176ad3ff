from decimal import Decimal

import pytest

from erp.kernel.command import By
from erp.kernel.errors import KeyReused, NotPermitted
from inventory.models import SiteStock
from masterdata.models import Item
from orders.channels.actions.intake_order import IntakeResult, intake_order
from orders.channels.errors import CustomerUnknown
from orders.channels.rules import DocumentLine, OrderDocument
from orders.entry.errors import CustomerPoUsed, LineRefused, ShipToUnknown
from orders.models import IntakeDocument, ParkedLine, SalesOrder
from tests.factories import actor, item_reference
from tests.support import count_statements, run_concurrently
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db


def document(*lines: tuple[str, str], customer: str = "c0", **header: object) -> OrderDocument:
    made = [DocumentLine(item, quantity, line=place) for place, (item, quantity) in enumerate(lines, 1)]
    return OrderDocument(customer=customer, lines=made, **header)


def take(shop: Trade, wanted: OrderDocument, key: str = "k1", **options: object) -> IntakeResult:
    return intake_order(shop.by(key), document=wanted, channel="api", source="shop", key=key, **options)


def test_codes_become_an_order(shop):
    item_reference(Item.objects.get(pk=shop.world.items[1]), "OLD-1", source="AS400")
    result = take(shop, document(("p0", "3"), ("old-1", "2.0"), customer_po="X-1"))
    order = SalesOrder.objects.get()
    assert (result.number, result.state, result.parked) == (order.number, "accepted", [])
    assert (order.channel, order.customer_po) == ("api", "X-1")
    assert list(order.lines.order_by("line").values_list("item", "quantity")) == [
        (shop.world.items[0], 3),
        (shop.world.items[1], 2),
    ]
    assert IntakeDocument.objects.get().payload["lines"][1]["item"] == "old-1"


def test_bad_lines_park_and_good_ones_go_on(shop):
    Item.objects.filter(pk=shop.world.items[4]).update(status="blocked")
    lines = (
        ("p0", "1"),
        ("nope", "1"),
        ("p1", "NaN"),
        ("p2", "1e400"),
        ("p3", "0.5"),
        ("p4", "1"),
        ("", "1"),
    )
    result = take(shop, document(*lines))
    assert result.state == "partly"
    assert [(entry["line"], entry["code"]) for entry in result.parked] == [
        (2, "orders.item_unknown"),
        (3, "orders.figure_unreadable"),
        (4, "orders.figure_unreadable"),
        (5, "orders.line_refused"),
        (6, "orders.line_refused"),
        (7, "orders.item_missing"),
    ]
    assert SalesOrder.objects.get().line_count == 1
    assert ParkedLine.objects.get(line=2).reason == "No item is known as “nope”."


def test_all_or_nothing_when_asked(shop):
    with pytest.raises(LineRefused):
        take(shop, document(("p0", "1"), ("nope", "1")), partial=False)
    assert not SalesOrder.objects.exists()
    assert not IntakeDocument.objects.exists()
    parked = take(shop, document(("p0", "1"), ("nope", "1")), partial=False, park_all=True)
    assert (parked.state, parked.order_id) == ("parked", None)
    assert [entry["code"] for entry in parked.parked] == ["orders.waits_for_others", "orders.item_unknown"]
    assert not SalesOrder.objects.exists()


def test_the_same_key_gives_the_same_order_to_everybody(shop):
    first = take(shop, document(("p0", "1"), ("nope", "1")))
    assert take(shop, document(("p0", "1"), ("nope", "1"))) == first
    other = By(actor("customer_service"), key="k1")
    again = intake_order(
        other, document=document(("p0", "1"), ("nope", "1")), channel="api", source="shop", key="k1"
    )
    assert (again.order_id, again.parked) == (first.order_id, first.parked)
    with pytest.raises(KeyReused):
        intake_order(other, document=document(("p0", "2")), channel="api", source="shop", key="k1")
    assert SalesOrder.objects.count() == 1
    assert SiteStock.objects.get(item=shop.world.items[0], site=shop.world.sites[0]).reserved == Decimal(1)


def test_refusals_change_nothing(shop):
    with pytest.raises(CustomerUnknown):
        take(shop, document(("p0", "1"), customer="who"))
    with pytest.raises(ShipToUnknown):
        take(shop, document(("p0", "1"), ship_to="nowhere"))
    with pytest.raises(LineRefused):
        take(shop, document(("nope", "1")))
    with pytest.raises(NotPermitted):
        intake_order(
            By(actor("warehouse"), key="x"),
            document=document(("p0", "1")),
            channel="api",
            source="s",
            key="x",
        )
    assert not IntakeDocument.objects.exists()
    assert not SalesOrder.objects.exists()


def test_a_used_po_is_refused_or_parked(shop):
    shop.submit(1, customer_po="USED")
    with pytest.raises(CustomerPoUsed):
        take(shop, document(("p0", "1"), customer_po="used"))
    parked = take(shop, document(("p0", "1"), customer_po="used"), park_all=True)
    assert [entry["code"] for entry in parked.parked] == ["orders.customer_po_used"]
    assert SalesOrder.objects.count() == 1


def test_statements_do_not_depend_on_lines():
    shop = trade(items=500)
    counts = []
    for number in (1, 1, 10, 500):
        wanted = document(*((f"p{n}", "1") for n in range(number)))
        with count_statements() as counted:
            take(shop, wanted, key=f"key-{len(counts)}")
        counts.append(counted.statements)
    assert counts[1] == counts[2] == counts[3] <= 20


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_one_document_in_many_hands_makes_one_order(shop):
    hands = [By(actor("customer_service"), key="k1") for _ in range(6)]

    def deliver(by: By) -> IntakeResult:
        return intake_order(by, document=document(("p0", "1")), channel="api", source="s", key="k1")

    results = run_concurrently(deliver, hands)
    assert SalesOrder.objects.count() == 1
    assert IntakeDocument.objects.count() == 1
    assert {type(result) for result in results} <= {IntakeResult, KeyReused}
