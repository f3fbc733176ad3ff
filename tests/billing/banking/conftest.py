"""A trading company with an account at a bank."""

import pytest

from billing.ledger.models import Account, AccountRule, Purpose
from billing.models import BankAccount
from tests.billing.banking.bank import bank_account
from tests.trade import Trade


@pytest.fixture
def bank(trade: Trade) -> BankAccount:
    """The company's bank; discounts, charges and differences have accounts of their own."""
    for index, purpose in enumerate((Purpose.DISCOUNT, Purpose.FEES, Purpose.DIFFERENCE)):
        account = Account.objects.create(
            company_id=trade.world.company_id, code=f"65{index}", name=purpose.label, kind="expense"
        )
        AccountRule.objects.create(company_id=trade.world.company_id, purpose=purpose, account=account)
    return bank_account(trade.world.company_id)
