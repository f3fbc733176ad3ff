"""A trading company, and colleagues who did not submit the orders."""

import pytest

from erp.kernel.actor import Actor
from tests import factories
from tests.trade import Trade
from tests.trade import trade as make_trade


@pytest.fixture
def trade(db: None) -> Trade:
    """A small company; its one user submits, ships and invoices."""
    return make_trade()


@pytest.fixture
def colleague(trade: Trade) -> Actor:
    """Somebody else in finance."""
    return factories.actor("finance", username="colleague")
