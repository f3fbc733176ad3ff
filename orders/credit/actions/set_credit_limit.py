"""Set what a payer may owe."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput, NotFound, StaleVersion
from orders.credit.models import CreditAccount
from orders.credit.owed import OWED
from orders.credit.permissions import SET_LIMIT

LOCK_ACCOUNT = """
SELECT a.id, c.company_id, p.name, a."limit", a.version, c.id FROM orders_creditaccount a
JOIN masterdata_customer c ON c.id = a.customer_id JOIN masterdata_party p ON p.id = c.party_id
WHERE a.customer_id = %s::bigint FOR NO KEY UPDATE OF a"""

# Behind the lock: whoever changes what counts locks the account before, or leaves what counts as it is.
ORDERED = """
SELECT coalesce(sum(o.open_gross), 0) FROM orders_salesorder o
WHERE o.bill_to_id = %s::bigint AND o.state = 'submitted' AND o.open_gross > 0
  AND NOT EXISTS (SELECT FROM orders_hold h WHERE h.order_id = o.id AND h.kind = 'credit' AND h.released_at IS NULL)"""


@dataclass(frozen=True, slots=True)
class CreditSet:
    """The account's limit (None: none) and exposure after it, in the payer's currency."""

    account_id: int
    limit: str | None
    exposure: str
    version: int


@command("orders.set_credit_limit")
def set_credit_limit(
    batch: Batch, *, customer_id: int, version: int, limit: Decimal | None, reason: str
) -> CreditSet:
    """Give a payer a limit, change it, or take it away (None); kept exposure is counted when a limit is first set.

    Raises StaleVersion, BadInput for a negative limit or a missing reason.
    """
    if limit is not None and limit < 0:
        raise BadInput(field="limit", reason=_("a limit is zero or more."))
    if not reason.strip():
        raise BadInput(field="reason", reason=_("say why the limit changes."))
    rows = batch.read(LOCK_ACCOUNT, customer_id)
    if not rows:
        raise NotFound(what=_("credit account of customer"), reference=customer_id)
    ((account_id, company_id, name, before, stored, _customer),) = rows
    batch.actor.require(SET_LIMIT, company=company_id)
    if stored != version:
        raise StaleVersion(
            document=_("The limit of %(name)s") % {"name": name},
            actor=_("someone"),
            changes=[{"label": _("Limit"), "mine": str(limit), "theirs": str(before)}],
            version=stored,
        )
    exposure = Decimal(0) if limit is None else _counted(batch, customer_id)
    batch.update(
        CreditAccount,
        [account_id],
        limit=limit,
        exposure=exposure,
        reviewed_on=batch.now.date(),
        version=stored + 1,
    )
    batch.decide(
        "orders.set_credit_limit",
        CreditAccount,
        account_id,
        {"limit": [before, limit], "reason": reason.strip()},
    )
    return CreditSet(account_id, None if limit is None else str(limit), str(exposure), stored + 1)


def _counted(batch: Batch, customer_id: int) -> Decimal:
    """Everything that counts against the limit: orders not yet invoiced and what other rooms know to be owed."""
    ((ordered,),) = batch.read(ORDERED, customer_id)
    return sum((count(batch, customer_id) for count in OWED), ordered)
