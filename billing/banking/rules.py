"""What an entry of a bank pays, how certain that is, and why (AR02). No database, no clock.

The rules in their order; the first that finds something decides:

- text: invoices, orders or shipments that the text names. Certain when they add up to the cent, or less discounts.
- learnt: who paid from this account, or under this name, before. By the account it is certain when one item, or the
  whole account, is exactly this; by the name it is likely.
- amount: the one open item of the company with exactly this amount. Likely at most.

Who is known but whose items do not add up gets the one set of items that does, else the oldest.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from itertools import combinations

from billing.receivables.rules import ZERO, Application, Candidate, discount_of, fill

CERTAIN, LIKELY, GUESS, NONE = "certain", "likely", "guess", "none"
DISCOUNT = "discount"
PLACES = 6  # digits of a document's number
MOST_IN_A_SET = 10  # items of which sets are tried: a thousand sums
SHOWN = 4


@dataclass(frozen=True, slots=True)
class Item(Candidate):
    """An open item with whose it is, what else names it, and the discount that is due until a day."""

    customer_id: int = 0
    also: tuple[str, ...] = ()  # numbers of its order and shipment
    discount: Decimal = ZERO
    discount_until: date = date.min

    def less(self, paid_on: date) -> Decimal:
        """What pays it on that day: its open amount less the discount, where it is whole and in terms."""
        return self.open - (self.discount if paid_on <= self.discount_until else ZERO)


@dataclass(frozen=True, slots=True)
class Credit:
    """Money that came in, as the bank says it."""

    amount: Decimal
    paid_on: date
    account: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known in the company: items by customer, who paid from an account or under a name before."""

    items: Mapping[int, Sequence[Item]] = field(default_factory=dict)
    by_account: Mapping[str, frozenset[int]] = field(default_factory=dict)
    by_name: Mapping[str, frozenset[int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Match:
    """For whom and what, how certain, and why in one sentence with the figures."""

    certainty: str
    why: str
    customer_id: int | None = None
    applications: tuple[Application, ...] = ()


def account_key(account: str) -> str:
    """An account as it is remembered."""
    return account.strip().upper()[:140]


def name_key(name: str) -> str:
    """A payer's name as it is remembered: letters and digits in capitals, so that dots and blanks do not count."""
    return " ".join(re.findall(r"\w+", name.upper()))[:140]


def words_of(text: str) -> set[str]:
    """What may be a document's number in a text, in capitals."""
    return set(re.findall(r"[A-Z0-9]+(?:-[A-Z0-9]+)*", text.upper()))


def behind(words: Iterable[str], prefixes: Iterable[str]) -> set[str]:
    """Invoices' numbers that digits standing alone may mean: payers leave out what every number begins with."""
    digits = {word.lstrip("0") for word in words if word.isdigit() and len(word.lstrip("0")) >= 3}
    return {f"{prefix}{number.zfill(PLACES)}" for prefix in prefixes for number in digits}


def named_items(
    words: set[str], prefixes: Iterable[str], by_number: Mapping[str, Sequence[Item]]
) -> list[Item]:
    """Open items that a text's words name: by their own numbers, or else by other documents', or else by digits."""
    found = {item.open_item_id: item for word in words for item in by_number.get(word, ())}
    own = [item for item in found.values() if item.number.upper() in words]
    if not found:
        found = {
            item.open_item_id: item
            for number in behind(words, prefixes)
            for item in by_number.get(number, ())
        }
    return sorted(own or found.values(), key=lambda item: (item.due_on, item.open_item_id))


def match(credit: Credit, known: Known, named: Sequence[Item]) -> Match:
    """What a credit is proposed for. `named`: open items of documents that its text names."""
    told = known.by_account.get(account_key(credit.account), frozenset()) if credit.account else frozenset()
    called = known.by_name.get(name_key(credit.name), frozenset()) if credit.name else frozenset()
    if named:
        return _by_text(credit, named, told)
    for customers, how, sure in (
        (told, f"account {credit.account}", True),
        (called, f"name {credit.name}", False),
    ):
        if len(customers) == 1:
            (customer_id,) = customers
            return _by_payer(credit, customer_id, known.items.get(customer_id, ()), how, sure=sure)
        if customers:
            return Match(NONE, f"The {how} has paid for {len(customers)} customers before")
    return _by_amount(credit, known)


def _by_text(credit: Credit, named: Sequence[Item], told: frozenset[int]) -> Match:
    names = _listed(named)
    customers = {item.customer_id for item in named}
    if len(customers) > 1:
        return Match(NONE, f"The text names {names}, which are owed by {len(customers)} customers")
    (customer_id,) = customers
    found = _exactly(credit, named)
    if found:
        applications, how = found
        if told and customer_id not in told:
            why = f"The text names {names}, {how}, but account {credit.account} has paid for another customer"
            return Match(LIKELY, why, customer_id, applications)
        return Match(CERTAIN, f"The text names {names}, {how}", customer_id, applications)
    total = sum((item.open for item in named), ZERO)
    left = credit.amount - total
    how = f"{-left:.2f} short of {total:.2f}" if left < 0 else f"{left:.2f} over {total:.2f}"
    return Match(
        LIKELY,
        f"The text names {names}; the payment is {how}",
        customer_id,
        tuple(fill(credit.amount, named)),
    )


def _by_payer(credit: Credit, customer_id: int, items: Sequence[Item], how: str, *, sure: bool) -> Match:
    who = f"The {how} has paid for this customer before"
    if not items:
        return Match(GUESS, f"{who}; nothing is open, so it waits on the account", customer_id)
    single = [item for item in items if credit.amount in (item.open, item.less(credit.paid_on))]
    if len(single) == 1:
        found = _exactly(credit, single)
        assert found is not None
        return Match(
            CERTAIN if sure else LIKELY, f"{who}; {single[0].number} {found[1]}", customer_id, found[0]
        )
    whole = _exactly(credit, items)
    if whole:
        return Match(
            CERTAIN if sure else LIKELY,
            f"{who}; its {len(items)} open items {whole[1]}",
            customer_id,
            whole[0],
        )
    chosen = _only_set(credit, items)
    if chosen:
        found = _exactly(credit, chosen)
        assert found is not None
        why = f"{who}; of its {len(items)} open items only {_listed(chosen)} {found[1]}"
        return Match(LIKELY, why, customer_id, found[0])
    owed = [item for item in items if item.open > 0]
    oldest = sorted(owed, key=lambda item: (item.due_on, item.open_item_id))
    why = f"{who}; no items of it add up to {credit.amount:.2f}, so the oldest first"
    return Match(GUESS, why, customer_id, tuple(fill(credit.amount, oldest)))


def _by_amount(credit: Credit, known: Known) -> Match:
    same = [item for items in known.items.values() for item in items if item.open == credit.amount]
    if len(same) == 1:
        (item,) = same
        why = f"{item.number} is the only invoice that is open with {credit.amount:.2f}"
        return Match(LIKELY, why, item.customer_id, (Application(item.open_item_id, item.open),))
    if same:
        return Match(NONE, f"{len(same)} invoices are open with {credit.amount:.2f}, and nothing says which")
    return Match(NONE, "The text names no open document, and nobody has paid like this before")


def _exactly(credit: Credit, items: Sequence[Item]) -> tuple[tuple[Application, ...], str] | None:
    """The items paid whole, or all less their discounts, where that is the amount to the cent; and how to say it."""
    total = sum((item.open for item in items), ZERO)
    if total == credit.amount:
        exact = "which is exactly this amount" if len(items) == 1 else "which add up to exactly this amount"
        return tuple(Application(item.open_item_id, item.open) for item in items), exact
    less = sum((item.less(credit.paid_on) for item in items), ZERO)
    if less != credit.amount:
        return None
    applications = tuple(
        Application(
            item.open_item_id,
            item.less(credit.paid_on),
            item.open - item.less(credit.paid_on),
            DISCOUNT if item.less(credit.paid_on) != item.open else "",
        )
        for item in items
    )
    return applications, f"of {total:.2f} less {total - less:.2f} cash discount in terms"


def _only_set(credit: Credit, items: Sequence[Item]) -> list[Item]:
    """The one set of two or more items that is exactly this amount; none where there are several."""
    if len(items) > MOST_IN_A_SET:
        return []
    found: list[Item] = []
    for size in range(2, len(items)):
        for some in combinations(items, size):
            if credit.amount in (
                sum((item.open for item in some), ZERO),
                sum((item.less(credit.paid_on) for item in some), ZERO),
            ):
                if found:
                    return []
                found = list(some)
    return found


def _listed(items: Sequence[Item]) -> str:
    shown = ", ".join(item.number for item in items[:SHOWN])
    return f"{shown} and {len(items) - SHOWN} more" if len(items) > SHOWN else shown


def remaining(items: Sequence[Item], taken: Mapping[int, Decimal]) -> list[Item]:
    """The items less what was taken of them; those that are settled are gone, a discount needs a whole one."""
    left = []
    for item in items:
        if item.open_item_id not in taken:
            left.append(item)
        elif rest := item.open - taken[item.open_item_id]:
            left.append(replace(item, open=rest, discount=ZERO))
    return left


def item_of(
    *, item_id: int, number: str, open_amount: Decimal, amount: Decimal, due_on: date, customer_id: int,
    also: Sequence[str], percent: Decimal, until: date, currency: str,
) -> Item:  # fmt: skip
    """An item as it is read; only one that nothing was paid of yet has its discount."""
    discount = discount_of(amount, percent, currency) if open_amount == amount else ZERO
    return Item(item_id, number, open_amount, due_on, customer_id, tuple(also), discount, until)
