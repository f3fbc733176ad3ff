"""Entries: proposed and posted by the worker, confirmed, coded and taken back by people; books and items together."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing.banking.actions.code_entries import code_entries
from billing.banking.actions.confirm_entry import confirm_entry, confirm_proposals
from billing.banking.actions.match_entries import match_entries
from billing.banking.actions.reverse_entries import reverse_entries
from billing.banking.actions.take_bank_file import take_bank_file
from billing.banking.actions.withdraw_learnt import withdraw_learnt
from billing.banking.errors import EntryNotOpen, EntryNotPosted, NoProposal, NotCodable, NotMoneyIn
from billing.banking.policies import POST_CERTAIN
from billing.banking.queries import tie_out
from billing.ledger.models import Account, Purpose
from billing.models import (
    BankAccount,
    BankEntry,
    BankPosting,
    CashApplication,
    CashReceipt,
    LearntPayer,
    OpenItem,
)
from billing.receivables.errors import BeyondAuthority, OverApplied
from billing.receivables.rules import Application
from erp.kernel import outbox
from erp.kernel.actor import Actor
from erp.kernel.command import By
from erp.kernel.errors import BadInput, NotFound, NotPermitted
from masterdata.models import PaymentTerms
from masterdata.policies.actions.set_policy import set_policy
from orders.credit.models import CreditAccount
from tests import factories
from tests.billing.banking.bank import IBAN, SYSTEM, bank_account, ledger_balance, mt940, take
from tests.billing.receivables.test_cash import balance, exposure, open_item
from tests.billing.test_proofs import red
from tests.factories import local_day
from tests.support import count_statements, run_concurrently
from tests.trade import Trade

PROOFS = ("BK1", "BK2", "BK3", "G1", "G2", "G3", "G4", "G5", "G8")


def state(entry: BankEntry) -> str:
    entry.refresh_from_db()
    return entry.state


def opened(item: OpenItem) -> Decimal:
    item.refresh_from_db()
    return item.open


def test_the_worker_posts_what_is_certain_and_leaves_the_rest(trade: Trade, bank: BankAccount) -> None:
    first, second = open_item(trade, 10), open_item(trade, 7)
    content = mt940(
        IBAN,
        [
            (str(first.amount), f"Invoice {first.invoice.number}|ACME|DE1"),
            (str(second.amount - 1), f"{second.invoice.number}|ACME|DE1"),
            ("3.33", "who knows"),
            ("-8.00", "rent"),
        ],
    )
    take_bank_file(By(SYSTEM), name="day.sta", content=content)
    for name in outbox.due_subscribers():
        outbox.deliver(name)
    paid, short, unknown, rent = BankEntry.objects.order_by("place")
    assert [(row.state, row.certainty) for row in (paid, short, unknown, rent)] == [
        ("posted", "certain"), ("waiting", "likely"), ("waiting", "none"), ("waiting", "none"),
    ]  # fmt: skip
    assert paid.why == f"The text names {first.invoice.number}, which is exactly this amount"
    assert short.why.endswith(f"the payment is 1.00 short of {second.amount:.2f}")
    receipt = CashReceipt.objects.get()
    assert (receipt.amount, receipt.unapplied, receipt.account, receipt.received_by) == (
        first.amount, 0, bank.account, "system:billing.banking.match_what_came",
    )  # fmt: skip
    assert (opened(first), opened(second), ledger_balance(bank.account)) == (0, second.amount, first.amount)
    assert balance(Purpose.CASH) == 0  # the money is on the bank's own account
    assert LearntPayer.objects.count() == 0  # people teach, the system does not teach itself
    assert red(*PROOFS) == set()


def test_a_policy_keeps_the_worker_from_posting(trade: Trade, bank: BankAccount) -> None:
    owner = By(factories.actor("process_owner", "finance"))
    set_policy(owner, key=POST_CERTAIN.key, value=False, valid_from=local_day())
    item = open_item(trade)
    (entry,) = take(bank, [(str(item.amount), item.invoice.number)])
    assert (entry.state, entry.certainty, opened(item)) == ("waiting", "certain", item.amount)


def test_two_payments_of_one_invoice_in_one_file_pay_it_once(trade: Trade, bank: BankAccount) -> None:
    item = open_item(trade)
    first, second = take(bank, [(str(item.amount), item.invoice.number)] * 2)
    assert (state(first), state(second), opened(item)) == ("posted", "waiting", 0)
    assert (second.certainty, CashReceipt.objects.count()) == ("none", 1)


def test_confirming_teaches_and_taking_back_forgets(
    trade: Trade, bank: BankAccount, colleague: Actor
) -> None:
    item, later = open_item(trade, 10), open_item(trade, 7)
    customer_id, before = item.customer_id, exposure(trade)
    (entry,) = take(bank, [("20.00", "thanks|ACME Inc.|DE1")])
    confirm_entry(
        By(colleague),
        entry_id=entry.pk,
        customer_id=customer_id,
        applications=[Application(item.pk, Decimal(15))],
    )
    assert (state(entry), opened(item), CashReceipt.objects.get().unapplied) == (
        "posted", item.amount - 15, 5,
    )  # fmt: skip
    assert exposure(trade) == before - 20
    learnt = list(LearntPayer.objects.order_by("kind").values_list("kind", "value", "customer_id"))
    assert learnt == [("account", "DE1", customer_id), ("name", "ACME INC", customer_id)]
    with pytest.raises(EntryNotOpen):
        confirm_entry(By(colleague), entry_id=entry.pk, customer_id=customer_id)

    known, named = take(
        bank,
        [(str(later.amount), "x|Acme, Inc|DE1"), ("3.00", "x|acme inc|DE9")],
        reference="S2",
        opening="20.00",
    )
    assert (state(known), named.certainty, opened(later)) == ("posted", "guess", 0)
    assert known.why.startswith("The account DE1 has paid for this customer before")

    with pytest.raises(BadInput):
        reverse_entries(By(colleague), entry_ids=[entry.pk], reason=" ")
    reverse_entries(By(colleague), entry_ids=[entry.pk], reason="Not theirs")
    receipt = CashReceipt.objects.earliest("pk")
    assert (state(entry), opened(item), receipt.unapplied, receipt.reversal_reason) == (
        "waiting", item.amount, 0, "Not theirs",
    )  # fmt: skip
    assert LearntPayer.objects.filter(withdrawn_at=None).count() == 0
    assert exposure(trade) == before - later.amount
    with pytest.raises(EntryNotPosted):
        reverse_entries(By(colleague), entry_ids=[entry.pk], reason="Again")
    match_entries(By(colleague), entry_ids=[named.pk])
    named.refresh_from_db()
    assert (named.certainty, red(*PROOFS)) == ("none", set())
    code_entries(By(colleague), entry_ids=[entry.pk], account_id=_account("700X"), note="Found money")
    assert (state(entry), list(entry.postings.order_by("pk").values_list("reason", flat=True))) == (
        "coded", ["Not theirs", ""],
    )  # fmt: skip


def _account(code: str) -> int:
    company_id = BankAccount.objects.values_list("company_id", flat=True)[0]
    return Account.objects.create(company_id=company_id, code=code, name=code, kind="income").pk


def test_a_discount_in_terms_is_taken_by_the_worker(trade: Trade, bank: BankAccount) -> None:
    PaymentTerms.objects.update(discount_percent=2, discount_days=10)
    item = open_item(trade)
    discount = round(item.amount / 50, 2)
    (entry,) = take(bank, [(str(item.amount - discount), item.invoice.number)])
    assert (state(entry), opened(item), balance(Purpose.DISCOUNT)) == ("posted", 0, discount)
    assert "cash discount in terms" in entry.why
    rows = list(CashApplication.objects.order_by("pk").values_list("amount", "reason"))
    assert rows == [(item.amount - discount, ""), (discount, "discount")]
    assert (CashReceipt.objects.get().unapplied, exposure(trade), red(*PROOFS)) == (0, 0, set())
    reverse_entries(By(SYSTEM), entry_ids=[entry.pk], reason="Returned by the bank")
    assert (opened(item), balance(Purpose.DISCOUNT), exposure(trade)) == (item.amount, 0, item.amount)
    assert red(*PROOFS) == set()


@pytest.mark.parametrize(
    ("paid", "difference", "reason", "purpose"),
    [
        ("-2.00", "2.00", "short", Purpose.DIFFERENCE),
        ("-4.99", "4.99", "charges", Purpose.FEES),
        ("0.40", "-0.40", "over", Purpose.DIFFERENCE),
    ],
)
def test_short_and_over_are_coded_within_authority(
    trade: Trade,
    bank: BankAccount,
    colleague: Actor,
    paid: str,
    difference: str,
    reason: str,
    purpose: Purpose,
) -> None:
    item = open_item(trade)
    amount = item.amount + Decimal(paid)
    (entry,) = take(bank, [(str(amount), "thanks")])
    given: dict[str, Any] = {"entry_id": entry.pk, "customer_id": item.customer_id}
    wrong = [Application(item.pk, amount, Decimal(difference), "")]
    with pytest.raises(BadInput):
        confirm_entry(By(colleague), **given, applications=wrong)
    confirm_entry(
        By(colleague), **given, applications=[Application(item.pk, amount, Decimal(difference), reason)]
    )
    assert (opened(item), balance(purpose), CashReceipt.objects.get().unapplied) == (
        0, Decimal(difference), 0,
    )  # fmt: skip
    assert (exposure(trade), red(*PROOFS)) == (0, set())


def test_beyond_the_limit_a_process_owner_codes_it(trade: Trade, bank: BankAccount, colleague: Actor) -> None:
    item = open_item(trade)
    (entry,) = take(bank, [(str(item.amount - 6), "thanks")])
    short = [Application(item.pk, item.amount - 6, Decimal(6), "short")]
    given: dict[str, Any] = {
        "entry_id": entry.pk, "customer_id": item.customer_id, "applications": short,
    }  # fmt: skip
    with pytest.raises(BeyondAuthority):
        confirm_entry(By(colleague), **given)
    assert (state(entry), opened(item), CashReceipt.objects.count()) == ("waiting", item.amount, 0)
    confirm_entry(By(factories.actor("finance", "process_owner")), **given)
    assert opened(item) == 0


def test_charges_are_coded_by_the_worker_and_money_out_by_people(
    trade: Trade, bank: BankAccount, colleague: Actor
) -> None:
    (fee,) = take(bank, [("-3.10", "monthly")], kind="NCHG")
    assert (state(fee), balance(Purpose.FEES)) == ("coded", Decimal("3.10"))
    rent, wages = take(bank, [("-8.00", "rent"), ("-9.00", "wages")], reference="S2", opening="-3.10")
    with pytest.raises(NotMoneyIn):
        confirm_proposals(By(colleague), entry_ids=[rent.pk])
    receivable = Account.objects.get(rules__purpose=Purpose.RECEIVABLE)
    second = bank_account(trade.world.company_id, number="BE2")
    foreign = factories.books(factories.company())[Purpose.REVENUE]
    for account_id, error in (
        (receivable.pk, NotCodable), (second.account_id, NotCodable), (bank.account_id, NotCodable),
        (foreign.pk, NotFound),
    ):  # fmt: skip
        with pytest.raises(error):
            code_entries(By(colleague), entry_ids=[rent.pk], account_id=account_id)
    with pytest.raises(NotPermitted):
        code_entries(By(factories.actor("warehouse")), entry_ids=[rent.pk], account_id=_account("61"))
    assert (state(rent), BankPosting.objects.count()) == ("waiting", 1)
    account_id = _account("62")
    code_entries(By(colleague), entry_ids=[wages.pk, rent.pk], account_id=account_id)
    assert (ledger_balance(account_id), tie_out(bank).difference, tie_out(bank).unposted) == (17, 0, 0)
    reverse_entries(By(colleague), entry_ids=[rent.pk], reason="Wrong account")
    assert (ledger_balance(account_id), state(rent), red(*PROOFS)) == (9, "waiting", set())


def test_what_does_not_fit_is_refused_and_changes_nothing(
    trade: Trade, bank: BankAccount, colleague: Actor
) -> None:
    item = open_item(trade)
    (entry,) = take(bank, [("20.00", "nothing known")])
    with pytest.raises(NoProposal):
        confirm_proposals(By(colleague), entry_ids=[entry.pk])
    with pytest.raises(NotFound):
        confirm_proposals(By(colleague), entry_ids=[entry.pk, 999_999])
    with pytest.raises(OverApplied):
        confirm_entry(
            By(colleague), entry_id=entry.pk, customer_id=item.customer_id,
            applications=[Application(item.pk, item.amount + 1)],
        )  # fmt: skip
    other = factories.customer(company=factories.company())
    with pytest.raises(NotFound):
        confirm_entry(By(colleague), entry_id=entry.pk, customer_id=other.pk)
    for actor in (
        factories.actor("warehouse"),
        factories.actor("finance", scope=f"company:{other.company_id}"),
    ):
        with pytest.raises(NotPermitted):
            confirm_entry(By(actor), entry_id=entry.pk, customer_id=item.customer_id)
    assert (state(entry), opened(item), CashReceipt.objects.count(), LearntPayer.objects.count()) == (
        "waiting", item.amount, 0, 0,
    )  # fmt: skip


def test_what_was_learnt_is_withdrawn(trade: Trade, bank: BankAccount, colleague: Actor) -> None:
    (entry,) = take(bank, [("20.00", "x|ACME|DE1")])
    confirm_entry(By(colleague), entry_id=entry.pk, customer_id=trade.world.customers[0])
    ids = list(LearntPayer.objects.values_list("pk", flat=True))
    with pytest.raises(NotPermitted):
        withdraw_learnt(By(factories.actor("warehouse")), learnt_ids=ids)
    withdraw_learnt(By(colleague), learnt_ids=ids)
    withdraw_learnt(By(colleague), learnt_ids=ids)
    (again,) = take(bank, [("20.00", "x|ACME|DE1")], reference="S2", opening="20.00")
    assert (again.certainty, CashReceipt.objects.get().unapplied) == ("none", 20)


def test_statements_do_not_grow_with_the_entries(trade: Trade, bank: BankAccount) -> None:
    items = [open_item(trade) for _ in range(9)]
    counts = []
    for number, chosen in enumerate((items[:1], items[1:])):
        content = mt940(
            IBAN, [(str(one.amount), one.invoice.number) for one in chosen], reference=f"S{number}"
        )
        statement_id = take_bank_file(By(SYSTEM), name="s", content=content).statement_ids[0]
        ids = list(BankEntry.objects.filter(statement=statement_id).values_list("pk", flat=True))
        with count_statements() as counted:
            assert match_entries(By(SYSTEM), entry_ids=ids).posted_ids == ids
        counts.append(counted.statements)
    assert counts[0] == counts[1] <= 28
    assert not OpenItem.objects.exclude(open=0).exists()


def test_taking_back_asks_as_much_for_one_as_for_many(
    trade: Trade, bank: BankAccount, colleague: Actor
) -> None:
    items = [open_item(trade) for _ in range(4)]
    paid = [(str(one.amount), one.invoice.number) for one in items]
    entries = take(bank, [*paid, *[(f"-{n}.00", "rent") for n in range(1, 5)]])
    code_entries(By(colleague), entry_ids=[one.pk for one in entries[4:]], account_id=_account("64"))
    counts = []
    for chosen in ([entries[0], entries[4]], [*entries[1:4], *entries[5:]]):
        with count_statements() as counted:
            reverse_entries(By(colleague), entry_ids=[one.pk for one in chosen], reason="Undone")
        counts.append(counted.statements)
    assert counts[0] == counts[1] <= 24
    assert {state(one) for one in entries} == {"waiting"}
    assert [opened(one) for one in items] == [one.amount for one in items]
    assert (ledger_balance(bank.account), red(*PROOFS)) == (0, set())
    with pytest.raises(EntryNotPosted):
        reverse_entries(By(colleague), entry_ids=[entries[0].pk], reason="Again")
    with pytest.raises(NotFound):
        reverse_entries(By(colleague), entry_ids=[999_999], reason="Never")


def test_entries_of_two_companies_are_not_worked_together(
    trade: Trade, bank: BankAccount, colleague: Actor
) -> None:
    other = bank_account(factories.trading_company(currency="EUR"), number="BE1OTHER")
    entries = [*take(bank, [("5.00", "x")]), *take(other, [("5.00", "x")])]
    ids = [one.pk for one in entries]
    for refused in (
        lambda: match_entries(By(SYSTEM), entry_ids=ids),
        lambda: confirm_proposals(By(SYSTEM), entry_ids=ids),
        lambda: code_entries(By(SYSTEM), entry_ids=ids, account_id=_account("65")),
        lambda: reverse_entries(By(SYSTEM), entry_ids=ids, reason="Both"),
    ):
        with pytest.raises(BadInput, match="one company"):
            refused()
    assert [(state(one), one.version) for one in entries] == [("waiting", 2), ("waiting", 2)]


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_an_entry_is_confirmed_once(trade: Trade, bank: BankAccount, colleague: Actor) -> None:
    item = open_item(trade)
    (entry,) = take(bank, [(str(item.amount + 50), "thanks")])
    results = run_concurrently(
        lambda _: confirm_entry(
            By(colleague), entry_id=entry.pk, customer_id=item.customer_id,
            applications=[Application(item.pk, item.amount)],
        ),
        range(4),
    )  # fmt: skip
    refused = [result for result in results if isinstance(result, EntryNotOpen)]
    assert (len(refused), CashReceipt.objects.count(), BankPosting.objects.count()) == (3, 1, 1)
    assert (opened(item), ledger_balance(bank.account)) == (0, item.amount + 50)


STEPS = st.lists(
    st.tuples(st.sampled_from(["confirm", "reverse", "code", "match"]), st.integers(0, 3), st.integers(0, 2)),
    min_size=1, max_size=12,
)  # fmt: skip


def test_books_items_and_statement_agree_after_any_order(
    trade: Trade, bank: BankAccount, colleague: Actor
) -> None:
    items = [open_item(trade, quantity) for quantity in (3, 5, 8)]
    account_id, customer_id, by = _account("63"), items[0].customer_id, By(colleague)
    entries = take(bank, [("17.00", "a|A|DE1"), ("40.00", "b|B|DE2"), ("-6.00", "c"), ("9.99", "d")])

    @settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(steps=STEPS)
    def check(steps: list[tuple[str, int, int]]) -> None:
        for what, which, item in steps:
            entry = entries[which]
            if what == "reverse" and state(entry) in ("posted", "coded"):
                reverse_entries(by, entry_ids=[entry.pk], reason="Random")
            elif what == "code" and state(entry) == "waiting":
                code_entries(by, entry_ids=[entry.pk], account_id=account_id)
            elif what == "confirm" and state(entry) == "waiting" and entry.amount > 0:
                part = min(entry.amount, opened(items[item]))
                paid = [Application(items[item].pk, part)] if part else []
                confirm_entry(by, entry_id=entry.pk, customer_id=customer_id, applications=paid)
            elif what == "match":
                match_entries(by, entry_ids=[entry.pk])
        tie = tie_out(bank)
        assert (tie.ledger, tie.difference) == (tie.closing - tie.unposted, 0)
        owed = sum((opened(one) for one in items), Decimal(0))
        assert balance(Purpose.RECEIVABLE) == owed
        waiting = sum(CashReceipt.objects.values_list("unapplied", flat=True), Decimal(0))
        assert balance(Purpose.UNAPPLIED) == -waiting
        assert CreditAccount.objects.get(customer_id=customer_id).exposure == owed - waiting

    check()
    assert red(*PROOFS) == set()
