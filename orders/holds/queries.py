"""What is held, for whom."""

from typing import Any

from django.db.models import F, Q, QuerySet

from erp.kernel.access import access_of
from masterdata.parties.queries import groups_beneath
from orders.credit.models import CreditAccount

from .models import Hold
from .rules import RELEASE_RIGHT


def open_holds(*, user: Any) -> QuerySet[Hold]:
    """Holds that nobody has released, oldest first."""
    holds = Hold.objects.visible_to(user).filter(released_at=None, order__state="submitted")
    wanted = Q(line=None) | Q(line__cancelled_quantity__lt=F("line__quantity"))
    return holds.filter(wanted).select_related("order__customer__party", "line").order_by("opened_at", "pk")


def releasable_kinds(user: Any) -> list[str]:
    """The kinds of hold that the user's rights let go."""
    held = access_of(user).permissions
    return [kind for kind, right in RELEASE_RIGHT.items() if right in held]


def my_holds(*, user: Any) -> QuerySet[Hold]:
    """Open holds that wait for someone like the user, without those of the user's own making."""
    return open_holds(user=user).filter(kind__in=releasable_kinds(user)).exclude(caused_by=user.username)


def waiting_for_credit(account: CreditAccount, *, user: Any) -> QuerySet[Hold]:
    """Open credit holds of the payers that draw on the account, oldest first."""
    holds = open_holds(user=user).filter(kind=Hold.Kind.CREDIT)
    if account.group is None:
        return holds.filter(order__bill_to=account.customer_id)
    return holds.filter(
        order__bill_to__company=account.company_id, order__bill_to__group__in=groups_beneath(account.group)
    )
