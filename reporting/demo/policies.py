"""What the demo company has decided about itself."""

from collections.abc import Mapping
from datetime import date

from billing.exceptions.policies import EXCEPTION_OWNER
from erp.kernel.models import User
from inventory.putaway.policies import PUTAWAY_TASKS
from masterdata.models import Company, PolicyValue
from masterdata.policies.registry import ENTERPRISE


def values(users: Mapping[str, User], second: Company, since: date) -> list[PolicyValue]:
    """From `since` on: who looks after invoice exceptions, one for the house, another for the second company; and that
    goods are put away by task."""
    return [
        PolicyValue(
            key=key,
            scope=scope,
            value=value,
            valid_from=since,
            reason=reason,
            proposed_by=users["finance.uk"] if reason else users["owner"],
            approved_by=users["owner"],
        )
        for key, scope, value, reason in (
            (EXCEPTION_OWNER.key, ENTERPRISE, "finance", ""),
            (
                EXCEPTION_OWNER.key,
                f"company:{second.pk}",
                "finance.uk",
                "Invoices in pounds are worked in Manchester",
            ),
            (PUTAWAY_TASKS.key, ENTERPRISE, True, ""),
        )
    ]
