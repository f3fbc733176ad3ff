"""Transfers that wait for somebody, and differences that somebody is to clear."""

from typing import Any

from django.db.models import Count, Min, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.kernel.models import User
from erp.kernel.work import WorkItem, queue

from .models import TransferOrder
from .permissions import APPROVE_TRANSFER, REBALANCE, RECEIVE_TRANSFER, SHIP_TRANSFER
from .queries import OPEN_DIFFERENCE, difference_list, here, late, overdue, proposal_list, to_work

State = TransferOrder.State


def _item(label: Any, rows: QuerySet[TransferOrder], since: str, view: str) -> WorkItem:
    figures = rows.order_by().aggregate(n=Count("pk"), oldest=Min(since))
    is_late = bool(figures["n"]) and rows.filter(late()).exists()
    return WorkItem(
        label=label,
        count=figures["n"],
        url=f"{reverse('inventory:transfer_list')}?view={view}",
        oldest=figures["oldest"],
        tone="bad" if is_late else "warn" if figures["n"] else "ok",
    )


@queue(APPROVE_TRANSFER, roles=["procurement", "process_owner"], order=33)
def to_approve(user: User) -> WorkItem:
    """What others ask of the user's sites."""
    rows = to_work(user=user).filter(state=State.REQUESTED)
    return _item(_("Transfers to approve"), rows, "requested_at", "requested")


@queue(SHIP_TRANSFER, roles=["warehouse"], order=22)
def to_ship(user: User) -> WorkItem:
    """Approved, and still where it was."""
    rows = to_work(user=user).filter(state=State.APPROVED)
    return _item(_("Transfers to ship"), rows, "decided_at", "approved")


@queue(RECEIVE_TRANSFER, roles=["warehouse"], order=31)
def to_receive(user: User) -> WorkItem:
    """On its way to the user's sites."""
    rows = to_work(user=user).filter(state=State.SHIPPED)
    return _item(_("Transfers to receive"), rows, "shipped_at", "transit")


@queue(RECEIVE_TRANSFER, roles=["warehouse"], order=34)
def differences(user: User) -> WorkItem:
    """What did not arrive at the user's sites and nobody has cleared."""
    rows = here(difference_list(user=user).filter(OPEN_DIFFERENCE), user, "order__to_site")
    figures = rows.order_by().aggregate(n=Count("pk"), oldest=Min("opened_at"))
    return WorkItem(
        label=_("Transfer differences"),
        count=figures["n"],
        url=reverse("inventory:transfer_difference_list"),
        oldest=figures["oldest"],
        tone="bad" if rows.filter(overdue()).exists() else "warn" if figures["n"] else "ok",
    )


@queue(REBALANCE, roles=["procurement"], order=34)
def proposals(user: User) -> WorkItem:
    """What the house proposes to move."""
    figures = proposal_list(user=user).filter(state="open").order_by()
    found = figures.aggregate(n=Count("pk"), oldest=Min("computed_at"))
    return WorkItem(
        label=_("Rebalancing proposals"),
        count=found["n"],
        url=reverse("inventory:proposal_list"),
        oldest=found["oldest"],
        tone="info" if found["n"] else "ok",
    )
