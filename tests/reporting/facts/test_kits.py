"""A kit counts as delivered when all its components have left, and costs what they cost."""

from decimal import Decimal

import pytest
from django.db import transaction

from erp.kernel.batch import Batch
from erp.kernel.clock import now
from orders.models import SalesOrder
from reporting.facts.actions.refresh_facts import refresh_facts
from reporting.models import LineFact, OrderFact
from tests.orders.kits import deliver, kit_of, of, part, receive, take_parts
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop() -> Trade:
    return trade()


def facts_of(shop: Trade, order: SalesOrder) -> tuple[object, ...]:
    with transaction.atomic():
        refresh_facts(Batch(shop.actor, now()), order_ids=[order.pk])
    line = LineFact.objects.get(order=order.pk)
    return line.ordered, line.shipped, line.invoiced_net, line.invoiced_cost, line.completed_on is not None


def test_the_line_is_measured_in_kits(shop):
    take_parts()
    bolt, nut = part(shop, 20, cost=2), part(shop, 3, cost=6)
    order = SalesOrder.objects.get(pk=shop.submit([of(kit_of({bolt: 4, nut: 2}, price=50), 5)]).order_id)
    first = deliver(shop, order.pk)
    shop.invoice(first.pk)
    # all twenty bolts and three nuts have left: one kit, with what all of them cost
    assert facts_of(shop, order) == (5, 1, 50, Decimal(58), False)
    assert OrderFact.objects.get().stocked_lines == 1
    receive(shop, nut, 7)
    second = deliver(shop, order.pk)
    shop.invoice(second.pk)
    assert facts_of(shop, order) == (5, 5, 250, Decimal(100), True)
