"""A bank's file comes in: kept as it is, its statements and entries written whole or not at all."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from billing.banking.errors import BankFileRefused
from billing.banking.events import EntriesCame
from billing.banking.intake import ReadFile, read_bank_file
from billing.banking.models import BankAccount, BankEntry, BankFile, BankStatement
from billing.banking.permissions import TAKE_STATEMENT
from billing.banking.posting import bank_journal
from billing.banking.reads import ACCOUNTS, SAME_FILE, TAKEN
from billing.banking.statements import Statement, cut, refused
from billing.ledger.actions.post_journals import post_journals
from billing.ledger.models import Purpose
from billing.receivables.applying import lock_books
from erp.kernel.batch import Batch
from erp.kernel.command import command

CHUNK = 200  # entries that a worker looks at in one transaction


@dataclass(frozen=True, slots=True)
class BankFileTaken:
    """The file, its statements and how many entries they have."""

    file_id: int
    statement_ids: list[int]
    entries: int


@dataclass(frozen=True, slots=True)
class _Account:
    id: int
    company_id: int
    kind: str
    number: str
    currency: str
    ledger_id: int
    name: str
    since: Any  # the day of its first statement


def _twice(**_given: object) -> BankFileRefused:
    return refused("twice", "the same file was taken a moment ago", "look at the list of statements")


def _meanwhile(**_given: object) -> BankFileRefused:
    return refused("busy", "another first file of the account came at the same moment", "take this one again")


@command(
    "billing.take_bank_file",
    conflicts={
        "bank_file_once": _twice,
        "bank_statement_once": _twice,
        "bank_statement_one_opens": _meanwhile,
    },
)
def take_bank_file(batch: Batch, *, name: str, content: bytes) -> BankFileTaken:
    """Take every statement of a file, or refuse the file and change nothing.

    The first statement of an account posts its opening balance; entries are looked at by a worker. Statements do not
    depend on the number of entries. Raises BankFileRefused with rule, cause and remedy, NotPermitted.
    """
    batch.actor.require(TAKE_STATEMENT)
    read = read_bank_file(content)
    numbers = sorted({one.account for one in read.statements})
    known = [_Account(*row) for row in batch.read(ACCOUNTS, numbers)]
    chosen = [_account_of(one, known, read.format) for one in read.statements]
    company_ids = {account.company_id for account in chosen}
    for company_id in sorted(company_ids):
        batch.actor.require(TAKE_STATEMENT, company=company_id)
    if len(company_ids) > 1:
        raise refused(
            "company", "it has statements of several companies", "ask the bank for a file for each company"
        )
    company_id = company_ids.pop()
    _check_new(batch, company_id, read, chosen, content)
    return _write(batch, company_id, name, content, read, chosen)


def _account_of(one: Statement, known: Sequence[_Account], format: str) -> _Account:
    kind = BankAccount.Kind.LOCKBOX if format == BankFile.Format.LOCKBOX else BankAccount.Kind.BANK
    own = [account for account in known if account.number == one.account and account.kind == kind]
    if not own:
        raise refused(
            "account",
            f"there is no {kind.label.lower()} {one.account or 'without a number'}",
            "finance adds it under Bank accounts with this number, or the file is somebody else's",
        )
    if not one.currency and len(own) == 1:
        return own[0]
    for account in own:
        if account.currency == one.currency:
            return account
    raise refused(
        "currency",
        f"statement {one.reference} is in {one.currency or 'no currency'}, account {one.account} in"
        f" {', '.join(account.currency for account in own)}",
        "ask the bank which it is; an account in another currency is a bank account of its own",
    )


def _check_new(
    batch: Batch, company_id: int, read: ReadFile, chosen: Sequence[_Account], content: bytes
) -> None:
    for name, at in batch.read(SAME_FILE, company_id, hashlib.sha256(content).hexdigest()):
        raise refused(
            "twice", f"the very same file was taken as {name} on {at:%Y-%m-%d}", "choose the next file"
        )
    keys = [
        (account.id, cut("reference", one.reference), one.ends_on)
        for one, account in zip(read.statements, chosen, strict=True)
    ]
    for (_, reference, on), count in Counter(keys).items():
        if count > 1:
            raise refused(
                "twice",
                f"statement {reference} of {on} is in it {count} times",
                "ask the bank for the file anew",
            )
    for _, reference, on, name, at in batch.read(
        TAKEN, *(list(column) for column in zip(*keys, strict=True))
    ):
        raise refused(
            "twice",
            f"statement {reference} of {on} was taken with {name} on {at:%Y-%m-%d}",
            "choose a file with later statements",
        )
    for one, account in zip(read.statements, chosen, strict=True):
        if account.since is not None and one.ends_on < account.since:
            raise refused(
                "before",
                f"statement {one.reference} ends on {one.ends_on}, the books of {account.name} open with a statement"
                f" of {account.since}",
                "leave it out: what was before is in the opening balance",
            )


def _write(
    batch: Batch, company_id: int, name: str, content: bytes, read: ReadFile, chosen: Sequence[_Account]
) -> BankFileTaken:
    statements = sorted(
        zip(read.statements, chosen, strict=True), key=lambda pair: (pair[1].id, pair[0].ends_on)
    )
    counts = {
        "billing_bankstatement": len(statements),
        "billing_bankentry": sum(len(one.lines) for one, _ in statements),
    }
    drawn = batch.draw(**counts)
    ids, entry_ids = drawn["billing_bankstatement"], drawn["billing_bankentry"]
    file = BankFile.objects.create(
        company_id=company_id,
        name=name.strip()[-120:] or "file",
        format=read.format,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        received_at=batch.now,
        received_by=batch.actor.name,
    )
    opened = {account.id for _, account in statements if account.since is not None}
    opens = []
    for _, account in statements:
        opens.append(account.id not in opened)
        opened.add(account.id)
    batch.insert(
        BankStatement,
        id=ids,
        company=company_id,
        account=[account.id for _, account in statements],
        file=file.pk,
        reference=[cut("reference", one.reference) for one, _ in statements],
        ends_on=[one.ends_on for one, _ in statements],
        opening=[one.opening for one, _ in statements],
        credits=[one.credits for one, _ in statements],
        debits=[one.debits for one, _ in statements],
        closing=[one.closing for one, _ in statements],
        entry_count=[len(one.lines) for one, _ in statements],
        opens=opens,
    )
    _write_entries(batch, company_id, list(zip(ids, (one for one, _ in statements), strict=True)), entry_ids)
    _post_openings(
        batch,
        company_id,
        [(*pair, pk) for pair, pk, first in zip(statements, ids, opens, strict=True) if first],
    )
    outcome = {"name": name, "format": read.format, "statements": len(ids), "entries": len(entry_ids)}
    batch.decide("billing.take_bank_file", BankFile, file.pk, outcome)
    return BankFileTaken(file.pk, ids, len(entry_ids))


def _write_entries(
    batch: Batch, company_id: int, statements: Sequence[tuple[int, Statement]], ids: Sequence[int]
) -> None:
    rows = [
        (pk, place, line)
        for pk, statement in statements
        for place, line in enumerate(statement.lines, start=1)
    ]
    batch.insert(
        BankEntry,
        id=list(ids),
        company=company_id,
        statement=[pk for pk, _, _ in rows],
        place=[place for _, place, _ in rows],
        booked_on=[line.booked_on for *_, line in rows],
        value_on=[line.value_on for *_, line in rows],
        amount=[line.amount for *_, line in rows],
        reference=[cut("reference", line.reference) for *_, line in rows],
        text=[cut("text", line.text) for *_, line in rows],
        payer_name=[cut("payer_name", line.payer_name) for *_, line in rows],
        payer_account=[cut("payer_account", line.payer_account) for *_, line in rows],
        code=[cut("code", line.code) for *_, line in rows],
        is_fee=[line.is_fee for *_, line in rows],
        state=[
            BankEntry.State.NEW.value if line.amount else BankEntry.State.NOTED.value for *_, line in rows
        ],
        proposed="[]",
    )
    first = 0
    for pk, statement in statements:
        own = ids[first : first + len(statement.lines)]
        first += len(statement.lines)
        chunks = [own[start : start + CHUNK] for start in range(0, len(own), CHUNK)]
        batch.publish(*(EntriesCame(pk, chunk[0], chunk[-1]) for chunk in chunks))


def _post_openings(batch: Batch, company_id: int, first: Sequence[tuple[Statement, _Account, int]]) -> None:
    """An account's books begin with what its first statement opens with."""
    if not any(one.opening for one, _, _ in first):
        return
    accounting_on, _ = lock_books(batch, company_id=company_id, customer_ids=())
    post_journals(
        batch,
        [
            bank_journal(
                batch,
                company_id=company_id,
                currency=account.currency,
                source="billing.bankstatement",
                source_id=pk,
                accounting_on=accounting_on,
                bank_account_id=account.ledger_id,
                amount=one.opening,
                against=Purpose.OPENING,
            )
            for one, account, pk in first
        ],
    )
