"""A trading company with an account at a bank."""

import pytest

from billing.models import BankAccount
from tests.billing.banking.bank import bank_account
from tests.trade import Trade


@pytest.fixture
def bank(trade: Trade) -> BankAccount:
    """The company's house bank."""
    return bank_account(trade.world.company_id)
