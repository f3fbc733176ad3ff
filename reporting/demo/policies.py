"""What the demo company has decided about itself."""

from collections.abc import Mapping
from datetime import date

from billing.exceptions.policies import EXCEPTION_OWNER
from erp.kernel.models import User
from masterdata.models import Company, PolicyValue
from masterdata.policies.registry import ENTERPRISE


def values(users: Mapping[str, User], second: Company, since: date) -> list[PolicyValue]:
    """Whoever looks after invoice exceptions, from `since` on: one for the house, another for the second company."""
    return [
        PolicyValue(
            key=EXCEPTION_OWNER.key,
            scope=scope,
            value=login,
            valid_from=since,
            reason=reason,
            proposed_by=users["finance.uk"] if reason else users["owner"],
            approved_by=users["owner"],
        )
        for scope, login, reason in (
            (ENTERPRISE, "finance", ""),
            (f"company:{second.pk}", "finance.uk", "Invoices in pounds are worked in Manchester"),
        )
    ]
