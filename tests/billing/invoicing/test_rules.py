"""Charging rules: partial deliveries close the order line to the cent, tax is rounded once per rate."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from billing.invoicing.rules import Case, Chargeable, charge
from erp.kernel.money import round_money


def chargeable(**values: object) -> Chargeable:
    fields: dict[str, object] = {
        "billable_id": 1, "shipment_id": 1, "order_id": 1, "order_line_id": 1, "item_id": 1, "class_id": 1,
        "description": "Thing", "quantity": Decimal(1), "cost": Decimal(0), "billed_before": Decimal(0),
        "net_before": Decimal(0), "line_quantity": Decimal(1), "line_stock_quantity": Decimal(1), "unit": "EA",
        "unit_price": Decimal(1), "line_net": Decimal(1), "price_source": "list", "tax_code_id": 1,
        "tax_rate": Decimal(21), "new_price": None,
    }  # fmt: skip
    return Chargeable(**{**fields, **values})


def case(*lines: Chargeable) -> Case:
    return Case(
        shipment_id=1, shipment_number="SH-1", company_id=1, site_id=1, order_id=1, customer_id=1, bill_to_id=1,
        party_id=1, customer_po="", po_required=False, is_blocked=False, currency="EUR", terms_days=30,
        earned_at="2026-01-05", accepted=frozenset(), lines=lines,
    )  # fmt: skip


@given(
    parts=st.lists(st.integers(1, 50), min_size=1, max_size=8),
    price=st.decimals("0.01", "999.999999", places=6),
    together=st.booleans(),
)
def test_partial_invoices_add_up_to_the_order_line(parts: list[int], price: Decimal, together: bool) -> None:
    ordered = Decimal(sum(parts))
    net = round_money(price * ordered, "EUR")
    line = chargeable(line_quantity=ordered, line_stock_quantity=ordered, unit_price=price, line_net=net)
    if together:  # several shipments of one line in one invoice run, or one after the other
        deliveries = [replace(line, billable_id=n, quantity=Decimal(part)) for n, part in enumerate(parts)]
        assert charge(case(*deliveries)).net == net
        return
    billed = charged = Decimal(0)
    for part in parts:
        delivery = replace(line, quantity=Decimal(part), billed_before=billed, net_before=charged)
        invoice = charge(case(delivery))
        billed, charged = billed + part, charged + invoice.net
        assert 0 <= invoice.net <= net
    assert charged == net


@given(nets=st.lists(st.decimals("0.01", "9999.99", places=2), min_size=1, max_size=12))
def test_tax_is_rounded_once_per_rate_and_document(nets: list[Decimal]) -> None:
    rates = [Decimal(21), Decimal(6)]
    lines = [
        chargeable(billable_id=n, order_line_id=n, line_net=net, unit_price=net, tax_rate=rates[n % 2])
        for n, net in enumerate(nets)
    ]
    invoice = charge(case(*lines))
    for rate in {line.tax_rate for line in lines}:
        base = sum(line.line_net for line in lines if line.tax_rate == rate)
        assert invoice.taxes[rate] == (base, round_money(base * rate / 100, "EUR"))
    assert invoice.gross == invoice.net + invoice.tax
