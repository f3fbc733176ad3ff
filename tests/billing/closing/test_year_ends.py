"""Closing a fiscal year: its result goes to retained earnings once, and comes back until the next year is closed."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from rest_framework.test import APIClient

from billing.closing.actions.close_year import close_year, reverse_year
from billing.closing.errors import (
    LaterYearClosed,
    NothingToCarry,
    PeriodIsClosed,
    YearIsClosed,
    YearIsOpen,
)
from billing.ledger.accounts import forget_accounts
from billing.ledger.actions.close_period import close_period
from billing.ledger.errors import PeriodHasOpenWork, PeriodOutOfOrder
from billing.ledger.models import Purpose
from billing.ledger.queries import trial_balance
from billing.ledger.statement_queries import company_statement
from billing.models import AccountRule, Journal, JournalLine, PeriodBalance, YearClose
from erp.kernel.actor import Actor
from erp.kernel.command import By
from erp.kernel.errors import BadInput, NotPermitted
from masterdata.models import AccountingPeriod, Company
from tests import factories
from tests.billing.ledger.books import book, sort_accounts
from tests.billing.test_proofs import red
from tests.support import count_statements, run_concurrently
from tests.trade import Trade
from tests.trade import trade as make_trade


def period(year: int) -> AccountingPeriod:
    return AccountingPeriod.objects.get(starts_on=date(year, 1, 1))


def green() -> bool:
    return red("G1", "G2", "G6", "G10", "G11", "G12", "G16") == set()


@pytest.fixture
def years(trade: Trade) -> Trade:
    """A profit of 60 in 2020 and a loss of 5 in 2021."""
    sort_accounts(trade.world.company_id)
    book(trade, date(2020, 3, 1), "100")
    book(trade, date(2020, 6, 1), "-40", Purpose.COGS)
    book(trade, date(2021, 3, 1), "-5", Purpose.COGS)
    return trade


def carried(on: date, trade: Trade) -> dict[str, Decimal]:
    """Balances at the end of a day by account, without those of zero."""
    return {
        row.name: row.balance
        for row in trial_balance(company_id=trade.world.company_id, on=on)
        if row.balance and row.name in ("Bank", "Revenue", "Cost of goods sold", "Retained earnings")
    }


def test_the_result_goes_to_retained_earnings_and_the_last_period_closes(
    years: Trade, colleague: Actor
) -> None:
    made = close_year(By(colleague), period_id=period(2020).pk)
    assert made.result == 60
    assert period(2020).closed_at is not None
    assert carried(date(2020, 12, 31), years) == {"Bank": 60, "Retained earnings": -60}
    journal = Journal.objects.get(kind="year_end")
    assert (journal.accounting_on, journal.source_id) == (date(2020, 12, 31), made.year_close_id)
    assert PeriodBalance.objects.get(period=period(2020), account__name="Retained earnings").credit == 60
    assert green()
    assert close_year(By(colleague), period_id=period(2021).pk).result == -5
    assert carried(date(2021, 12, 31), years) == {"Bank": 55, "Retained earnings": -55}
    assert green()


def test_the_profit_and_loss_account_still_tells_the_year(years: Trade, colleague: Actor) -> None:
    company = Company.objects.get(pk=years.world.company_id)
    days = {"since": date(2020, 1, 1), "until": date(2020, 12, 31)}
    before = company_statement("profit_and_loss", company, **days)
    made = close_year(By(colleague), period_id=period(2020).pk)
    assert company_statement("profit_and_loss", company, **days) == before
    sheet = company_statement("balance_sheet", company, since=None, until=date(2020, 12, 31))
    assert {line.label: line.amounts[0] for line in sheet.lines}["Result not carried forward"] == 0
    reverse_year(By(colleague), year_close_id=made.year_close_id, reason="Late invoice")
    assert company_statement("profit_and_loss", company, **days) == before


def test_a_year_is_reversed_until_the_next_is_closed(years: Trade, colleague: Actor) -> None:
    by = By(colleague)
    first = close_year(by, period_id=period(2020).pk)
    with pytest.raises(YearIsClosed):
        close_year(by, period_id=period(2020).pk)
    second = close_year(by, period_id=period(2021).pk)
    with pytest.raises(LaterYearClosed):
        reverse_year(by, year_close_id=first.year_close_id, reason="Late invoice")
    with pytest.raises(BadInput):
        reverse_year(by, year_close_id=second.year_close_id, reason=" ")
    reverse_year(by, year_close_id=second.year_close_id, reason="Late invoice")
    reverse_year(by, year_close_id=first.year_close_id, reason="Late invoice")
    assert carried(date(2021, 12, 31), years) == {"Bank": 55, "Revenue": -100, "Cost of goods sold": 45}
    original = Journal.objects.get(source="billing.yearclose", source_id=first.year_close_id)
    mirror = Journal.objects.get(reverses_id=original.pk)
    assert sorted(
        JournalLine.objects.filter(journal_id=mirror.pk).values_list("account_id", "amount")
    ) == sorted(
        (account, -amount)
        for account, amount in JournalLine.objects.filter(journal_id=original.pk).values_list(
            "account_id", "amount"
        )
    )
    with pytest.raises(YearIsOpen):
        reverse_year(by, year_close_id=first.year_close_id, reason="Again")
    assert green()
    book(years, date(2020, 12, 1), "7")
    assert close_year(by, period_id=period(2020).pk).result == 67
    assert green()


def test_refusals_change_nothing(years: Trade, colleague: Actor) -> None:
    by = By(colleague)
    with pytest.raises(PeriodOutOfOrder):
        close_year(by, period_id=period(2021).pk)
    with pytest.raises(NotPermitted):
        close_year(By(factories.actor("warehouse")), period_id=period(2020).pk)
    AccountRule.objects.filter(purpose="retained").delete()
    forget_accounts()
    with pytest.raises(PeriodHasOpenWork):  # it would stand in suspense
        close_year(by, period_id=period(2020).pk)
    assert not Journal.objects.filter(kind="year_end").exists()
    assert not YearClose.objects.exists()
    close_period(by, period_id=period(2020).pk)
    with pytest.raises(PeriodIsClosed):
        close_year(by, period_id=period(2020).pk)
    forget_accounts()


def test_a_year_without_a_result_carries_nothing(trade: Trade, colleague: Actor) -> None:
    with pytest.raises(NothingToCarry):
        close_year(By(colleague), period_id=period(2020).pk)


def test_a_later_period_that_is_closed_keeps_the_year_closed(years: Trade, colleague: Actor) -> None:
    made = close_year(By(colleague), period_id=period(2020).pk)
    close_period(By(colleague), period_id=period(2021).pk)
    with pytest.raises(PeriodOutOfOrder):
        reverse_year(By(colleague), year_close_id=made.year_close_id, reason="Late invoice")
    assert YearClose.objects.get().reversed_at is None


def test_proofs_find_a_year_that_is_not_carried_forward_whole(years: Trade, colleague: Actor) -> None:
    close_year(By(colleague), period_id=period(2020).pk)
    book(years, date(2020, 12, 31), "3")
    assert red("G16") == {"G16"}
    book(years, date(2020, 12, 31), "-3")
    assert red("G16") == set()
    YearClose.objects.update(result=1)
    assert red("G16") == {"G16"}


def test_many_lines_take_the_statements_of_one(years: Trade, colleague: Actor) -> None:
    counted = []
    for year, journals in ((2020, 0), (2021, 10)):
        for day in range(journals):
            book(years, date(year, 5, 1 + day), "10")
        with count_statements() as found:
            close_year(By(colleague), period_id=period(year).pk)
        counted.append(found.statements)
    assert counted[0] == counted[1]


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_people_carry_it_forward_once() -> None:
    trade = make_trade(items=1)
    sort_accounts(trade.world.company_id)
    book(trade, date(2020, 3, 1), "100")
    colleague = factories.actor("finance")
    made = run_concurrently(lambda _each: close_year(By(colleague), period_id=period(2020).pk), range(2))
    assert sorted(type(each).__name__ for each in made) == ["YearClosed", "YearIsClosed"]
    assert Journal.objects.filter(kind="year_end").count() == 1
    assert red("G16") == set()


def test_pages_and_programs_close_and_reverse(years: Trade, client: Client) -> None:
    user = factories.user("finance", username="fin")
    client.force_login(user)
    assert client.post("/billing/year-ends/new/", {}).status_code == 422
    assert client.post("/billing/year-ends/new/", {"period": period(2020).pk}).status_code == 303
    page = client.get("/billing/year-ends/").content.decode()
    assert "60.00" in page and f"/billing/journals/{Journal.objects.get(kind='year_end').pk}/" in page
    made = YearClose.objects.get()
    asked = {"action": "reverse", "asked": "1", "id": made.pk, "reason": "Late invoice"}
    client.post("/billing/year-ends/", asked)
    made.refresh_from_db()
    assert (made.reversed_by, made.reason) == ("fin", "Late invoice")
    api = APIClient()
    api.force_authenticate(user)
    told = api.post(
        "/api/v1/year-closes/", {"period": period(2020).pk}, format="json", HTTP_IDEMPOTENCY_KEY="y"
    ).json()
    assert (told["ends_on"], told["result"]) == ("2020-12-31", "60.00")
    assert api.post(
        f"/api/v1/year-closes/{told['id']}/reverse/", {"reason": "Late"}, format="json", HTTP_IDEMPOTENCY_KEY="r"
    ).json()["reason"] == "Late"  # fmt: skip
    assert len(api.get("/api/v1/year-closes/").json()["results"]) == 2
    client.force_login(factories.user("finance", scope=f"company:{factories.company().pk}"))
    assert list(client.get("/billing/year-ends/").context["rows"]) == []
