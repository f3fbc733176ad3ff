"""The credit decision (CR01)."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class CreditCheck:
    """Whether an amount fits: what counted before, and the limit (None: no limit)."""

    limit: Decimal | None
    exposure: Decimal
    amount: Decimal

    @property
    def passed(self) -> bool:
        return self.limit is None or self.exposure + self.amount <= self.limit

    @property
    def over_by(self) -> Decimal:
        return max(self.exposure + self.amount - (self.limit or Decimal(0)), Decimal(0))

    def why(self) -> dict[str, Any]:
        return {"limit": self.limit, "exposure": self.exposure, "amount": self.amount, "passed": self.passed}
