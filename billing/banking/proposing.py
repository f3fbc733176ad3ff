"""Proposals for many entries at once: what is known is read in three statements, whatever their number."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from billing.banking.reads import ITEMS, LEARNT, LOCK_ENTRIES, PREFIXES
from billing.banking.rules import (
    CERTAIN,
    NONE,
    Credit,
    Item,
    Known,
    Match,
    account_key,
    behind,
    item_of,
    match,
    name_key,
    named_items,
    remaining,
    words_of,
)
from billing.receivables.rules import Application
from erp.kernel.batch import Batch
from erp.kernel.errors import BadInput, NotFound


@dataclass(frozen=True, slots=True)
class LockedEntry:
    """One entry, locked, with what it was proposed for."""

    id: int
    company_id: int
    state: str
    amount: Decimal
    booked_on: date
    reference: str
    text: str
    payer_name: str
    payer_account: str
    is_fee: bool
    version: int
    customer_id: int | None
    proposed: str  # as JSON
    certainty: str
    why: str
    bank_account_id: int  # in the ledger
    currency: str
    statement: str
    place: int
    today: date  # of the company

    @property
    def name(self) -> str:
        return f"entry {self.place} of {self.statement}"

    @property
    def has_come(self) -> bool:
        """Whether it is booked today or before."""
        return self.booked_on <= self.today

    @property
    def applications(self) -> list[Application]:
        """What it was proposed for."""
        return from_proposed(json.loads(self.proposed))

    @property
    def words(self) -> set[str]:
        return words_of(f"{self.reference} {self.text}")


def lock_entries(batch: Batch, entry_ids: Sequence[int], right: str) -> list[LockedEntry]:
    """The entries in order of their ids, for an actor who may; what does not exist is left out. Raises BadInput."""
    found = [LockedEntry(*row) for row in batch.read(LOCK_ENTRIES, batch.now, sorted(set(entry_ids)))]
    company_ids = sorted({one.company_id for one in found})
    for company_id in company_ids:
        batch.actor.require(right, company=company_id)
    if len(company_ids) > 1:
        raise BadInput(field="entry_ids", reason="entries of one company, whose books they are posted in.")
    return found


def lock_all(batch: Batch, entry_ids: Sequence[int], right: str) -> list[LockedEntry]:
    """The same, and all of them. Raises NotFound as well."""
    entries = lock_entries(batch, entry_ids, right)
    missing = sorted(set(entry_ids) - {one.id for one in entries})
    if missing:
        raise NotFound(what="bank entry", reference=missing[0])
    return entries


def propose_entries(batch: Batch, entries: Sequence[LockedEntry]) -> list[Match]:
    """What each entry of one company and currency pays; an item that a certain one takes is gone for the next."""
    credits = [one for one in entries if one.amount > 0]
    if not credits:
        return [_for_debit(one) for one in entries]
    company_id, currency = credits[0].company_id, credits[0].currency
    prefixes = [row[0].upper() for row in batch.read(PREFIXES, f"company:{company_id}")]
    by_account: defaultdict[str, set[int]] = defaultdict(set)
    by_name: defaultdict[str, set[int]] = defaultdict(set)
    accounts = sorted({account_key(one.payer_account) for one in credits if one.payer_account})
    names = sorted({name_key(one.payer_name) for one in credits if one.payer_name})
    for kind, value, customer_id in batch.read(LEARNT, company_id, accounts, names):
        (by_account if kind == "account" else by_name)[value].add(customer_id)
    words = {word for one in credits for word in one.words}
    customers = sorted(
        {found for known in (by_account, by_name) for some in known.values() for found in some}
    )
    items: defaultdict[int, list[Item]] = defaultdict(list)
    numbers = sorted(words | behind(words, prefixes))
    amounts = sorted({one.amount for one in credits})
    rows = batch.read(
        ITEMS, numbers, sorted(words), sorted(words), customers, company_id, amounts, company_id, currency
    )
    for pk, number, open_amount, amount, due_on, customer_id, also, percent, until in rows:
        items[customer_id].append(
            item_of(
                item_id=pk,
                number=number,
                open_amount=open_amount,
                amount=amount,
                due_on=due_on,
                customer_id=customer_id,
                also=also,
                percent=percent,
                until=until,
                currency=currency,
            )
        )
    known = Known(
        items,
        {value: frozenset(found) for value, found in by_account.items()},
        {value: frozenset(found) for value, found in by_name.items()},
    )
    open_now = _OpenNow(known, items, prefixes)
    return [open_now.match(one) if one.amount > 0 else _for_debit(one) for one in entries]


class _OpenNow:
    """What is open while the entries are looked at in turn: less by what a certain one takes."""

    def __init__(self, known: Known, items: dict[int, list[Item]], prefixes: Sequence[str]) -> None:
        self.known, self.items, self.prefixes = known, items, prefixes
        self.by_id = {item.open_item_id: item for own in items.values() for item in own}
        self.ids_by_number: defaultdict[str, list[int]] = defaultdict(list)
        for item in self.by_id.values():
            for number in {item.number.upper(), *(number.upper() for number in item.also)}:
                self.ids_by_number[number].append(item.open_item_id)

    def match(self, one: LockedEntry) -> Match:
        words = one.words
        by_number = {
            number: [self.by_id[pk] for pk in self.ids_by_number[number] if pk in self.by_id]
            for number in words | behind(words, self.prefixes)
            if number in self.ids_by_number
        }
        credit = Credit(one.amount, one.booked_on, one.payer_account, one.payer_name)
        found = match(credit, self.known, named_items(words, self.prefixes, by_number))
        if found.certainty == CERTAIN and found.customer_id is not None:
            self._take(found.customer_id, found.applications)
        return found

    def _take(self, customer_id: int, applications: Sequence[Application]) -> None:
        taken = {each.open_item_id: each.settled for each in applications}
        self.items[customer_id] = remaining(self.items[customer_id], taken)
        for pk in taken:
            del self.by_id[pk]
        self.by_id |= {item.open_item_id: item for item in self.items[customer_id]}


def _for_debit(one: LockedEntry) -> Match:
    if one.is_fee:
        return Match(CERTAIN, "The bank says that it is its own charge")
    return Match(NONE, "Money that went out is coded to an account of the ledger by a person")


def as_proposed(applications: Sequence[Application]) -> list[list[Any]]:
    """Applications as an entry keeps them."""
    return [[one.open_item_id, str(one.amount), str(one.difference), one.reason] for one in applications]


def from_proposed(rows: Sequence[Sequence[Any]]) -> list[Application]:
    """And back."""
    return [
        Application(item, Decimal(amount), Decimal(difference), reason)
        for item, amount, difference, reason in rows
    ]
