"""The postings of other people's books load and balance: a year of a household's ledger, currency by currency."""

import csv
from collections import defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import transaction

from billing.ledger.actions.post_journals import Amount, Entry, post_journals
from billing.ledger.models import Purpose
from billing.ledger.queries import trial_balance
from billing.models import Account
from erp.kernel import clock
from erp.kernel.batch import Batch
from tests import factories
from tests.billing.test_proofs import red
from tests.trade import Trade

SHARED = [Path(__file__).parents[n] / "shared" / "data" / "ledger" for n in (4, 5)]


def rows(name: str) -> list[dict[str, str]]:
    for folder in SHARED:
        if (file := folder / f"beancount_basic_{name}.csv").exists():
            with file.open(newline="") as text:
                return list(csv.DictReader(text))
    pytest.skip("../shared/data/ledger is not here")


@pytest.mark.parametrize("currency", ["USD", "CAD"])
def test_every_transaction_balances_and_accounts_come_to_what_their_owner_says(
    trade: Trade, currency: str
) -> None:
    postings = [row for row in rows("postings") if row["weight_currency"] == currency]
    company = factories.company(currency=currency)
    factories.period(company=company)
    accounts = {
        name: Account.objects.create(company=company, code=f"{n}", name=name, kind="asset").pk
        for n, name in enumerate(sorted({row["account"] for row in postings}), 1)
    }
    journals: defaultdict[tuple[str, str], list[Amount]] = defaultdict(list)
    for row in postings:
        share = Amount(Purpose.SUSPENSE, Decimal(row["weight"]), account_id=accounts[row["account"]])
        journals[row["txn"], row["date"]].append(share)
    entries = [
        Entry(
            kind="cash",
            company_id=company.pk,
            currency=currency,
            source="books",
            source_id=int(number),
            effective_at=clock.now(),
            accounting_on=date.fromisoformat(day),
            amounts=amounts,
        )
        for (number, day), amounts in journals.items()
    ]
    assert entries
    with transaction.atomic():  # the trigger refuses a journal that is not zero
        batch = Batch(trade.actor, clock.now())
        post_journals(batch, entries)
        batch.close()
    # Where something was bought or sold at a price, the weight is not in the currency of the account's balance.
    mixed = {row["account"] for row in rows("postings") if row["currency"] != row["weight_currency"]}
    said = {
        row["account"]: Decimal(row["balance"])
        for row in rows("balances")
        if row["currency"] == currency and row["account"] not in mixed
    }
    found = {row.name: row.balance for row in trial_balance(company_id=company.pk, on=date(2100, 1, 1))}
    assert said
    assert {name: found.get(name, Decimal(0)) for name in said} == said
    assert sum(found.values()) == 0
    assert red("G1", "G2") == set()
