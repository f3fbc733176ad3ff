"""Five pieces of one item shipped at 12.30 each, before every test."""

import pytest

from tests.orders.returns.journey import Returns
from tests.orders.returns.journey import returns as make_returns
from tests.trade import trade


@pytest.fixture
def shop(db: None) -> Returns:
    return make_returns(trade(items=3))
