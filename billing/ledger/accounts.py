"""Account determination: which account serves a purpose, from one snapshot per process."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from threading import Lock

from erp.kernel.batch import Batch

from .models import Purpose

RULES = "SELECT company_id, purpose, item_class_id, account_id FROM billing_accountrule"
FRESH_S = 5.0


@dataclass(slots=True)
class _Snapshot:
    read_at: float = float("-inf")
    rules: dict[tuple[int, str, int | None], int] = field(default_factory=dict)


_snapshot = _Snapshot()
_guard = Lock()


def forget_accounts() -> None:
    """Read the rules anew at the next posting; called by whoever changes them."""
    _snapshot.read_at = float("-inf")


def account_for(batch: Batch, company_id: int, purpose: Purpose, class_id: int | None = None) -> tuple[int, bool]:
    """(account id, found): the class's own rule, else the company's; suspense when there is none."""
    with _guard:
        if time.monotonic() - _snapshot.read_at > FRESH_S:
            rows: Iterable[tuple[int, str, int | None, int]] = batch.read(RULES)
            _snapshot.rules = {(company, kind, item_class): account for company, kind, item_class, account in rows}
            _snapshot.read_at = time.monotonic()
    rules = _snapshot.rules
    for key in ((company_id, purpose.value, class_id), (company_id, purpose.value, None)):
        if key in rules:
            return rules[key], True
    return rules[(company_id, Purpose.SUSPENSE.value, None)], False
