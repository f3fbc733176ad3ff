"""A shop that buys, and colleagues who decide on what does not match."""

from collections.abc import Iterator

import pytest

from erp.kernel.command import By
from tests import factories
from tests.orders.books import assert_proven
from tests.trade import Trade, trade

PROOFS = ("AP1", "AP2", "AP3", "AP4", "AP5", "AP6", "AP7", "AP8", "K16", "G1", "G2", "G3", "S6", "V1")


@pytest.fixture
def shop() -> Trade:
    return trade(items=4)


@pytest.fixture
def buyer(shop: Trade) -> By:
    """Somebody in procurement, who entered nothing."""
    return By(factories.actor("procurement", username="buyer"))


@pytest.fixture(autouse=True)
def proven(request: pytest.FixtureRequest) -> Iterator[None]:
    """After every test that had a database, what this room could have broken is proven."""
    yield
    if "shop" in request.fixturenames:
        assert_proven(*PROOFS)
