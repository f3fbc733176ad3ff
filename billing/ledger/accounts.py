"""Account determination: which account serves a purpose, from one snapshot per process."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from threading import Lock

from erp.kernel.batch import Batch

from .errors import NoSuspenseAccount
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


def account_for(
    batch: Batch,
    company_id: int,
    purpose: Purpose,
    class_id: int | None = None,
    *,
    otherwise: Purpose | None = None,
) -> tuple[int, bool]:
    """(account id, found): the class's own rule, else the company's, else that of `otherwise`; suspense when there is
    none."""
    with _guard:
        stale = time.monotonic() - _snapshot.read_at > FRESH_S
        found = None if stale else _look_up(company_id, purpose, class_id, otherwise)
        if found is None:
            # Also a rule that another process has just added is found before anything goes to suspense.
            rows: Iterable[tuple[int, str, int | None, int]] = batch.read(RULES)
            _snapshot.rules = {
                (company, kind, item_class): account for company, kind, item_class, account in rows
            }
            _snapshot.read_at = time.monotonic()
            found = _look_up(company_id, purpose, class_id, otherwise)
        if found is not None:
            return found, True
        suspense = _look_up(company_id, Purpose.SUSPENSE, None)
    if suspense is None:
        raise NoSuspenseAccount(company=company_id)
    return suspense, False


def _look_up(
    company_id: int, purpose: Purpose, class_id: int | None, otherwise: Purpose | None = None
) -> int | None:
    rules = _snapshot.rules
    found = rules.get((company_id, purpose.value, class_id)) or rules.get((company_id, purpose.value, None))
    if found is None and otherwise is not None:
        return _look_up(company_id, otherwise, class_id)
    return found
