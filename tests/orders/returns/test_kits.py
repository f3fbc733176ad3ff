"""Kits come back whole: counted and inspected by component, credited once at the price of the kit (ADR 10, ADR 18)."""

from decimal import Decimal
from itertools import count

import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from billing.invoicing.actions.credit_return import credit_return
from billing.invoicing.tasks import credit_waiting_returns
from billing.models import Billable, Invoice, ReturnCredit
from erp.kernel.command import By
from erp.kernel.models import Decision
from inventory.models import Lot, ShipmentLine, SiteStock
from inventory.stock.actions.post_opening_stock import OpeningLine, post_opening_stock
from masterdata.models import Bin, Item
from orders.models import CustomerReturn, OrderLine, ReturnLine, ReturnReceipt, SalesOrder
from orders.returns.actions.approve_return import approve_return
from orders.returns.actions.dispose_return import Disposal, dispose_return
from orders.returns.actions.end_return import close_return
from orders.returns.actions.receive_return import CountedLine, receive_return
from orders.returns.actions.replace_return import replace_return
from orders.returns.actions.request_return import request_return
from orders.returns.actions.settle_excess import settle_excess
from orders.returns.errors import ReturnLineRefused
from orders.returns.kits import ReturnKitRequest
from orders.returns.queries import returnable
from orders.returns.rules import ReturnLineRequest
from tests import factories
from tests.orders.books import assert_proven
from tests.orders.kits import deliver, kit_of, of, part, receive
from tests.support import count_statements, run_concurrently
from tests.trade import Trade, trade

D = Decimal
_names = count(1)


@pytest.fixture
def shop(db: None) -> Trade:
    return trade(items=3)


def sold(shop: Trade, kits: int = 5) -> tuple[SalesOrder, Item, Item]:
    """So many kits of four bolts (8 of cost) and two nuts (6), at 50 each, delivered."""
    bolt, nut = part(shop, 100, cost=2, code="BOLT"), part(shop, 100, cost=3, code="NUT")
    order = SalesOrder.objects.get(
        pk=shop.submit([of(kit_of({bolt: 4, nut: 2}, code="KIT-R"), kits)]).order_id
    )
    deliver(shop, order.pk)
    return order, bolt, nut


def line_of(order: SalesOrder) -> OrderLine:
    return order.lines.get(line=1)


def ask(
    shop: Trade, order: SalesOrder, kits: object = 2, reason: str = "defective", **more: object
) -> CustomerReturn:
    wanted = [ReturnKitRequest(line_of(order).pk, D(str(kits)), reason, **more)]  # type: ignore[arg-type]
    made = request_return(shop.by(), order_id=order.pk, kits=wanted)
    return CustomerReturn.objects.get(pk=made.return_id)


def approved(shop: Trade, order: SalesOrder, kits: object = 2, **more: object) -> CustomerReturn:
    rma = ask(shop, order, kits, **more)  # type: ignore[arg-type]
    owner = factories.actor("process_owner", username=f"owner-{next(_names)}")
    approve_return(By(owner, key=f"approve-{rma.pk}"), return_id=rma.pk)
    return rma


def bin_of(shop: Trade) -> int:
    return Bin.objects.filter(site=shop.world.sites[0]).order_by("pk")[0].pk


def count_in(shop: Trade, rma: CustomerReturn, counted: dict[str, object]) -> None:
    """What the dock counts, by item."""
    lines = [
        CountedLine(line.pk, D(str(counted[line.item.code])), bin_of(shop))
        for line in rma.lines.select_related("item")
        if counted.get(line.item.code)
    ]
    receive_return(shop.by(), return_id=rma.pk, lines=lines)


def restock(shop: Trade, rma: CustomerReturn, *codes: str, kind: str = "restock") -> None:
    """Everything in inspection of these items (none named: of all)."""
    receipts = ReturnReceipt.objects.filter(rma=rma, disposed=0).select_related("line__item")
    lines = [
        Disposal(each.pk, kind, each.quantity)
        for each in receipts
        if not codes or each.line.item.code in codes
    ]
    dispose_return(shop.by(), return_id=rma.pk, lines=lines)


def credit(rma: CustomerReturn) -> list[Invoice]:
    finance = factories.actor("finance", username=f"femke-{next(_names)}")
    ids = credit_return(By(finance), return_id=rma.pk).credit_memo_ids
    return [Invoice.objects.get(pk=memo_id) for memo_id in ids]


def on_hand(shop: Trade, item: Item) -> Decimal:
    return SiteStock.objects.get(item=item, site=shop.world.sites[0]).on_hand


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


def test_whole_kits_are_restocked_by_component_and_credited_at_their_price(shop: Trade) -> None:
    order, bolt, nut = sold(shop)
    shipment = order.group.shipments.get()
    shop.invoice(shipment.pk)
    before = on_hand(shop, bolt), on_hand(shop, nut)
    rma = approved(shop, order)
    count_in(shop, rma, {"BOLT": 8, "NUT": 4})
    restock(shop, rma)
    assert (on_hand(shop, bolt), on_hand(shop, nut)) == (before[0] + 8, before[1] + 4)
    (memo,) = credit(rma)
    (line,) = memo.lines.all()
    assert (line.item.code, line.quantity, line.net, memo.reason) == ("KIT-R", 2, 100, f"Return {rma.number}")
    rma.refresh_from_db()
    assert (rma.state, Billable.objects.get().credited) == ("closed", 2)
    assert credit(rma) == []
    assert_proven()


def test_parts_of_a_kit_add_up_to_its_price(shop: Trade) -> None:
    codes = ["PART-A", "PART-B", "PART-C", "PART-D"]
    kit = kit_of({part(shop, 10, code=code): 1 for code in codes})
    line = of(kit, 3, price=D("10.01"), price_reason="Agreed")
    order = SalesOrder.objects.get(pk=shop.submit([line]).order_id)
    shop.invoice(deliver(shop, order.pk).pk)
    rma = approved(shop, order, 1)
    count_in(shop, rma, dict.fromkeys(codes, 1))
    nets = []
    for code in codes:  # inspected one by one, each a quarter of 10.01
        restock(shop, rma, code)
        nets += [memo.net for memo in credit(rma)]
    assert nets == [D("2.50"), D("2.51"), D("2.50"), D("2.50")]
    assert_proven()


def test_the_restocking_fee_is_taken_of_the_price_of_the_kit(shop: Trade) -> None:
    order, _bolt, _nut = sold(shop)
    shop.invoice(order.group.shipments.get().pk)
    rma = approved(shop, order, 1, reason="not_needed")
    count_in(shop, rma, {"BOLT": 4, "NUT": 2})
    restock(shop, rma)
    (memo,) = credit(rma)
    (line,) = memo.lines.all()
    assert (line.quantity, line.net + line.fee, line.fee) == (1, 50, D("7.50"))
    assert_proven()


def test_what_is_missing_is_not_credited_and_the_memo_says_so(shop: Trade) -> None:
    order, _bolt, nut = sold(shop)
    shop.invoice(order.group.shipments.get().pk)
    rma = approved(shop, order)
    count_in(shop, rma, {"BOLT": 8, "NUT": 3})
    restock(shop, rma, "BOLT")
    restock(shop, rma, "NUT", kind="scrap")
    (memo,) = credit(rma)
    (line,) = memo.lines.all()
    # all of the bolts' share and three quarters of the nuts': 1.142857 + 0.642857
    assert (line.quantity, line.net) == (D("1.785714"), D("89.29"))
    assert memo.reason == (
        f"Return {rma.number}; 1.785714 of 2 KIT-R by the cost of its components, without 1 EA NUT"
    )
    rma.refresh_from_db()
    assert rma.state == "approved"
    close_return(shop.by(), return_id=rma.pk, reason="One nut is lost")
    rma.refresh_from_db()
    assert (rma.state, ReturnLine.objects.get(rma=rma, item=nut).cancelled) == ("closed", 1)
    assert ShipmentLine.objects.get(item=nut).returned == 3
    assert_proven()


def test_a_component_that_is_refused_is_not_credited(shop: Trade) -> None:
    order, _bolt, _nut = sold(shop)
    shop.invoice(order.group.shipments.get().pk)
    rma = approved(shop, order, 1)
    count_in(shop, rma, {"BOLT": 4, "NUT": 2})
    restock(shop, rma, "BOLT")
    receipt = ReturnReceipt.objects.get(rma=rma, line__item__code="NUT")
    refused = Disposal(receipt.pk, "scrap", D(2), credit=False, note="Bent by the customer")
    dispose_return(shop.by(), return_id=rma.pk, lines=[refused])
    (memo,) = credit(rma)
    assert memo.lines.get().quantity == D("0.571429")
    assert memo.reason.endswith("0.571429 of 1 KIT-R by the cost of its components, without 2 EA NUT")
    rma.refresh_from_db()
    assert rma.state == "closed"
    assert_proven()


def test_kits_of_several_deliveries_are_credited_when_all_are_charged(shop: Trade) -> None:
    bolt, nut = part(shop, 100, cost=2, code="BOLT"), part(shop, 4, cost=2, code="NUT")
    kit = kit_of({bolt: 1, nut: 1}, code="KIT-R")
    order = SalesOrder.objects.get(pk=shop.submit([of(kit, 6)]).order_id)
    first = deliver(shop, order.pk)
    receive(shop, nut, 2)
    second = deliver(shop, order.pk)
    shop.invoice(first.pk)
    rma = approved(shop, order, 5)
    counted = [CountedLine(line.pk, line.quantity, bin_of(shop)) for line in rma.lines.all()]
    receive_return(shop.by(), return_id=rma.pk, lines=counted)
    for receipt in ReturnReceipt.objects.filter(rma=rma):
        dispose_return(shop.by(), return_id=rma.pk, lines=[Disposal(receipt.pk, "restock", receipt.quantity)])
    assert credit(rma) == []
    credit_waiting_returns()
    assert not ReturnCredit.objects.exists()
    shop.invoice(second.pk)
    memos = credit(rma)
    assert sorted(memo.lines.get().quantity for memo in memos) == [1, 4]
    assert sum(memo.net for memo in memos) == 250
    assert dict(Billable.objects.values_list("shipment", "credited")) == {first.pk: 4, second.pk: 1}
    rma.refresh_from_db()
    assert rma.state == "closed"
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


def test_what_is_too_much_of_a_component_goes_back(shop: Trade) -> None:
    order, _bolt, _nut = sold(shop)
    rma = approved(shop, order, 1)
    ReturnLine.objects.filter(rma=rma, item__code="NUT").update(excess=1)
    with pytest.raises(ReturnLineRefused, match="NUT is part of KIT-R, which returns whole"):
        settle_excess(shop.by(), return_id=rma.pk, authorise=True, reason="Fine")
    settle_excess(shop.by(), return_id=rma.pk, authorise=False, reason="Sent back")
    assert set(ReturnLine.objects.filter(rma=rma).values_list("excess", flat=True)) == {0}


def test_the_replacement_is_a_kit_again(shop: Trade) -> None:
    order, _bolt, _nut = sold(shop)
    rma = approved(shop, order, 2)
    made = replace_return(shop.by(), return_id=rma.pk)
    (line,) = OrderLine.objects.filter(order=made.order_id)
    assert (line.item.code, line.quantity, line.unit_price) == ("KIT-R", 2, 50)


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
