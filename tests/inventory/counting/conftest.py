"""A shop with a bin to count, and two who count it."""

import pytest

from erp.kernel.command import By
from tests.factories import actor
from tests.inventory.counting.bins import put
from tests.trade import Trade, trade


@pytest.fixture
def shop() -> Trade:
    """Of the first item 100 lie in a bin of their own, beside the rest."""
    made = trade(items=3)
    put(made, 100)
    return made


@pytest.fixture
def hugo() -> By:
    return By(actor("warehouse", username="hugo"))


@pytest.fixture
def lea() -> By:
    return By(actor("warehouse", username="lea"))
