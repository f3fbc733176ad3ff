"""Closing a month, and what stands in its way; clearing what found no account."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

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
from billing.ledger.queries import trial_balance, turnover
from billing.models import Account, AccountRule, Journal, JournalLine, PeriodBalance, UnmappedPosting
from erp.kernel import clock
from erp.kernel.actor import Actor
from erp.kernel.command import By
from erp.kernel.errors import BadInput, NotPermitted, StaleVersion
from masterdata.models import AccountingPeriod
from tests import factories
from tests.billing.ledger.books import book, figures
from tests.billing.test_proofs import red
from tests.support import count_statements, in_turn
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


# What is kept of a closed period --------------------------------------------------------------------


@pytest.fixture
def history(trade: Trade, colleague: Actor) -> Trade:
    """Sales of 100, 200 and 300 in three years, and 50 taken back in the second; the first two are closed."""
    book(trade, date(2020, 3, 1), "100")
    book(trade, date(2021, 3, 1), "200")
    book(trade, date(2021, 9, 1), "-50")
    book(trade, date(2022, 3, 1), "300")
    close_before(colleague, 2022)
    return trade


def test_closing_keeps_what_each_account_turned_over(history: Trade) -> None:
    kept = PeriodBalance.objects.values_list("period__starts_on__year", "account__name", "debit", "credit")
    assert sorted(kept) == [
        (2020, "Bank", 100, 0),
        (2020, "Revenue", 0, 100),
        (2021, "Bank", 200, 50),
        (2021, "Revenue", 50, 200),
    ]
    assert red("G1", "G2", "G10", "G11") == set()


@pytest.mark.parametrize(
    ("until", "bank"),
    [
        (date(2019, 12, 31), None),
        (date(2020, 12, 31), (100, 0, 100)),
        (date(2021, 6, 30), (300, 0, 300)),  # amid a closed period
        (date(2021, 12, 31), (300, 50, 250)),
        (date(2022, 2, 28), (300, 50, 250)),
        (date(2022, 3, 1), (600, 50, 550)),
    ],
)
def test_the_trial_balance_of_any_day_is_that_of_the_lines(
    history: Trade, until: date, bank: tuple[int, int, int] | None
) -> None:
    company_id = history.world.company_id
    found = figures(trial_balance(company_id=company_id, on=until))
    assert found.get("Bank") == bank
    AccountingPeriod.objects.update(closed_at=None)  # now nothing is read as it was kept
    summed = figures(trial_balance(company_id=company_id, on=until))
    assert found == summed


@pytest.mark.parametrize(
    ("since", "until", "revenue"),
    [
        (date(2021, 1, 1), date(2021, 12, 31), (50, 200, -150)),
        (date(2020, 6, 1), date(2022, 12, 31), (50, 500, -450)),
        (date(2021, 4, 1), date(2021, 12, 31), (50, 0, 50)),
        (date(2020, 1, 1), date(2021, 3, 1), (0, 300, -300)),
    ],
)
def test_a_turnover_takes_whole_closed_periods_and_the_days_around_them(
    history: Trade, since: date, until: date, revenue: tuple[int, int, int]
) -> None:
    found = turnover(company_id=history.world.company_id, since=since, until=until)
    assert figures(found)["Revenue"] == revenue


def test_closed_periods_are_not_added_up_from_their_lines(history: Trade) -> None:
    asked = {"company_id": history.world.company_id, "since": date.min, "until": date(2021, 12, 31)}
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE billing_journalline DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM billing_journalline WHERE accounting_on < '2022-01-01'")
    assert figures(turnover(**asked))["Bank"] == (300, 50, 250)
    assert red("G10") == {"G10"}


def test_what_is_kept_stays_until_the_period_is_reopened(history: Trade, colleague: Actor) -> None:
    for change in (PeriodBalance.objects.all().delete, lambda: PeriodBalance.objects.update(debit=1)):
        with pytest.raises(DatabaseError, match="stay as they were kept"), transaction.atomic():
            change()
    reopen_period(By(colleague), period_id=period(2021).pk, reason="Late")
    assert set(PeriodBalance.objects.values_list("period__starts_on__year", flat=True)) == {2020}
    book(history, date(2021, 12, 1), "7")
    close_period(By(colleague), period_id=period(2021).pk)
    assert PeriodBalance.objects.get(period=period(2021), account__name="Revenue").credit == 207
    assert red("G6", "G10", "G11") == set()


def test_proofs_name_a_period_that_was_closed_past_the_verb(history: Trade) -> None:
    AccountingPeriod.objects.filter(starts_on__year=2022).update(closed_at=clock.now() + timedelta(days=1))
    assert red("G10", "G11") == {"G10"}
    AccountingPeriod.objects.filter(starts_on__year=2024).update(closed_at=clock.now())
    assert red("G11") == {"G11"}


def test_closing_takes_as_many_statements_for_many_lines_as_for_one(trade: Trade, colleague: Actor) -> None:
    counted = []
    for year, journals in ((2020, 1), (2021, 10)):
        for day in range(journals):
            book(trade, date(year, 1, 1 + day), "10")
        with count_statements() as found:
            close_period(By(colleague), period_id=period(year).pk)
        counted.append(found.statements)
    assert counted[0] == counted[1]


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_neighbours_are_not_closed_and_reopened_at_once() -> None:
    make_trade(items=1)
    colleague = factories.actor("finance")
    close_period(By(colleague), period_id=period(2020).pk)
    first, second = in_turn(
        lambda: reopen_period(By(colleague), period_id=period(2020).pk, reason="Late"),
        lambda: close_period(By(colleague), period_id=period(2021).pk),
    )
    assert not isinstance(first, Exception)
    assert isinstance(second, PeriodOutOfOrder)
    assert red("G11") == set()
