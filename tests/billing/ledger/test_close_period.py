"""Closing a month, and what stands in its way; clearing what found no account."""

from datetime import date
from decimal import Decimal

import pytest

from billing.ledger.accounts import forget_accounts
from billing.ledger.actions.clear_unmapped import clear_unmapped
from billing.ledger.actions.close_period import close_period, reopen_period
from billing.ledger.actions.keep_accounts import save_account_rule
from billing.ledger.errors import (
    ControlAccountInUse,
    PeriodHasOpenWork,
    PeriodOutOfOrder,
    StillUnmapped,
)
from billing.models import Account, AccountRule, Journal, JournalLine, UnmappedPosting
from erp.kernel import clock
from erp.kernel.actor import Actor
from erp.kernel.command import By
from erp.kernel.errors import BadInput, NotPermitted, StaleVersion
from masterdata.models import AccountingPeriod
from tests import factories
from tests.billing.test_proofs import red
from tests.support import in_turn
from tests.trade import Trade
from tests.trade import trade as make_trade


def period(year: int) -> AccountingPeriod:
    return AccountingPeriod.objects.get(starts_on=date(year, 1, 1))


def close_before(colleague: Actor, year: int) -> None:
    for found in AccountingPeriod.objects.filter(starts_on__lt=date(year, 1, 1)).order_by("starts_on"):
        close_period(By(colleague), period_id=found.pk)


def test_periods_close_in_order_and_open_in_reverse(trade: Trade, colleague: Actor) -> None:
    with pytest.raises(PeriodOutOfOrder):
        close_period(By(colleague), period_id=period(2021).pk)
    close_period(By(colleague), period_id=period(2020).pk)
    assert close_period(By(colleague), period_id=period(2020).pk).closed
    close_period(By(colleague), period_id=period(2021).pk)
    with pytest.raises(PeriodOutOfOrder):
        reopen_period(By(colleague), period_id=period(2020).pk, reason="Late")
    with pytest.raises(BadInput):
        reopen_period(By(colleague), period_id=period(2021).pk, reason="")
    with pytest.raises(NotPermitted):
        reopen_period(By(factories.actor("warehouse")), period_id=period(2021).pk, reason="Late")
    reopen_period(By(colleague), period_id=period(2021).pk, reason="Late")
    assert [period(year).closed_at is not None for year in (2020, 2021)] == [True, False]


def test_unbilled_work_keeps_a_period_open_and_late_facts_post_in_the_next(
    trade: Trade, colleague: Actor
) -> None:
    this_year = clock.now().year
    close_before(colleague, this_year)
    shipment_id = trade.ship()
    with pytest.raises(PeriodHasOpenWork):
        close_period(By(colleague), period_id=period(this_year).pk)
    trade.invoice(shipment_id)
    close_period(By(colleague), period_id=period(this_year).pk)
    trade.invoice(trade.ship())
    late = Journal.objects.order_by("-pk").first()
    assert late is not None
    assert late.accounting_on == date(this_year + 1, 1, 1)
    assert red("G6") == set()


def test_an_unmapped_posting_is_cleared_once_its_rule_exists(trade: Trade, colleague: Actor) -> None:
    rule = AccountRule.objects.get(purpose="revenue")
    account_id, company_id = rule.account_id, rule.company_id
    shipment_id = trade.ship()
    rule.delete()
    forget_accounts()
    trade.invoice(shipment_id)
    waiting = UnmappedPosting.objects.get()
    with pytest.raises(StillUnmapped):
        clear_unmapped(By(colleague), unmapped_ids=[waiting.pk])
    save_account_rule(By(colleague), company_id=company_id, purpose="revenue", account_id=account_id)
    clear_unmapped(By(colleague), unmapped_ids=[waiting.pk])
    moved = Journal.objects.get(source="billing.unmappedposting", source_id=waiting.pk)
    assert dict(JournalLine.objects.filter(journal_id=moved.pk).values_list("account_id", "amount")) == {
        account_id: waiting.amount,
        AccountRule.objects.get(purpose="suspense").account_id: -waiting.amount,
    }
    assert clear_unmapped(By(colleague), unmapped_ids=[waiting.pk]).unmapped_ids == []
    assert red("G1", "G2", "G3") == set()
    forget_accounts()


def test_a_control_account_in_use_is_not_exchanged(trade: Trade, colleague: Actor) -> None:
    trade.invoice(trade.ship())
    company_id = trade.world.company_id
    other = Account.objects.create(company_id=company_id, code="9999", name="Other", kind="asset")
    with pytest.raises(ControlAccountInUse):
        save_account_rule(By(colleague), company_id=company_id, purpose="receivable", account_id=other.pk)
    save_account_rule(By(colleague), company_id=company_id, purpose="revenue", account_id=other.pk)
    assert AccountRule.objects.get(purpose="revenue").account_id == other.pk
    assert Decimal(0) == sum(JournalLine.objects.values_list("amount", flat=True))
    forget_accounts()


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_new_rules_for_one_purpose_do_not_overwrite_each_other() -> None:
    trade, colleague = make_trade(items=1), factories.actor("finance")
    company_id = trade.world.company_id
    AccountRule.objects.filter(purpose="adjustment").delete()
    accounts = [
        Account.objects.create(company_id=company_id, code=code, name=code, kind="expense").pk
        for code in ("9001", "9002")
    ]

    def save(account_id: int) -> object:
        return save_account_rule(
            By(colleague), company_id=company_id, purpose="adjustment", account_id=account_id, version=0
        )

    first, second = in_turn(lambda: save(accounts[0]), lambda: save(accounts[1]))
    assert not isinstance(first, Exception)
    assert isinstance(second, StaleVersion)
    assert AccountRule.objects.get(purpose="adjustment").account_id == accounts[0]
    forget_accounts()
