"""Freight that is prepaid and added: quoted at entry, kept as a line, charged once with the first shipment."""

from decimal import Decimal

import pytest
from rest_framework.test import APIClient

from billing.ledger import accounts
from billing.models import Account, AccountRule, Billable, Invoice, JournalLine
from erp.kernel.errors import BadInput
from erp.kernel.models import Decision, User
from erp.kernel.money import round_money
from erp.kernel.proofs import prove, results_of
from inventory.outbound.actions.confirm_shipments import confirm_shipments
from inventory.outbound.actions.reverse_shipment import reverse_shipment
from masterdata.models import Customer, FreightTariff, Item
from orders.desk.preview import look_at
from orders.entry.actions.amend_order import amend_order
from orders.entry.actions.cancel_order import cancel_lines, cancel_order
from orders.entry.actions.submit_order import submit_order
from orders.entry.amending import Amendment, LineChange
from orders.entry.rules import LineRequest
from orders.models import OrderLine, SalesOrder
from tests import factories
from tests.support import count_statements
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Trade:
    made = trade(items=4)
    Item.objects.update(weight_kg=Decimal("2.5"))
    return made


@pytest.fixture
def tariff(shop: Trade) -> FreightTariff:
    """10.00 and 0.50 per kg, for the first customer."""
    Customer.objects.filter(pk=shop.world.customers[0]).update(freight_terms="prepaid_add")
    return factories.freight_tariff(company=company(shop))


def company(shop: Trade):
    return Customer.objects.get(pk=shop.world.customers[0]).company


def ten(shop: Trade) -> list[LineRequest]:
    """Ten of the second item: 25 kg, so 22.50 of freight."""
    return [LineRequest(shop.world.items[1], Decimal(10))]


def proven() -> None:
    assert [result for result in results_of(prove()) if not result.green] == []


def freight_line(order_id: int) -> OrderLine:
    return OrderLine.objects.get(order=order_id, price_source="freight")


def test_the_quote_is_the_last_line_with_its_why(shop: Trade, tariff: FreightTariff) -> None:
    made = shop.submit(ten(shop))
    order, line = SalesOrder.objects.get(pk=made.order_id), freight_line(made.order_id)
    goods = OrderLine.objects.get(order=order, line=1)
    assert (line.line, line.net, line.unit_price, line.quantity, order.line_count) == (
        2,
        Decimal("22.50"),
        Decimal("22.5"),
        1,
        2,
    )
    assert (line.item.code, line.tax_rate_percent, line.demands.count()) == ("FREIGHT", 21, 0)
    assert line.price_reason == f"{tariff.code}: 25 kg to BE"
    assert (order.net, order.freight_terms) == (goods.net + Decimal("22.50"), "prepaid_add")
    # once per rate and document: not the sum of two rounded taxes
    assert order.tax == round_money((goods.net + Decimal("22.50")) * 21 / 100, "EUR")
    why = Decision.objects.get(verb="orders.submit_order", subject_id=order.pk).outcome["price"][1]
    assert (why[0]["step"], why[0]["code"], Decimal(why[0]["weight"])) == ("freight", tariff.code, 25)
    proven()


@pytest.mark.parametrize("terms", ["prepaid", "collect", "allowed", "included", "third_party"])
def test_other_terms_add_nothing_and_ask_nothing(shop: Trade, tariff: FreightTariff, terms: str) -> None:
    def statements() -> int:
        by, request = shop.by(), shop.request(2)
        with count_statements() as counted:
            submit_order(by, request=request)
        return counted.statements

    statements()
    added = statements()
    Customer.objects.filter(pk=shop.world.customers[0]).update(freight_terms=terms)
    assert statements() == added - 2
    order = SalesOrder.objects.latest("pk")
    assert (order.freight_terms, order.line_count) == (terms, 2)
    assert not order.lines.filter(price_source="freight").exists()


def test_no_tariff_no_rate_or_free_from_add_nothing(shop: Trade, tariff: FreightTariff) -> None:
    FreightTariff.objects.update(free_from=1)
    assert SalesOrder.objects.get(pk=shop.submit(1).order_id).line_count == 1
    FreightTariff.objects.update(free_from=None)
    tariff.rates.update(country="FR")
    assert SalesOrder.objects.get(pk=shop.submit(1).order_id).line_count == 1
    tariff.rates.all().delete()
    tariff.delete()
    assert SalesOrder.objects.get(pk=shop.submit(1).order_id).line_count == 1


def test_the_preview_is_what_submit_makes(shop: Trade, tariff: FreightTariff) -> None:
    user = User.objects.get(pk=shop.world.user_id)
    seen = look_at(shop.request(ten(shop)), user)
    order = SalesOrder.objects.get(pk=shop.submit(ten(shop)).order_id)
    assert seen.freight is not None
    assert (seen.freight.amount, seen.total.net, seen.total.tax) == (Decimal("22.50"), order.net, order.tax)
    assert seen.taxes == [(21, order.net, order.tax)]
    assert seen.goods_net == order.net - Decimal("22.50")


def test_the_preview_for_programs(shop: Trade, tariff: FreightTariff) -> None:
    client = APIClient()
    client.force_authenticate(User.objects.get(pk=shop.world.user_id))
    item = Item.objects.get(pk=shop.world.items[1])
    body = {"customer": "C0", "lines": [{"item": item.code, "quantity": "10"}]}
    found = client.post("/api/v1/order-preview/", body, format="json")
    assert found.status_code == 200, found.data
    order = SalesOrder.objects.get(pk=shop.submit(ten(shop)).order_id)
    assert found.data["freight"] == {
        "code": "FREIGHT", "amount": "22.50", "note": f"{tariff.code}: 25 kg to BE",
    }  # fmt: skip
    assert (found.data["net"], found.data["tax"], found.data["gross"]) == (
        str(order.net), str(order.tax), str(order.gross),
    )  # fmt: skip
    assert found.data["taxes"] == [{"rate_percent": "21.0000", "base": str(order.net), "tax": str(order.tax)}]
    assert SalesOrder.objects.count() == 1


def test_an_invoice_charges_it_once_with_the_first_shipment(shop: Trade, tariff: FreightTariff) -> None:
    income = Account.objects.create(
        company=tariff.company, code="7050", name="Carriage", kind=Account.Kind.INCOME
    )
    AccountRule.objects.create(
        company=tariff.company, purpose="revenue", item_class=tariff.item.item_class, account=income
    )
    accounts.forget_accounts()
    made = shop.submit(ten(shop))
    order = SalesOrder.objects.get(pk=made.order_id)
    shipment = shop.release(made.order_id)
    shop.pick(shipment)
    confirm_shipments(shop.by(), shipment_ids=[shipment])
    service = Billable.objects.get(kind="service")
    assert (service.source_id, service.shipment_id, service.quantity) == (
        freight_line(order.pk).pk,
        shipment,
        1,
    )
    (invoice_id,) = shop.invoice(shipment).invoice_ids
    invoice = Invoice.objects.get(pk=invoice_id)
    assert (invoice.net, invoice.tax, invoice.gross) == (order.net, order.tax, order.gross)
    assert list(invoice.lines.order_by("line").values_list("item__code", "net"))[-1] == (
        "FREIGHT",
        Decimal("22.50"),
    )
    assert JournalLine.objects.get(account_id=income.pk).amount == Decimal("-22.50")
    order.refresh_from_db()
    assert (order.open_net, order.open_gross) == (0, 0)
    proven()


def test_a_reversed_shipment_leaves_it_to_the_next(shop: Trade, tariff: FreightTariff) -> None:
    made = shop.submit(ten(shop))
    for _ in range(2):
        shipment = shop.release(made.order_id)
        shop.pick(shipment)
        confirm_shipments(shop.by(), shipment_ids=[shipment])
        if not Billable.objects.filter(withdrawn_at__isnull=False).exists():
            reverse_shipment(shop.by(), shipment_id=shipment, reason="Wrong truck")
            assert Billable.objects.get(kind="service").withdrawn_at is not None
    service = Billable.objects.get(kind="service")
    assert (service.withdrawn_at, service.shipment_id) == (None, shipment)
    assert len(shop.invoice(shipment).invoice_ids) == 1
    proven()


def test_a_change_quotes_anew(shop: Trade, tariff: FreightTariff) -> None:
    made = shop.submit(ten(shop))

    def change(*lines: LineChange) -> OrderLine:
        version = SalesOrder.objects.get(pk=made.order_id).version
        amend_order(
            shop.by(), order_id=made.order_id, version=version, amendment=Amendment(lines=list(lines))
        )
        return freight_line(made.order_id)

    assert change(LineChange(1, Decimal(4))).net == Decimal("15.00")
    assert change(LineChange(0, Decimal(2), item_id=shop.world.items[2])).net == Decimal("17.50")
    order = SalesOrder.objects.get(pk=made.order_id)
    assert (order.line_count, order.net) == (3, sum(line.net for line in order.lines.all()))
    with pytest.raises(BadInput, match="charges follow"):
        change(LineChange(2, Decimal(0)))
    # other terms: nothing is added any more
    Customer.objects.filter(pk=shop.world.customers[0]).update(freight_terms="collect")
    assert change(LineChange(1, Decimal(5))).net == 0
    proven()


def test_a_change_that_leaves_freight_alone_is_refused(shop: Trade, tariff: FreightTariff) -> None:
    made = shop.submit(ten(shop))
    nothing = Amendment(lines=[LineChange(1, Decimal(0))])
    with pytest.raises(BadInput, match="no line would remain"):
        amend_order(shop.by(), order_id=made.order_id, version=1, amendment=nothing)
    assert freight_line(made.order_id).net == Decimal("22.50")


def test_cancelled_with_the_order_kept_with_what_shipped(shop: Trade, tariff: FreightTariff) -> None:
    gone = shop.submit(ten(shop))
    assert cancel_order(shop.by(), order_id=gone.order_id, version=1, reason="Not wanted").cancelled
    assert freight_line(gone.order_id).net == 0
    # two lines, one of which ships first
    kept = shop.submit([*ten(shop), LineRequest(shop.world.items[2], Decimal(2_000_000))])
    shipment = shop.release(kept.order_id)
    shop.pick(shipment)
    confirm_shipments(shop.by(), shipment_ids=[shipment])
    version = SalesOrder.objects.get(pk=kept.order_id).version
    cancel_order(shop.by(), order_id=kept.order_id, version=version, reason="The rest is not wanted")
    line = freight_line(kept.order_id)
    assert (line.cancelled_quantity, line.net > 0) == (0, True)
    version = SalesOrder.objects.get(pk=kept.order_id).version
    cancel_lines(shop.by(), order_id=kept.order_id, version=version, lines=[line.line], reason="No freight")
    assert freight_line(kept.order_id).net == line.net
    proven()
