"""A shop that owes money, and the colleague who lets it go."""

from collections.abc import Iterator

import pytest

from billing.models import BankAccount
from erp.kernel.command import By
from tests import factories
from tests.billing.banking.bank import bank_account
from tests.billing.payments.paying import OUR_IBAN, confirmed
from tests.inventory.dropship.buying import seller
from tests.orders.books import assert_proven
from tests.trade import Trade, trade

PROOFS = ("AP1", "AP2", "AP5", "AP6", "AP9", "AP10", "AP11", "AP12", "AP13", "K17", "G1", "G2", "G3", "BK2")


@pytest.fixture
def shop() -> Trade:
    return trade(items=4)


@pytest.fixture
def bank(shop: Trade) -> BankAccount:
    """The company's account at a bank, and confirmed bank details of its supplier."""
    made = bank_account(shop.world.company_id, number=OUR_IBAN)
    confirmed(seller())
    return made


@pytest.fixture
def boss(shop: Trade) -> By:
    """Somebody else in finance."""
    return By(factories.actor("finance", username="boss"))


@pytest.fixture(autouse=True)
def proven(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if "shop" in request.fixturenames:
        assert_proven(*PROOFS)
