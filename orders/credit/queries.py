"""What payers may owe, alone and together, and what already counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import F, QuerySet

from erp.kernel import clock
from erp.kernel.actor import Actor
from erp.kernel.batch import Batch
from masterdata.parties.models import Customer
from masterdata.parties.queries import groups_above, groups_beneath

from .exposure import debts
from .models import CreditAccount
from .permissions import VIEW_CREDIT

MOST_PAYERS = 200


def credit_account_list(*, user: Any) -> QuerySet[CreditAccount]:
    """Credit accounts of the companies in scope, with their holders; `free` is what is left of the limit."""
    rows = CreditAccount.objects.visible_to(user).select_related("customer__party", "group", "company")
    rows = rows if user.has_perm(VIEW_CREDIT) else rows.none()
    return rows.annotate(free=F("limit") - F("exposure"))


def path_of(customer: Customer, *, user: Any) -> list[CreditAccount]:
    """The accounts with a limit that the customer's payer draws on: its own first, then its groups', upwards."""
    payer = customer.bill_to or customer
    holders = [payer.pk, *(-pk for pk in groups_above(payer.group_id))]
    rows = credit_account_list(user=user).filter(
        company=payer.company_id, holder__in=holders, limit__isnull=False
    )
    return sorted(rows, key=lambda account: holders.index(account.holder))


@dataclass(frozen=True, slots=True)
class Debtor:
    """One payer beneath a group's limit: what it owes, and its own limit where it has one."""

    customer: Customer
    amount: Decimal
    own: CreditAccount | None


def debtors_of(account: CreditAccount) -> tuple[list[Debtor], Decimal, int]:
    """The payers beneath a group's account, those who owe most first; what all of them owe, and how many they are.

    Summed from the documents, so that the sum proves the exposure that is kept.
    """
    if account.group is None:
        return [], Decimal(0), 0
    payers = Customer.objects.filter(company=account.company_id, group__in=groups_beneath(account.group))
    ids = list(payers.values_list("pk", flat=True))
    amounts = debts(Batch(Actor.system("credit"), clock.now()), ids)
    largest = sorted(ids, key=lambda pk: (-amounts[pk], pk))[:MOST_PAYERS]
    shown = payers.filter(pk__in=largest).select_related("party", "credit_account").in_bulk()
    rows = [Debtor(shown[pk], amounts[pk], getattr(shown[pk], "credit_account", None)) for pk in largest]
    return rows, sum(amounts.values(), Decimal(0)), len(ids)


def accounts_of_groups(group_ids: Sequence[int], *, user: Any) -> list[CreditAccount]:
    """The accounts of these groups in the companies in scope, in the groups' order."""
    rows = credit_account_list(user=user).filter(group__in=group_ids)
    return sorted(rows, key=lambda account: (group_ids.index(account.group_id or 0), account.company.code))
