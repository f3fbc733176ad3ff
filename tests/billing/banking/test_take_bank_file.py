"""Files come in whole or not at all; statements connect, or say what is missing; the ledger ties out."""

import hashlib
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from billing.banking.actions.code_entries import code_entries
from billing.banking.actions.confirm_entry import confirm_entry
from billing.banking.actions.keep_bank_accounts import change_bank_account, create_bank_account
from billing.banking.actions.match_entries import match_entries
from billing.banking.actions.take_bank_file import BankFileTaken, take_bank_file
from billing.banking.errors import AccountInUse, BankAccountTaken, BankFileRefused
from billing.banking.queries import DISCONNECTED, statement_list, tie_out
from billing.banking.tasks import BANK_FILE, start_bank_file
from billing.banking.work import statements_missing
from billing.ledger.actions.keep_accounts import save_account_rule
from billing.ledger.errors import AccountHeld
from billing.ledger.models import Account, Journal, Purpose
from billing.models import BankAccount, BankEntry, BankFile, BankStatement
from erp.kernel.actor import Actor
from erp.kernel.command import By
from erp.kernel.errors import BadInput, NotPermitted, StaleVersion
from erp.kernel.jobs import run_job
from erp.kernel.models import User
from tests import factories
from tests.billing.banking.bank import IBAN, LOCKBOX, SYSTEM, bank_account, ledger_balance, mt940, take
from tests.billing.test_proofs import red
from tests.factories import local_day
from tests.support import count_statements, run_concurrently
from tests.trade import Trade

BANK_PROOFS = ("BK1", "BK2", "BK3", "G1", "G2")


def send(content: bytes, actor: Actor = SYSTEM, **by: Any) -> BankFileTaken:
    return take_bank_file(By(actor, **by), name="day.sta", content=content)


def everything() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (BankFile, BankStatement, BankEntry, Journal))


def test_the_first_statement_opens_the_books_and_the_account_ties_out(bank: BankAccount) -> None:
    content = mt940(IBAN, [("30.00", "?"), ("-12.50", "rent")], opening="100.00")
    taken = send(content)
    kept = BankFile.objects.get(pk=taken.file_id)
    assert (kept.format, bytes(kept.content), kept.sha256) == (
        "mt940", content, hashlib.sha256(content).hexdigest(),
    )  # fmt: skip
    statement = BankStatement.objects.get()
    assert (statement.opening, statement.credits, statement.debits, statement.closing, statement.opens) == (
        100, 30, Decimal("12.5"), Decimal("117.5"), True,
    )  # fmt: skip
    assert ledger_balance(bank.account) == 100
    tie = tie_out(bank)
    assert (tie.closing, tie.unposted, tie.waiting, tie.breaks, tie.ledger, tie.difference) == (
        Decimal("117.5"), Decimal("17.5"), 2, 0, 100, 0,
    )  # fmt: skip
    assert red(*BANK_PROOFS) == set()


def test_what_is_missing_between_statements_is_told_until_it_comes(bank: BankAccount, settings: Any) -> None:
    today = local_day()
    take(bank, [("10.00", "x")], reference="S1", on=today - timedelta(days=4))
    take(bank, [("5.00", "y")], reference="S3", opening="17.00", on=today - timedelta(days=2))
    user = factories.user("finance")
    gaps = {row.reference: row.before for row in statement_list(user=user)}
    assert (gaps, tie_out(bank).breaks) == ({"S1 1/1": None, "S3 1/1": Decimal(10)}, Decimal(7))
    assert (tie_out(bank).difference, red("BK2")) == (0, set())
    assert [row.reference for row in statement_list(user=user).filter(DISCONNECTED)] == ["S3 1/1"]
    assert statements_missing(user).count == 1
    take(bank, [("7.00", "z")], reference="S2", opening="10.00", on=today - timedelta(days=3))
    assert [row.before for row in statement_list(user=user)] == [17, 10, None]
    assert (tie_out(bank).breaks, tie_out(bank).unposted, red("BK2")) == (0, 22, set())
    assert statements_missing(user).count == 0


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (mt940("BE00", [("1.00", "x")]), "account"),
        (mt940(IBAN, [("1.00", "x")], currency="USD"), "currency"),
        (mt940(IBAN, [("1.00", "x")], currency="QQQ"), "currency"),
        (mt940(IBAN, [("1.00", "x")], closing="3.00"), "balance"),
        (mt940(IBAN, [("30.00", "a")]), "twice"),  # the very same file
        (mt940(IBAN, [("30.00", "a")]) + b"\n", "twice"),  # the same statement in another one
        (mt940(IBAN, [("1.00", "x")], reference="S0", on=local_day() - timedelta(days=9)), "before"),
        ((mt940(IBAN, [("1.00", "x")], reference="S2") + b"\n") * 2, "twice"),
        (
            mt940(IBAN, [("1.00", "x")], reference="S2", opening="30.00") + b"\n"
            + mt940(IBAN, [("1.00", "x")], reference="S3", closing="0.00"),
            "balance",
        ),
        (mt940("BE1OTHER", [("1.00", "x")]) + b"\n" + mt940(IBAN, [("1.00", "x")], reference="S2"), "company"),
    ],
)  # fmt: skip
def test_a_refused_file_changes_nothing(bank: BankAccount, content: bytes, rule: str) -> None:
    bank_account(factories.trading_company(currency="EUR"), number="BE1OTHER")
    send(mt940(IBAN, [("30.00", "a")]))
    before = everything()
    with pytest.raises(BankFileRefused) as refusal:
        send(content)
    told = refusal.value.context
    assert (told["rule"], bool(told["cause"]), bool(told["remedy"])) == (rule, True, True), told
    assert everything() == before


def test_only_finance_of_the_company_takes_files(bank: BankAccount) -> None:
    content, other, before = mt940(IBAN, [("1.00", "x")]), factories.company(), everything()
    for actor in (factories.actor("warehouse"), factories.actor("finance", scope=f"company:{other.pk}")):
        with pytest.raises(NotPermitted):
            send(content, actor)
    assert everything() == before


def test_the_same_request_again_is_answered_the_same(bank: BankAccount) -> None:
    content = mt940(IBAN, [("1.00", "x")])
    first, second = send(content, key="f-1"), send(content, key="f-1")
    assert (first, BankFile.objects.count()) == (second, 1)


def test_statements_do_not_grow_with_the_entries(bank: BankAccount) -> None:
    counts = []
    for number, size in enumerate((1, 150)):
        content = mt940(IBAN, [("1.00", f"x{n}") for n in range(size)], reference=f"S{number}")
        with count_statements() as counted:
            send(content)
        counts.append(counted.statements)
    assert counts[0] == counts[1] <= 16
    assert BankEntry.objects.count() == 151


def test_the_schema_refuses_what_does_not_add_up_and_what_is_changed(bank: BankAccount) -> None:
    send(mt940(IBAN, [("1.00", "x")]))
    row = BankStatement.objects.get()
    row.pk, row.reference, row.closing, row.opens = None, "S9", Decimal(5), False
    with pytest.raises(IntegrityError, match="bank_statement_adds_up"), transaction.atomic():
        row.save()
    with pytest.raises(IntegrityError, match="is append-only"), transaction.atomic():
        BankFile.objects.update(name="other")


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_the_same_file_from_four_hands_is_taken_once(bank: BankAccount) -> None:
    content = mt940(IBAN, [("1.00", "x")], opening="9.00")
    results = run_concurrently(lambda _: send(content), range(4))
    assert sorted(type(result).__name__ for result in results) == [
        *["BankFileRefused"] * 3, "BankFileTaken",
    ]  # fmt: skip
    assert (BankStatement.objects.count(), ledger_balance(bank.account)) == (1, 9)


def test_a_lockbox_is_money_on_its_way(trade: Trade, bank: BankAccount) -> None:
    box = bank_account(trade.world.company_id, number="0022222", kind="lockbox", name="Lockbox")
    before = everything()
    with pytest.raises(BankFileRefused):  # a statement is not of a lockbox
        send(mt940("0022222", [("1.00", "x")]))
    assert everything() == before
    taken = send(LOCKBOX)
    (cheque,) = BankEntry.objects.filter(statement__in=taken.statement_ids)
    match_entries(By(SYSTEM), entry_ids=[cheque.pk])
    customer_id = trade.world.customers[0]
    confirm_entry(By(SYSTEM), entry_id=cheque.pk, customer_id=customer_id)
    assert ledger_balance(box.account) == 7000
    (sum_of,) = take(bank, [("7000.00", "lockbox deposit")])
    code_entries(By(SYSTEM), entry_ids=[sum_of.pk], account_id=box.account_id)
    assert (ledger_balance(box.account), ledger_balance(bank.account)) == (0, 7000)
    assert red(*BANK_PROOFS) == set()


def test_a_banks_ledger_account_is_its_alone(trade: Trade, bank: BankAccount) -> None:
    company_id = trade.world.company_id
    for purpose in (Purpose.CASH, Purpose.RECEIVABLE):
        account = Account.objects.get(rules__purpose=purpose, company=company_id)
        with pytest.raises(AccountInUse):
            _create(company_id, account.pk, "BE2")
    with pytest.raises(AccountInUse):
        _create(company_id, bank.account_id, "BE2")
    expense = Account.objects.create(company_id=company_id, code="X0", name="Rent", kind="expense")
    with pytest.raises(AccountInUse, match="is an asset"):
        _create(company_id, expense.pk, "BE2")
    free = Account.objects.create(company_id=company_id, code="X1", name="Free", kind="asset")
    with pytest.raises(BankAccountTaken):
        _create(company_id, free.pk, "be68 5390 0754 7034")
    with pytest.raises(BadInput):
        _create(company_id, free.pk, "BE2", currency="USD")
    with pytest.raises(AccountHeld):
        save_account_rule(
            By(SYSTEM), company_id=company_id, purpose=Purpose.FEES.value, account_id=bank.account_id
        )
    free.refresh_from_db()
    assert (BankAccount.objects.count(), free.held_by) == (1, "")
    change_bank_account(By(SYSTEM), bank_account_id=bank.pk, version=1, changes={"name": "Main"})
    with pytest.raises(StaleVersion):
        change_bank_account(By(SYSTEM), bank_account_id=bank.pk, version=1, changes={"name": "Other"})
    assert BankAccount.objects.get().name == "Main"


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_an_account_becomes_a_banks_or_a_rules_and_never_both(trade: Trade) -> None:
    company_id = trade.world.company_id
    account = Account.objects.create(company_id=company_id, code="X1", name="Free", kind="asset")
    results = run_concurrently(
        lambda turn: _create(company_id, account.pk, "BE2") if turn else save_account_rule(
            By(SYSTEM), company_id=company_id, purpose=Purpose.FEES.value, account_id=account.pk
        ),
        range(2),
    )  # fmt: skip
    refused = [one for one in results if isinstance(one, AccountInUse | AccountHeld)]
    account.refresh_from_db()
    assert (len(refused), account.rules.exists()) == (1, account.held_by == "")


def _create(company_id: int, account_id: int, number: str, currency: str = "EUR") -> None:
    create_bank_account(
        By(SYSTEM), company_id=company_id, kind="bank", name="B", number=number, currency=currency,
        account_id=account_id,
    )  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_a_large_file_is_a_job_that_goes_on_after_a_death(
    bank: BankAccount, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    user: User = factories.user("finance")
    content = mt940(IBAN, [("1.00", f"x{n}") for n in range(450)])
    job = start_bank_file("large.sta", content, user)
    assert (job.kind, job.title) == (BANK_FILE, "Bank file large.sta")
    take_bank_file(By(Actor.of(user), key=f"job-{job.pk}"), name="large.sta", content=content)  # and it dies
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.done, job.total, job.message) == (
        "done", 450, 450, "450 entries taken, 450 to work",
    )  # fmt: skip
    assert (BankFile.objects.count(), BankEntry.objects.filter(state="waiting").count()) == (1, 450)
