"""Profit and loss account and balance sheet: the arithmetic, one company, several consolidated, pages and programs."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.test import APIClient

from billing.ledger.actions.close_period import close_period
from billing.ledger.actions.keep_chart import change_account, create_account
from billing.ledger.actions.keep_classes import change_account_class, create_account_class
from billing.ledger.errors import ClassOfAnotherKind, ClassTaken, RateMissing
from billing.ledger.models import Purpose
from billing.ledger.rules import days_before, month_before, year_before
from billing.ledger.statement_queries import company_statement, consolidated_statement
from billing.ledger.statements import (
    BalanceRow,
    ClassRow,
    StatementLine,
    balance_sheet,
    eliminations,
    profit_and_loss,
    translated,
)
from billing.models import Account, AccountClass
from erp.kernel.actor import Actor
from erp.kernel.command import By
from erp.kernel.errors import BadInput, NotPermitted, StaleVersion
from masterdata.models import AccountingPeriod, Company
from tests import factories
from tests.billing.ledger.books import book, sort_accounts
from tests.trade import Trade

# Days --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("since", "until", "before"),
    [
        (date(2026, 3, 1), date(2026, 3, 31), (date(2026, 2, 1), date(2026, 2, 28))),
        (date(2026, 1, 1), date(2026, 3, 31), (date(2025, 10, 1), date(2025, 12, 31))),
        (date(2026, 1, 1), date(2026, 12, 31), (date(2025, 1, 1), date(2025, 12, 31))),
        (date(2026, 3, 5), date(2026, 3, 14), (date(2026, 2, 23), date(2026, 3, 4))),
        (date(2026, 1, 1), date(2026, 11, 29), (date(2025, 2, 2), date(2025, 12, 31))),
    ],
)
def test_the_period_before(since: date, until: date, before: tuple[date, date]) -> None:
    assert days_before(since, until) == before


def test_a_year_and_a_month_before() -> None:
    assert year_before(date(2024, 2, 29)) == date(2023, 2, 28)
    assert year_before(date(2025, 2, 28)) == date(2024, 2, 29)
    assert year_before(date(2026, 11, 29)) == date(2025, 11, 29)
    assert month_before(date(2026, 1, 31)) == date(2025, 12, 31)


# The arithmetic ----------------------------------------------------------------------------------

CLASSES = [
    ClassRow(1, "Net sales", "income"),
    ClassRow(2, "Cost of sales", "expense", "Gross profit"),
    ClassRow(3, "Trade receivables", "asset"),
]


def row(code: str, kind: str, balance: str, class_id: int | None = None, **more: Any) -> BalanceRow:
    value = Decimal(balance)
    return BalanceRow(
        int(code),
        code,
        f"Account {code}",
        kind,
        max(value, Decimal(0)),
        max(-value, Decimal(0)),
        class_id,
        **more,
    )


COMPANY = [
    row("70", "income", "-1000", 1), row("60", "expense", "600", 2), row("61", "expense", "150"),
    row("40", "asset", "900", 3), row("10", "equity", "-550"), row("44", "liability", "-100"),
]  # fmt: skip


def said(lines: list[StatementLine]) -> list[tuple[str, str, tuple[int, ...]]]:
    return [(line.kind, line.label, tuple(int(amount) for amount in line.amounts)) for line in lines]


def test_profit_and_loss_adds_up_on_the_way() -> None:
    assert said(profit_and_loss([COMPANY], CLASSES)) == [
        ("class", "Net sales", (1000,)),
        ("account", "Account 70", (1000,)),
        ("class", "Cost of sales", (-600,)),
        ("account", "Account 60", (-600,)),
        ("subtotal", "Gross profit", (400,)),
        ("class", "Other expenses", (-150,)),
        ("account", "Account 61", (-150,)),
        ("total", "Result", (250,)),
    ]


def test_the_balance_sheet_holds_what_was_earned() -> None:
    lines = said(balance_sheet([COMPANY], CLASSES))
    assert lines == [
        ("class", "Trade receivables", (900,)),
        ("account", "Account 40", (900,)),
        ("total", "Total assets", (900,)),
        ("class", "Other liabilities", (100,)),
        ("account", "Account 44", (100,)),
        ("total", "Total liabilities", (100,)),
        ("class", "Other equity", (550,)),
        ("account", "Account 10", (550,)),
        ("class", "Result not carried forward", (250,)),
        ("total", "Total equity", (800,)),
        ("total", "Total liabilities and equity", (900,)),
    ]


def test_a_balance_sheet_that_does_not_balance_says_by_how_much() -> None:
    assert said(balance_sheet([COMPANY[:-1]], CLASSES))[-1] == ("total", "Difference", (100,))


def test_accounts_of_two_columns_meet_by_code_and_name() -> None:
    lines = profit_and_loss([COMPANY, [row("70", "income", "-5", 1), row("71", "income", "-7", 1)]], CLASSES)
    assert said(lines)[:3] == [
        ("class", "Net sales", (1000, 12)),
        ("account", "Account 70", (1000, 5)),
        ("account", "Account 71", (0, 7)),
    ]
    assert [cell.account_id for cell in lines[2].cells] == [None, 71]


def test_what_companies_owe_each_other_is_taken_out() -> None:
    ours = [row("41", "asset", "80", is_intercompany=True), *COMPANY]
    theirs = [row("45", "liability", "-80", is_intercompany=True)]
    between = eliminations([ours, theirs])
    assert [(each.code, int(each.balance)) for each in between] == [("41", -80), ("45", 80)]
    whole = [*ours, *theirs, *between]
    found = said(balance_sheet([ours, theirs, between, whole], CLASSES))
    assert ("account", "Account 41", (80, 0, -80, 0)) in found


def test_translation_rounds_each_balance_once() -> None:
    rows = translated([row("70", "income", "-10.01"), row("60", "expense", "0")], Decimal("1.1655"), "EUR")
    assert [each.balance for each in rows] == [Decimal("-11.67"), 0]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["asset", "liability", "equity", "income", "expense"]),
            st.integers(-(10**9), 10**9),
            st.sampled_from([None, 1, 2, 3]),
        ),
        min_size=1,
        max_size=12,
    )
)
def test_whatever_balances_gives_a_balance_sheet_that_does(drawn: list[tuple[str, int, int | None]]) -> None:
    kinds = {each.class_id: each.kind for each in CLASSES}
    rows = [
        row(str(n), kind, str(Decimal(cents) / 100), class_id if kinds.get(class_id) == kind else None)
        for n, (kind, cents, class_id) in enumerate(drawn, 1)
    ]
    rows.append(row("999", "equity", str(-sum(each.balance for each in rows))))
    lines = {line.label: line.amounts[0] for line in balance_sheet([rows], CLASSES)}
    assert lines["Total assets"] == lines["Total liabilities and equity"]
    assert "Difference" not in lines
    assert profit_and_loss([rows], CLASSES)[-1].amounts[0] == lines["Result not carried forward"]


# Out of the books --------------------------------------------------------------------------------


@pytest.fixture
def year(trade: Trade) -> Trade:
    """Sales of 100 in 2020 and 250 in 2021, cost of 40 in 2021."""
    sort_accounts(trade.world.company_id)
    book(trade, date(2020, 3, 1), "100")
    book(trade, date(2021, 3, 1), "250")
    book(trade, date(2021, 6, 1), "-40", Purpose.COGS)
    return trade


def amounts(found: Any) -> dict[str, tuple[Decimal, ...]]:
    return {line.label: line.amounts for line in found.lines}


def test_a_year_beside_the_year_before_read_from_closed_and_open_periods(
    year: Trade, colleague: Actor
) -> None:
    company = Company.objects.get(pk=year.world.company_id)
    asked: Any = {"since": date(2021, 1, 1), "until": date(2021, 12, 31), "compare": "year"}
    found = amounts(company_statement("profit_and_loss", company, **asked))
    assert found["Net sales"] == (250, 100, 150)
    assert found["Gross profit"] == (210, 100, 110)
    for period in AccountingPeriod.objects.filter(starts_on__lt=date(2022, 1, 1)).order_by("starts_on"):
        close_period(By(colleague), period_id=period.pk)
    assert amounts(company_statement("profit_and_loss", company, **asked)) == found
    sheet = amounts(company_statement("balance_sheet", company, since=None, until=date(2021, 12, 31)))
    assert sheet["Cash at bank"] == (310,)
    assert sheet["Result not carried forward"] == (310,)


def test_companies_are_consolidated_in_the_first_ones_currency(year: Trade) -> None:
    ours = Company.objects.get(pk=year.world.company_id)
    theirs = factories.company(currency="GBP")
    accounts = factories.books(theirs)
    Account.objects.filter(pk=accounts["revenue"].pk).update(name="Sales abroad", code="7777")
    book(year, date(2021, 5, 1), "10", company_id=theirs.pk)
    asked: Any = {"since": date(2021, 1, 1), "until": date(2021, 12, 31)}
    with pytest.raises(RateMissing):
        consolidated_statement("profit_and_loss", [ours, theirs], rates={}, **asked)
    found = consolidated_statement("profit_and_loss", [ours, theirs], rates={"GBP": Decimal("1.2")}, **asked)
    assert (found.currency, [head.label for head in found.heads]) == (
        "EUR",
        [ours.code, theirs.code, "Eliminations", "Consolidated"],
    )
    lines = amounts(found)
    assert lines["Sales abroad"] == (0, 12, 0, 12)
    assert lines["Result"] == (210, 12, 0, 222)
    Account.objects.filter(pk=accounts["revenue"].pk).update(is_intercompany=True)
    found = consolidated_statement("profit_and_loss", [ours, theirs], rates={"GBP": Decimal("1.2")}, **asked)
    assert amounts(found)["Result"] == (210, 12, -12, 210)
    assert found.not_eliminated == -12


# Classes -----------------------------------------------------------------------------------------


def test_a_class_is_kept_and_gathers_accounts_of_its_kind(trade: Trade, colleague: Actor) -> None:
    by = By(colleague)
    made = create_account_class(by, code="SALES", name="Net sales", kind="income", position=10)
    with pytest.raises(ClassTaken):
        create_account_class(by, code="SALES", name="Others", kind="income", position=20)
    with pytest.raises(BadInput):
        create_account_class(by, code="X", name="X", kind="asset", position=1, subtotal="Sum")
    with pytest.raises(NotPermitted):
        create_account_class(By(factories.actor("warehouse")), code="X", name="X", kind="asset", position=1)
    account = Account.objects.get(rules__purpose="revenue")
    wanted = {"account_class_id": made.account_class_id}
    with pytest.raises(ClassOfAnotherKind):
        change_account(by, account_id=account.pk, version=1, changes=wanted)
    change_account(by, account_id=account.pk, version=1, changes={"kind": "income", **wanted})
    account.refresh_from_db()
    assert (account.kind, account.account_class_id) == ("income", made.account_class_id)
    with pytest.raises(ClassOfAnotherKind):
        change_account(by, account_id=account.pk, version=2, changes={"kind": "asset"})
    change_account_class(
        by, account_class_id=made.account_class_id, version=1, changes={"subtotal": "Turnover"}
    )
    with pytest.raises(StaleVersion):
        change_account_class(by, account_class_id=made.account_class_id, version=1, changes={"position": 5})
    assert list(AccountClass.objects.values_list("subtotal", "position", "version")) == [("Turnover", 10, 2)]
    company_id = trade.world.company_id
    other = create_account(
        by, company_id=company_id, code="7011", name="Sales to the house", kind="income", is_intercompany=True, **wanted
    )  # fmt: skip
    assert Account.objects.get(pk=other.account_id).is_intercompany


# Pages and programs ------------------------------------------------------------------------------

DAYS = "since=2021-01-01&until=2021-12-31"


@pytest.fixture
def finance(year: Trade, client: Client) -> Client:
    client.force_login(factories.user("finance", username="fin"))
    return client


def test_the_page_leads_to_the_lines(year: Trade, finance: Client) -> None:
    company_id = year.world.company_id
    assert finance.get("/billing/profit-and-loss/").status_code == 200
    url = f"/billing/profit-and-loss/?company={company_id}&{DAYS}&compare=before"
    answer = finance.get(url)
    page = answer.content.decode()
    assert "Gross profit" in page and "210.00" in page
    (link,) = {
        target for shown in answer.context["lines"] for _amount, target in shown["cells"] if "2021" in target
        and shown["line"].label == "Revenue"
    }  # fmt: skip
    lines = finance.get(link)
    assert [each["pk"] for each in lines.context["rows"]] != []
    assert "250.00" in lines.content.decode() and "100.00" not in lines.content.decode()
    file = finance.get(f"{url}&export=csv")
    assert "Gross profit,subtotal,210.00,100.00,110.00" in file.content.decode("utf-8-sig")
    assert finance.get(f"{url}&export=xlsx").status_code == 200
    assert finance.get(f"{url}&export=pdf").status_code == 400
    sheet = finance.get(f"/billing/balance-sheet/?company={company_id}&until=2021-12-31&compare=year")
    assert "Result not carried forward" in sheet.content.decode()


@pytest.mark.parametrize(
    "days", ["since=2021-02-01&until=2021-01-01", "since=0001-01-01&until=x", "until=9999-01-01"]
)
def test_days_that_make_no_sense_are_refused(year: Trade, finance: Client, days: str) -> None:
    assert finance.get(f"/billing/profit-and-loss/?company={year.world.company_id}&{days}").status_code == 422


def test_a_consolidation_asks_for_rates(year: Trade, finance: Client) -> None:
    factories.books(factories.company(currency="GBP"))
    url = f"/billing/profit-and-loss/?company=all&{DAYS}"
    assert finance.get(url).status_code == 422
    page = finance.get(f"{url}&rate_GBP=1.2").content.decode()
    assert "Eliminations" in page and "1 GBP = 1.2 EUR" in page


def test_programs_read_the_statements(year: Trade) -> None:
    api = APIClient()
    api.force_authenticate(factories.user("finance", username="interface"))
    code = Company.objects.get(pk=year.world.company_id).code
    balance = api.get("/api/v1/trial-balance/", {"company": code, "on": "2021-12-31"}).json()
    assert {each["name"]: each["balance"] for each in balance["rows"]}["Bank"] == "310.00"
    found = api.get(f"/api/v1/profit-and-loss/?company={code}&{DAYS}&compare=year").json()
    assert {each["label"]: each["amounts"] for each in found["lines"]}["Result"] == [
        "210.00",
        "100.00",
        "110.00",
    ]
    sheet = api.get("/api/v1/balance-sheet/?until=2021-12-31").json()
    assert [each["label"] for each in sheet["columns"]] == [code, "Eliminations", "Consolidated"]
    assert api.get(f"/api/v1/profit-and-loss/?company=NOBODY&{DAYS}").status_code == 404
    assert (
        api.get(f"/api/v1/profit-and-loss/?company={code}&since=2021-02-01&until=2021-01-01").status_code
        == 400
    )
    assert api.get("/api/v1/balance-sheet/?until=2021-12-31&rates=GBP:x").status_code == 400
    account = Account.objects.get(rules__purpose="revenue")
    lines = api.get(
        "/api/v1/journal-lines/", {"account": account.pk, "from_date": "2021-01-01", "to_date": "2021-12-31"}
    )
    assert [each["amount"] for each in lines.json()["results"]] == ["-250.00"]
    made = api.post(
        "/api/v1/account-classes/", {"code": "FIN", "name": "Financial", "kind": "expense", "position": 90},
        format="json", HTTP_IDEMPOTENCY_KEY="c",
    )  # fmt: skip
    assert made.status_code == 201
    account = api.post(
        "/api/v1/accounts/",
        {"company": code, "code": "65", "name": "Interest", "kind": "expense", "account_class": "FIN"},
        format="json", HTTP_IDEMPOTENCY_KEY="a",
    )  # fmt: skip
    assert (account.status_code, account.json()["account_class"]) == (201, "FIN")
    changed = api.patch(
        f"/api/v1/accounts/{account.json()['id']}/", {"version": 1, "account_class": None}, format="json"
    )
    assert (changed.status_code, changed.json()["account_class"]) == (200, None)
    oldest = AccountingPeriod.objects.earliest("starts_on")
    closed = api.post(f"/api/v1/accounting-periods/{oldest.pk}/close/", HTTP_IDEMPOTENCY_KEY="p")
    assert (closed.status_code, closed.json()["closed_at"] is None) == (200, False)
    reopened = api.post(
        f"/api/v1/accounting-periods/{oldest.pk}/reopen/",
        {"reason": "Late"},
        format="json",
        HTTP_IDEMPOTENCY_KEY="r",
    )
    assert reopened.json()["closed_at"] is None


def test_books_of_another_company_are_not_chosen(year: Trade, client: Client) -> None:
    other = factories.company()
    client.force_login(factories.user("finance", scope=f"company:{other.pk}"))
    assert client.get(f"/billing/profit-and-loss/?company={year.world.company_id}&{DAYS}").status_code == 422
