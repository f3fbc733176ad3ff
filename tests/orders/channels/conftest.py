"""A shop, and one of its customers as a trading partner."""

import pytest

from masterdata.models import Customer
from tests.factories import trading_partner
from tests.trade import Trade, trade


@pytest.fixture
def shop() -> Trade:
    return trade()


@pytest.fixture
def partner(shop):
    return trading_partner(Customer.objects.get(pk=shop.world.customers[0]))
