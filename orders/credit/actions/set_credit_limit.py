"""Set what a payer may owe, or the payers of a customer group together."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput, Busy, DomainError, NotFound, StaleVersion
from masterdata.parties.models import Customer, CustomerGroup
from masterdata.places.models import Company
from orders.credit.events import CreditEased, CreditPathChanged
from orders.credit.exposure import counted
from orders.credit.models import CreditAccount
from orders.credit.permissions import SET_LIMIT
from orders.credit.reads import LOCK_ACCOUNT

# Two set the first limit of one holder: the second asks again.
ONCE: dict[str, Callable[..., DomainError]] = {"credit_account_once": lambda **_: Busy()}


@dataclass(frozen=True, slots=True)
class CreditSet:
    """The account's limit (None: none) and exposure after it, in the company's currency."""

    account_id: int
    limit: str | None
    exposure: str
    version: int


@command("orders.set_credit_limit", conflicts=ONCE)
def set_credit_limit(
    batch: Batch, *, customer_id: int, version: int, limit: Decimal | None, reason: str
) -> CreditSet:
    """Give a payer a limit, change it, or take it away (None); kept exposure is counted when a limit is set.

    `version` is 0 where the payer never had a limit. Raises StaleVersion, BadInput for a negative limit or a
    missing reason.
    """
    customer = Customer.objects.filter(pk=customer_id).select_related("party").first()
    if customer is None:
        raise NotFound(what=_("customer"), reference=customer_id)
    holder = _Holder(customer.company_id, customer.pk, customer.party.name)
    return _set(batch, holder, version, limit, reason)


@command("orders.set_group_limit", conflicts=ONCE)
def set_group_limit(
    batch: Batch, *, company_id: int, group_id: int, version: int, limit: Decimal | None, reason: str
) -> CreditSet:
    """Give the payers of a customer group and of the groups beneath it one limit together, in one company.

    As set_credit_limit; payers may have limits of their own beside it.
    """
    group = CustomerGroup.objects.filter(pk=group_id).first()
    if group is None or not Company.objects.filter(pk=company_id).exists():
        raise NotFound(what=_("customer group"), reference=group_id)
    return _set(batch, _Holder(company_id, -group.pk, group.name), version, limit, reason)


@dataclass(frozen=True, slots=True)
class _Holder:
    """Whose limit it is: a customer's id, or a group's as a negative number."""

    company_id: int
    number: int
    name: str


def _set(batch: Batch, holder: _Holder, version: int, limit: Decimal | None, reason: str) -> CreditSet:
    batch.actor.require(SET_LIMIT, company=holder.company_id)
    if limit is not None and limit < 0:
        raise BadInput(field="limit", reason=_("a limit is zero or more."))
    if not reason.strip():
        raise BadInput(field="reason", reason=_("say why the limit changes."))
    rows = batch.read(LOCK_ACCOUNT, holder.company_id, holder.number)
    account_id, before, stored = rows[0] if rows else (_open(batch, holder), None, 0)
    if stored != version:
        raise StaleVersion(
            document=_("The limit of %(name)s") % {"name": holder.name},
            actor=_("someone"),
            changes=[{"label": _("Limit"), "mine": str(limit), "theirs": str(before)}],
            version=stored,
        )
    # Without a limit nothing is beneath the account yet: it is set first, then counted.
    batch.update(
        CreditAccount, [account_id], limit=limit, exposure=0, reviewed_on=batch.now.date(), version=stored + 1
    )
    exposure = Decimal(0)
    if limit is not None:
        exposure = counted(batch, [account_id])[account_id]
        batch.update(CreditAccount, [account_id], exposure=exposure)
    batch.decide(
        "orders.set_credit_limit",
        CreditAccount,
        account_id,
        {"limit": [before, limit], "exposure": exposure, "reason": reason.strip()},
    )
    first = before is None and limit is not None
    batch.publish(CreditPathChanged(account_id) if first else CreditEased(account_id))
    return CreditSet(account_id, None if limit is None else str(limit), str(exposure), stored + 1)


def _open(batch: Batch, holder: _Holder) -> int:
    """A new account, without a limit yet."""
    (account_id,) = batch.draw(orders_creditaccount=1)["orders_creditaccount"]
    batch.insert(
        CreditAccount,
        id=account_id,
        company=holder.company_id,
        customer=holder.number if holder.number > 0 else None,
        group=-holder.number if holder.number < 0 else None,
        exposure=0,
        version=0,
    )
    return account_id
