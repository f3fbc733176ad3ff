"""Returns that wait for somebody."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.kernel.models import User
from erp.kernel.work import WorkItem, queue
from erp.kernel.workplace import at_workplace
from inventory.unloading.expected import MOST, Arrival, expects

from .actions.approve_return import APPROVE
from .actions.dispose_return import DISPOSE
from .actions.receive_return import RECEIVE
from .actions.settle_claim import SETTLE_CLAIM
from .queries import claim_list, return_list, waiting
from .states import State


@queue(APPROVE, roles=("customer_service", "process_owner"), order=24)
def to_approve(user: User) -> WorkItem:
    """Requests that wait for a decision, without the user's own beyond a limit."""
    mine = ~Q(exceeds="") & Q(requested_by=user.username)
    return _item(
        _("Returns to approve"), user, waiting(State.REQUESTED) & ~mine, "requested_at", "approve", "warn"
    )


@queue(RECEIVE, roles=("warehouse",), order=30)
def to_receive(user: User) -> WorkItem:
    """Authorised goods that have not come yet."""
    return _item(_("Returns to receive"), user, waiting(State.APPROVED), "approved_at", "dock", "info")


@expects
def returns(user: User, until: date) -> Iterator[Arrival]:
    """Authorised goods that customers send back, whenever they come."""
    if not user.has_perm(RECEIVE):
        return
    rows = at_workplace(return_list(user=user), user).filter(state=State.APPROVED)
    rma: Any
    for rma in rows.annotate(line_count=Count("lines")).order_by("approved_at", "pk")[:MOST]:
        yield Arrival(
            _("Return"),
            rma.number,
            rma.customer.party.name,
            rma.site.code,
            None,
            rma.line_count,
            reverse("orders:return_receive", args=[rma.number]),
        )


@queue(DISPOSE, roles=("warehouse",), order=31)
def to_inspect(user: User) -> WorkItem:
    """Goods in inspection."""
    return _item(_("Returns to inspect"), user, waiting(State.RECEIVED), "received_at", "dock", "warn")


@queue(SETTLE_CLAIM, roles=("customer_service", "finance"), order=32)
def claims(user: User) -> WorkItem:
    """Claims that no carrier has answered."""
    found = claim_list(user=user).filter(state="open").order_by()
    figures = found.aggregate(n=Count("pk"), oldest=Min("opened_at"))
    return WorkItem(
        _("Carrier claims"),
        figures["n"],
        reverse("orders:claim_list"),
        figures["oldest"],
        tone="warn" if figures["n"] else "ok",
    )


def _item(label: Any, user: User, which: Q, since: str, view: str, tone: str) -> WorkItem:
    found = return_list(user=user).filter(which).order_by().aggregate(n=Count("pk"), oldest=Min(since))
    url = f"{reverse('orders:return_list')}?view={view}"
    return WorkItem(label, found["n"], url, found["oldest"], tone=tone if found["n"] else "ok")
