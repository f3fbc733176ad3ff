"""The credit decision (CR01, CR02), and which held orders a payment lets go first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class Account:
    """One limit that an order draws on: the group that holds it ("": the payer's own), and what counts against it."""

    account_id: int
    holder: str
    limit: Decimal
    exposure: Decimal

    @property
    def free(self) -> Decimal:
        return self.limit - self.exposure


@dataclass(frozen=True, slots=True)
class CreditCheck:
    """Whether an amount fits every limit that it draws on; without a limit it always does."""

    accounts: Sequence[Account]
    amount: Decimal

    @property
    def tightest(self) -> Account | None:
        """The limit with the least room, which is the one that is passed first and farthest."""
        return min(self.accounts, key=lambda account: account.free, default=None)

    @property
    def passed(self) -> bool:
        return self.tightest is None or self.amount <= self.tightest.free

    @property
    def over_by(self) -> Decimal:
        return Decimal(0) if self.tightest is None else max(self.amount - self.tightest.free, Decimal(0))

    def over(self, currency: str, *, after: str = "") -> str:
        """The sentence of a hold: whose limit is passed and by how much; `after` says at what occasion."""
        account = self.tightest
        assert account is not None
        whose = f" of {account.holder}" if account.holder else ""
        beside = sum(1 for other in self.accounts if self.amount > other.free) - 1
        return (
            f"Over the limit of {account.limit}{whose} by {self.over_by} {currency}{after}: "
            f"{account.exposure} already counts, this order {'is' if after else 'adds'} {self.amount}."
            + (f" {beside} more limit{'s' * (beside > 1)} would be passed." if beside else "")
        )

    def why(self) -> dict[str, Any]:
        """The tightest limit first; every limit with its figures where there is more than one."""
        account = self.tightest
        return {
            "limit": account.limit if account else None,
            "exposure": account.exposure if account else Decimal(0),
            "amount": self.amount,
            "passed": self.passed,
            **({"of": account.holder} if account and account.holder else {}),
            **(
                {"limits": [[one.account_id, one.limit, one.exposure] for one in self.accounts]}
                if len(self.accounts) > 1
                else {}
            ),
        }


@dataclass(frozen=True, slots=True)
class Waiting:
    """An order that waits for credit: what it would add, whose limits it draws on, how it ranks."""

    hold_id: int
    amount: Decimal
    account_ids: Sequence[int]
    opened_at: datetime
    priority: int  # of the customer's group: 1 is served first


RANKS: Mapping[str, Any] = {
    "oldest": lambda order: (order.opened_at, order.hold_id),
    "priority": lambda order: (order.priority, order.opened_at, order.hold_id),
    "smallest": lambda order: (order.amount, order.opened_at, order.hold_id),
}


def covered(waiting: Iterable[Waiting], free: Mapping[int, Decimal], rank: str) -> list[Waiting]:
    """The orders that go on, in the order of `rank`: each that fits takes its room from every limit it draws on.

    One that does not fit is passed over, so that it does not keep smaller ones waiting. `free`: room by account.
    """
    left = dict(free)
    going = []
    for order in sorted(waiting, key=RANKS[rank]):
        if all(order.amount <= left[account_id] for account_id in order.account_ids):
            going.append(order)
            for account_id in order.account_ids:
                left[account_id] -= order.amount
    return going
