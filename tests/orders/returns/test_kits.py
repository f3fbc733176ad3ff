"""Kits are asked back whole, by component (ADR 10, ADR 18)."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from erp.kernel.command import By
from erp.kernel.models import Decision
from inventory.models import Lot, ShipmentLine
from inventory.stock.actions.post_opening_stock import OpeningLine, post_opening_stock
from masterdata.models import Item
from orders.models import CustomerReturn, OrderLine, ReturnLine, SalesOrder
from orders.returns.actions.approve_return import approve_return
from orders.returns.actions.request_return import request_return
from orders.returns.errors import ReturnLineRefused
from orders.returns.kits import ReturnKitRequest
from orders.returns.queries import returnable
from orders.returns.rules import ReturnLineRequest
from tests import factories
from tests.orders.books import assert_proven
from tests.orders.kits import deliver, kit_of, of, part
from tests.orders.returns.kits import ask, bin_of, count_in, line_of, sold
from tests.support import count_statements, run_concurrently
from tests.trade import Trade, trade

D = Decimal


@pytest.fixture
def shop(db: None) -> Trade:
    return trade(items=3)


def test_each_component_is_a_line_for_its_share_of_the_price(shop: Trade) -> None:
    order, bolt, nut = sold(shop)
    rma = ask(shop, order)
    found = list(rma.lines.order_by("line").values_list("item", "quantity", "kits", "net", "order_line"))
    # 8 and 6 of cost in a kit: 2 × 8/14 and the rest of the two
    own = line_of(order).pk
    assert found == [
        (bolt.pk, 8, D("1.142857"), D("57.14"), own), (nut.pk, 4, D("0.857143"), D("42.86"), own),
    ]  # fmt: skip
    assert rma.net == 100
    assert dict(ShipmentLine.objects.values_list("item", "returned")) == {bolt.pk: 8, nut.pk: 4}
    why = Decision.objects.get(verb="orders.request_return").outcome
    assert [D(each) for each in why["kits"]] == [D("1.142857"), D("0.857143")]
    _rows, (kit,) = returnable(order)
    assert (kit.line, kit.left, kit.lots) == (line_of(order), 3, [])
    assert_proven()


@pytest.mark.parametrize(
    ("kits", "reason", "said"),
    [
        (6, "defective", "6 kits are more than the 5 that were shipped whole"),
        ("1.5", "defective", "in kits with 0 decimals"),
        (0, "defective", "above zero"),
        (1, "tired", "choose one of the reasons"),
    ],
)
def test_what_cannot_come_back_is_refused_and_nothing_changes(
    shop: Trade, kits: object, reason: str, said: str
) -> None:
    order, _bolt, _nut = sold(shop)
    with pytest.raises(ReturnLineRefused, match=said):
        ask(shop, order, kits, reason)
    assert not CustomerReturn.objects.exists()
    assert set(ShipmentLine.objects.values_list("returned", flat=True)) == {0}


def test_only_kits_of_the_order_that_left_come_back(shop: Trade) -> None:
    order, bolt, _nut = sold(shop)
    other = shop.submit([of(bolt, 1)])
    plain = OrderLine.objects.get(order=other.order_id).pk
    for order_id, line_id in ((order.pk, plain), (other.order_id, line_of(order).pk), (order.pk, 0)):
        with pytest.raises(ReturnLineRefused, match="no kit of this order"):
            request_return(shop.by(), order_id=order_id, kits=[ReturnKitRequest(line_id, D(1), "defective")])
    waiting = shop.submit([of(Item.objects.get(code="KIT-R"), 1)])
    line = OrderLine.objects.get(order=waiting.order_id)
    with pytest.raises(ReturnLineRefused, match="no kit of this order that has shipped"):
        request_return(
            shop.by(), order_id=waiting.order_id, kits=[ReturnKitRequest(line.pk, D(1), "defective")]
        )


def test_pieces_and_kits_come_back_in_one_return(shop: Trade) -> None:
    bolt = part(shop, 100, cost=2, code="BOLT")
    order = SalesOrder.objects.get(
        pk=shop.submit([of(kit_of({bolt: 4}, code="KIT-R"), 2), of(bolt, 3)]).order_id
    )
    shipment = deliver(shop, order.pk)
    loose = shipment.lines.get(demand__kit=None)
    made = request_return(
        shop.by(),
        order_id=order.pk,
        lines=[ReturnLineRequest(loose.pk, D(1), "defective")],
        kits=[ReturnKitRequest(line_of(order).pk, D(1), "defective")] * 2,
    )
    found = (
        ReturnLine.objects.filter(rma=made.return_id).order_by("line").values_list("quantity", "kits", "net")
    )
    assert list(found) == [(1, None, 10), (4, 1, 50), (4, 1, 50)]
    assert returnable(order)[1] == []


@pytest.mark.django_db(transaction=True)
def test_the_last_kits_are_asked_back_once(shop: Trade) -> None:
    order, _bolt, _nut = sold(shop, 3)

    def take(_n: int) -> str:
        try:
            ask(shop, order, 2)
        except ReturnLineRefused as refusal:
            return refusal.code
        return "ok"

    assert sorted(run_concurrently(take, range(4))) == ["ok", *["orders.return_line_refused"] * 3]
    assert sorted(ShipmentLine.objects.values_list("returned", flat=True)) == [4, 8]


def test_the_number_of_statements_does_not_depend_on_the_kits(shop: Trade) -> None:
    bolt, nut = part(shop, 500, cost=2), part(shop, 500, cost=3)
    kits = [kit_of({bolt: 1, nut: 2}) for _n in range(9)]
    order = SalesOrder.objects.get(pk=shop.submit([of(kit, 4) for kit in kits]).order_id)
    deliver(shop, order.pk)
    lines = list(order.lines.order_by("line"))

    def statements(of_lines: list[OrderLine]) -> int:
        wanted = [ReturnKitRequest(line.pk, D(1), "defective") for line in of_lines]
        with count_statements() as counted:
            request_return(shop.by(), order_id=order.pk, kits=wanted)
        return counted.statements

    assert statements(lines[:1]) == statements(lines)


def test_a_component_of_several_lots_names_its_lot(shop: Trade) -> None:
    bolt = part(shop, 0, code="BOLT", lot_tracked=True)
    site = shop.world.sites[0]
    lots = [Lot.objects.create(item=bolt, code=code) for code in ("L1", "L2")]
    for lot in lots:
        line = OpeningLine(bolt.pk, bin_of(shop), D(2), D(12), lot_id=lot.pk)
        post_opening_stock(shop.by(), site_id=site, lines=[line])
    order = SalesOrder.objects.get(pk=shop.submit([of(kit_of({bolt: 1}, code="KIT-R"), 4)]).order_id)
    deliver(shop, order.pk)
    with pytest.raises(ReturnLineRefused, match="BOLT left in several lots"):
        ask(shop, order, 1)
    with pytest.raises(ReturnLineRefused, match="only 2 BOLT of these lots"):
        ask(shop, order, 3, lot_ids=[lots[1].pk])
    rma = ask(shop, order, 2, lot_ids=[lots[1].pk])
    assert [(line.lot, line.quantity, line.kits) for line in rma.lines.all()] == [(lots[1], 2, 2)]
    _rows, (kit,) = returnable(order)
    assert (kit.left, kit.lots) == (2, [])
    rest = ask(shop, order, 2)
    assert [line.lot for line in rest.lines.all()] == [lots[0]]
    assert_proven()


def test_from_the_page_to_the_credit(shop: Trade, client: Client) -> None:
    order, _bolt, _nut = sold(shop)
    client.force_login(factories.user("customer_service", "process_owner", "warehouse"))
    address, line = reverse("orders:return_new", args=[order.number]), line_of(order)
    page = client.get(address).content.decode()
    assert "KIT-R" in page and "whole kits" in page
    none = client.post(address, {"key": "a", f"kits-{line.pk}": "2"})
    assert (none.status_code, "choose a reason" in none.content.decode()) == (422, True)
    made = client.post(address, {"key": "b", f"kits-{line.pk}": "2", f"kit-reason-{line.pk}": "defective"})
    rma = CustomerReturn.objects.get()
    assert made["Location"] == reverse("orders:return", args=[rma.number])
    approved_by = By(factories.actor("process_owner", username="olga"), key="yes")
    approve_return(approved_by, return_id=rma.pk)
    for name in ("return", "return_receive", "return_slip"):
        shown = client.get(reverse(f"orders:{name}", args=[rma.number]))
        assert shown.status_code == 200
        assert name == "return_slip" or "of kit KIT-R" in shown.content.decode()
    count_in(shop, rma, {"BOLT": 8, "NUT": 4})
    inspecting = client.get(reverse("orders:return_inspect", args=[rma.number])).content.decode()
    assert inspecting.count("of kit KIT-R") == 2


def test_a_program_asks_kits_back(shop: Trade) -> None:
    order, _bolt, _nut = sold(shop)
    api = APIClient()
    api.force_authenticate(factories.user("customer_service"))

    def post(body: dict[str, object], key: str):
        body = {"order": order.number, **body}
        return api.post("/api/v1/returns/", body, format="json", headers={"Idempotency-Key": key})

    wanted = {"line": 1, "quantity": "2", "reason": "defective"}
    made = post({"kits": [wanted]}, "one")
    assert made.status_code == 201, made.content
    assert [(line["item"], line["kit"], line["kits"]) for line in made.json()["lines"]] == [
        ("BOLT", "KIT-R", "1.142857"), ("NUT", "KIT-R", "0.857143"),
    ]  # fmt: skip
    assert post({"kits": [wanted]}, "one").json()["number"] == made.json()["number"]
    assert post({"kits": [{**wanted, "line": 9}]}, "two").json()["code"] == "kernel.bad_input"
    assert post({"kits": [{**wanted, "lots": ["L9"]}]}, "three").json()["code"] == "kernel.bad_input"
    assert post({}, "four").json()["code"] == "kernel.bad_input"
    beyond = post({"kits": [{**wanted, "quantity": "4"}]}, "five")
    assert (beyond.status_code, beyond.json()["code"]) == (409, "orders.return_line_refused")
    assert CustomerReturn.objects.count() == 1
