from decimal import Decimal

import pytest

from erp.kernel.command import By
from erp.kernel.errors import BadInput, NotPermitted, StaleVersion
from erp.kernel.models import AuditEvent
from orders.credit.actions.set_credit_limit import set_credit_limit
from orders.models import CreditAccount, SalesOrder
from tests.factories import actor
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Trade:
    return trade()


def limit(by: By, customer_id: int, amount: Decimal | None, version: int = 1):
    return set_credit_limit(
        by, customer_id=customer_id, version=version, limit=amount, reason="Yearly review"
    )


def test_a_first_limit_counts_orders_receivables_and_held_orders_not(shop):
    customer = shop.world.customers[0]
    CreditAccount.objects.filter(customer=customer).update(limit=None)
    invoiced, open_order = shop.ship(2), shop.submit(3)
    shop.invoice(invoiced)
    result = limit(By(actor("finance")), customer, Decimal(5000))
    orders = SalesOrder.objects.order_by("pk")
    assert result.exposure == str(orders[0].gross + orders[1].gross)
    account = CreditAccount.objects.get(customer=customer)
    assert (account.limit, account.exposure, account.version) == (5000, orders[0].gross + orders[1].gross, 2)
    assert open_order.holds == []
    assert AuditEvent.objects.filter(table="orders_creditaccount", row_id=account.pk).exists()
    # without a limit nothing is kept
    assert limit(By(actor("finance")), customer, None, 2).exposure == "0"


def test_refusals_change_nothing(shop):
    customer = shop.world.customers[0]
    before = CreditAccount.objects.values().get(customer=customer)
    with pytest.raises(NotPermitted):
        limit(By(actor("customer_service")), customer, Decimal(1))
    with pytest.raises(BadInput):
        limit(By(actor("finance")), customer, Decimal(-1))
    with pytest.raises(StaleVersion):
        limit(By(actor("finance")), customer, Decimal(1), 9)
    assert CreditAccount.objects.values().get(customer=customer) == before
