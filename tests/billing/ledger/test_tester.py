"""The tester names the account that posting would take, for every event and class, and the rule that chose it."""

from decimal import Decimal

import pytest
from django.test import Client
from rest_framework.test import APIClient

from billing.ledger.accounts import account_for, forget_accounts
from billing.ledger.models import Purpose
from billing.ledger.tester import determine, event_of, posting_events
from billing.models import Account, AccountRule, Journal, JournalLine
from erp.kernel import clock
from erp.kernel.batch import Batch
from masterdata.models import Company, ItemClass
from tests import factories
from tests.trade import Trade


@pytest.fixture
def item_class(trade: Trade) -> ItemClass:
    """A class whose revenue has an account of its own."""
    company_id = trade.world.company_id
    made = factories.item_class(code="TOOLS", name="Tools")
    own = Account.objects.create(company_id=company_id, code="7020", name="Sales of tools", kind="income")
    AccountRule.objects.create(company_id=company_id, purpose="revenue", item_class=made, account=own)
    forget_accounts()
    return made


def told(trade: Trade, key: str, item_class: ItemClass | None = None) -> list[tuple[str, str, str]]:
    event = event_of(key)
    assert event is not None
    return [
        (row.share.purpose.value, row.account.name if row.account else "", row.why)
        for row in determine(company_id=trade.world.company_id, event=event, item_class=item_class)
    ]


def test_a_class_has_its_own_account_and_others_the_one_for_all(trade: Trade, item_class: ItemClass) -> None:
    assert told(trade, "invoice", item_class) == [
        ("receivable", "Receivables", "the rule for all classes"),
        ("revenue", "Sales of tools", "the rule of class Tools"),
        ("tax", "Tax payable", "the rule for all classes"),
    ]
    assert told(trade, "invoice")[1] == ("revenue", "Revenue", "the rule for all classes")


def test_what_has_no_rule_falls_back_or_goes_to_suspense(trade: Trade, item_class: ItemClass) -> None:
    AccountRule.objects.filter(purpose__in=("shrinkage", "fees")).delete()
    assert told(trade, "adjustment:lost")[1] == (
        "shrinkage",
        "Inventory adjustments",
        "Inventory lost and found has no rule, so that of Inventory adjustments serves: the rule for all classes",
    )
    assert told(trade, "purpose:fees") == [
        ("fees", "Suspense", "no rule: it waits in suspense until one is added")
    ]
    AccountRule.objects.filter(purpose="suspense").delete()
    assert told(trade, "purpose:fees") == [
        ("fees", "", "no rule, and none for suspense: the posting is refused")
    ]
    forget_accounts()


def test_it_says_what_posting_does(trade: Trade, item_class: ItemClass) -> None:
    AccountRule.objects.filter(purpose__in=("shrinkage", "count", "tax")).delete()
    forget_accounts()
    batch, company_id = Batch(trade.actor, clock.now()), trade.world.company_id
    for event in [
        *posting_events().values(),
        *filter(None, map(event_of, (f"purpose:{p}" for p in Purpose.values))),
    ]:
        for row in determine(company_id=company_id, event=event, item_class=item_class):
            class_id = item_class.pk if row.share.by_class else None
            taken = account_for(batch, company_id, row.share.purpose, class_id, otherwise=row.share.otherwise)
            assert row.account is not None
            assert (row.account.pk, not row.is_suspense) == taken, (event.key, row.share.purpose)
    forget_accounts()


def test_events_are_those_that_are_posted(trade: Trade) -> None:
    trade.invoice(trade.ship(1))
    purposes = dict(AccountRule.objects.values_list("account_id", "purpose"))
    journal = Journal.objects.get(kind="invoice")
    posted = {
        (purposes[line.account_id], line.amount > Decimal(0))
        for line in JournalLine.objects.filter(journal_id=journal.pk)
    }
    assert posted <= {(share.purpose.value, share.is_debit) for share in posting_events()["invoice"].shares}


def test_pages_and_programs_ask(trade: Trade, item_class: ItemClass, client: Client) -> None:
    user = factories.user("finance")
    client.force_login(user)
    company = Company.objects.get(pk=trade.world.company_id)
    url = "/billing/account-rules/test/"
    assert client.get(url).status_code == 200
    asked = {"company": company.pk, "event": "invoice", "item_class": item_class.pk}
    assert "the rule of class Tools" in client.get(url, asked).content.decode()
    assert client.get(url, {**asked, "event": "purpose:nothing"}).status_code == 422
    api = APIClient()
    api.force_authenticate(user)
    url = "/api/v1/account-determination/"
    rows = api.get(url, {"company": company.code, "event": "invoice", "item_class": "TOOLS"}).json()
    assert [(row["side"], row["account"]) for row in rows][1] == ("credit", "7020")
    assert api.get(url, {"company": company.code, "event": "nothing"}).status_code == 400
    assert api.get(url, {"company": company.code, "event": "invoice", "item_class": "X"}).status_code == 404
