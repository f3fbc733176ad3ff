"""Prices that a document expects, beside ours."""

from datetime import date
from decimal import Decimal

import pytest

from masterdata.policies import snapshot
from orders.channels.policies import PRICE_DIFFERENCE
from orders.models import Hold
from tests.orders.channels.edi.texts import x12_order
from tests.orders.channels.electronic import answers, ours, send

pytestmark = pytest.mark.django_db


def test_a_differing_price_holds_the_order(shop, partner):
    price = Decimal(ours(shop, 0))
    (document,) = send(shop, x12_order(("P0", "5", "EA", str(price - 2)), ("P1", "1", "EA", "")))
    hold = document.order.holds.get()
    assert (hold.kind, hold.amount, hold.caused_by) == ("price", 10, "system:edi")
    assert hold.detail == f"P0: the document expects {price - 2:f}, our price is {price:f}."
    assert "ACK*IP*5*EA" in answers("855")[0]


def test_a_small_difference_is_let_pass(shop, partner):
    price = Decimal(ours(shop, 0))
    (document,) = send(shop, x12_order(("P0", "5", "EA", str(price * Decimal("1.004")))))
    assert (document.state, document.order.holds.count()) == ("accepted", 0)


def test_a_differing_price_parks_its_line_where_policy_says_so(shop, partner):
    price = Decimal(ours(shop, 0))
    set_policy(PRICE_DIFFERENCE.key, "park")
    (document,) = send(shop, x12_order(("P0", "5", "EA", str(price - 2)), ("P1", "1", "EA", "")))
    assert (document.state, document.order.line_count, Hold.objects.count()) == ("partly", 1, 0)
    assert document.parked_lines.get().code == "orders.price_differs"
    set_policy(PRICE_DIFFERENCE.key, "ignore")
    (other,) = send(shop, x12_order(("P0", "5", "EA", str(price - 2)), po="4712", control=18))
    assert (other.state, Hold.objects.count()) == ("accepted", 0)


def set_policy(key: str, value: object) -> None:
    snapshot.assume(snapshot.Snapshot(values={(key, "*"): [(date(2020, 1, 1), None, value)]}))
