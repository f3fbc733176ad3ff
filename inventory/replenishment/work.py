"""What planners should look after."""

from typing import Any

from django.db.models import Count, Min, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.kernel.models import User
from erp.kernel.work import WorkItem, queue
from erp.kernel.workplace import at_workplace

from .models import ReplenishmentProposal
from .permissions import DECIDE, SET_STOCKING
from .queries import OPEN, WAITING, owing, policy_list, replenishment_list, to_review


def _item(label: Any, rows: QuerySet[ReplenishmentProposal], view: str) -> WorkItem:
    figures = rows.order_by().aggregate(n=Count("pk"), oldest=Min("computed_at"))
    return WorkItem(
        label=label,
        count=figures["n"],
        url=f"{reverse('inventory:replenishment_list')}?view={view}",
        oldest=figures["oldest"],
        tone="bad" if figures["n"] and rows.filter(owing()).exists() else "info" if figures["n"] else "ok",
    )


@queue(DECIDE, roles=["procurement"], order=24)
def to_order(user: User) -> WorkItem:
    """What the last run proposes to buy and to move."""
    return _item(
        _("Proposals to order"), at_workplace(replenishment_list(user=user).filter(OPEN), user), "open"
    )


@queue(DECIDE, roles=["procurement", "process_owner"], order=24)
def second_approval(user: User) -> WorkItem:
    """What another person has approved beyond their limit."""
    rows = replenishment_list(user=user).filter(WAITING).exclude(first_by=user.username)
    return _item(_("Purchases for a second approval"), at_workplace(rows, user), "waiting")


@queue(SET_STOCKING, roles=["procurement", "process_owner"], order=60)
def policies_to_review(user: User) -> WorkItem:
    """Stocking policies whose day has come, of this reviewer."""
    count = policy_list(user=user).filter(to_review(user)).count()
    return WorkItem(
        label=_("Stocking policies to review"),
        count=count,
        url=f"{reverse('inventory:stocking_policy_list')}?view=mine",
        tone="warn" if count else "ok",
    )
