"""Kits are charged once, whole, at their own price; what they cost is what their components cost (OC14, OC20)."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing.invoicing.documents import document_context
from billing.models import Billable, Invoice, InvoiceLine
from erp.kernel.proofs import prove, results_of
from inventory.models import Demand, Shipment
from inventory.outbound.actions.confirm_shipments import confirm_shipments
from inventory.outbound.actions.release_groups import release_groups
from inventory.outbound.actions.reverse_shipment import reverse_shipment
from inventory.outbound.errors import ReverseRefused
from masterdata.policies import snapshot
from orders.entry.actions.cancel_order import cancel_order
from orders.models import SalesOrder
from orders.returns.actions.request_return import request_return
from orders.returns.errors import ReturnLineRefused
from orders.returns.queries import returnable_lines
from orders.returns.rules import ReturnLineRequest
from tests.orders.books import assert_proven
from tests.orders.kits import deliver, figures, kit_of, of, part, receive, take_parts
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Trade:
    return trade()


def order_of(shop: Trade, *lines: object) -> SalesOrder:
    return SalesOrder.objects.get(pk=shop.submit(list(lines)).order_id)


def billables() -> list[tuple[object, ...]]:
    rows = Billable.objects.filter(withdrawn_at=None).order_by("pk")
    return list(rows.values_list("kind", "quantity", "cost"))


def test_whole_kits_are_charged_with_the_delivery_that_completes_them(shop):
    bolt, nut = part(shop, 100, cost=2), part(shop, 7, cost=3)
    kit = kit_of({bolt: 4, nut: 2}, price=50)
    order = order_of(shop, of(kit, 5), of(bolt, 2))
    first = deliver(shop, order.pk)
    assert sorted(billables()) == [("kit", 3, 42), ("shipment", 2, 4)]
    shop.invoice(first.pk)
    assert list(InvoiceLine.objects.order_by("line").values_list("item", "quantity", "net", "cost")) == [
        (kit.pk, 3, 150, 42), (bolt.pk, 2, 2 * order.lines.get(line=2).unit_price, 4),
    ]  # fmt: skip
    receive(shop, nut, 10)
    second = deliver(shop, order.pk)
    shop.invoice(second.pk)
    assert sorted((row[0], row[1]) for row in billables()) == [("kit", 2), ("kit", 3), ("shipment", 2)]
    order.refresh_from_db()
    assert (order.open_net, order.open_gross) == (0, 0)
    assert sum(Invoice.objects.values_list("net", flat=True)) == order.net
    (line, _price, contents) = document_context(Invoice.objects.get(shipment=second))["lines"][0]
    assert (line.quantity, [(item.code, quantity) for item, quantity in contents]) == (
        2, [(bolt.code, 8), (nut.code, 4)],
    )  # fmt: skip
    assert_proven()


def test_parts_are_charged_once_all_of_a_kit_has_left(shop):
    take_parts()
    bolt, nut = part(shop, 20, cost=2), part(shop, 0)
    order = order_of(shop, of(kit_of({bolt: 4, nut: 2}, price=50), 5))
    first = deliver(shop, order.pk)
    assert billables() == []
    assert shop.invoice(first.pk).invoice_ids == []
    receive(shop, nut, 3)
    deliver(shop, order.pk)
    # one kit, with all the bolts that have left and are in no kit before
    assert billables() == [("kit", 1, 58)]
    receive(shop, nut, 7)
    deliver(shop, order.pk)
    assert billables() == [("kit", 1, 58), ("kit", 4, 42)]
    with pytest.raises(ReverseRefused) as refusal:
        reverse_shipment(shop.by(), shipment_id=first.pk, reason="Wrong truck")
    assert "make kits with those of SH-" in str(refusal.value)
    assert Shipment.objects.get(pk=first.pk).state == "shipped"
    assert_proven()


def test_several_deliveries_at_once_are_charged_each_for_its_own(shop):
    bolt, nut = part(shop, 100, cost=2), part(shop, 4, cost=3)
    order = order_of(shop, of(kit_of({bolt: 4, nut: 2}), 5))
    shipments = [shop.release(order.pk)]
    receive(shop, nut, 6)
    shipments += [shop.release(order.pk)]
    for shipment in shipments:
        shop.pick(shipment)
    confirm_shipments(shop.by(), shipment_ids=shipments)
    found = Billable.objects.order_by("shipment").values_list("shipment", "quantity")
    assert list(found) == [(shipments[0], 2), (shipments[1], 3)]
    assert_proven()


def test_a_reversed_delivery_is_charged_when_it_leaves_again(shop):
    bolt, nut = part(shop, 100, cost=2), part(shop, 100, cost=3)
    order = order_of(shop, of(kit_of({bolt: 4, nut: 2}), 5))
    shipment = deliver(shop, order.pk)
    reverse_shipment(shop.by(), shipment_id=shipment.pk, reason="Wrong truck")
    assert (billables(), figures(order.pk, "shipped", "reserved")) == ([], [(0, 20), (0, 10)])
    deliver(shop, order.pk)
    assert billables() == [("kit", 5, 70)]
    assert_proven()


def test_kits_do_not_come_back_by_the_piece(shop):
    bolt = part(shop, 100, code="BOLT-8")
    order = order_of(shop, of(kit_of({bolt: 4}, code="KIT-8"), 5), of(bolt, 2))
    shipment = deliver(shop, order.pk)
    in_kit = shipment.lines.get(demand__kit__isnull=False)
    assert [row.line.item for row in returnable_lines(order)] == [bolt]
    assert [row.line.shipped for row in returnable_lines(order)] == [2]
    with pytest.raises(ReturnLineRefused) as refusal:
        request_return(
            shop.by(), order_id=order.pk, lines=[ReturnLineRequest(in_kit.pk, Decimal(4), "not_needed")]
        )
    assert "BOLT-8 left in the kit KIT-8" in str(refusal.value)
    in_kit.refresh_from_db()
    assert in_kit.returned == 0


verbs = st.sampled_from(["deliver", "invoice", "cancel", "reverse", "bill all"])
steps = st.lists(st.tuples(st.integers(0, 1), st.integers(1, 9), verbs), min_size=1, max_size=7)


@given(st.booleans(), st.integers(1, 6), st.tuples(st.integers(1, 4), st.integers(1, 4)), st.data())
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happens_kits_delivered_are_kits_charged(shop, parts, kits, per_kit, data):
    """Receipts, deliveries, reversals, invoices and a cancellation in any order: every proof stays green."""
    snapshot.assume(snapshot.Snapshot())
    if parts:
        take_parts()
    items = [part(shop, data.draw(st.integers(0, 12), label="stock")) for _ in per_kit]
    kit = kit_of(dict(zip(items, per_kit, strict=True)), price=33)
    order = order_of(shop, of(kit, kits))
    shipped: list[int] = []
    for place, quantity, verb in data.draw(steps, label="steps"):
        receive(shop, items[place], quantity)
        made = release_groups(shop.by(), group_ids=[order.group_id]).shipment_ids
        for shipment in made:
            shop.pick(shipment)
            confirm_shipments(shop.by(), shipment_ids=[shipment])
            shipped.append(shipment)
        if verb == "invoice" and shipped:
            shop.invoice(shipped[-1])
        elif verb == "bill all" and shipped:
            shop.invoice(*shipped)
        elif verb == "reverse" and shipped:
            try:
                reverse_shipment(shop.by(), shipment_id=shipped[-1], reason="Wrong truck")
                shipped.pop()
            except ReverseRefused:
                pass
        elif verb == "cancel":
            order.refresh_from_db()
            if order.state == "submitted":
                cancel_order(shop.by(), order_id=order.pk, version=order.version, reason="Enough")
        rows = Demand.objects.filter(line_demand__line__order=order)
        delivered = min(row.shipped // row.per_kit for row in rows)
        charged = sum(
            Billable.objects.filter(order=order, withdrawn_at=None).values_list("quantity", flat=True)
        )
        assert charged == delivered
        wanted = {(row.ordered - row.cancelled) / row.per_kit for row in rows}
        assert len(wanted) == 1
        if not parts:
            assert len({row.shipped / row.per_kit for row in rows}) == 1
    if shipped:
        shop.invoice(*shipped)
    order.refresh_from_db()
    billed = sum(Invoice.objects.filter(order=order).values_list("net", flat=True))
    assert billed == order.net - order.open_net
    found = {each.proof: each.sample for each in results_of(prove()) if not each.green and each.proof != "B1"}
    assert found == {}
