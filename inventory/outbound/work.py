"""What waits in the warehouse."""

from collections.abc import Iterator

from django.db.models import Count, Min
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.kernel.models import User
from erp.kernel.work import WorkItem, queue
from erp.kernel.workplace import at_workplace

from .actions.release_groups import RELEASE_RIGHT
from .models import Shipment
from .permissions import VIEW_SHIPMENT
from .queries import due, late, release_list, shipment_list

STEPS = (
    (Shipment.State.RELEASED, _("To pick"), "pick"),
    (Shipment.State.PICKED, _("To pack"), "pack"),
    (Shipment.State.PACKED, _("To ship"), "ship"),
)


@queue(RELEASE_RIGHT, roles=["warehouse"], order=10)
def to_release(user: User) -> WorkItem:
    """Deliveries due for release; red when one should have left already."""
    found = at_workplace(release_list(user=user), user).filter(due(user)).order_by()
    figures = found.aggregate(n=Count("pk"), oldest=Min("created_at"), late=Count("pk", filter=late(user)))
    return WorkItem(
        label=_("To release"),
        count=figures["n"],
        url=reverse("inventory:release_list"),
        oldest=figures["oldest"],
        tone=tone(figures["n"], figures["late"]),
        note=_("%(n)s late") % {"n": figures["late"]} if figures["late"] else "",
    )


@queue(VIEW_SHIPMENT, roles=["warehouse"], order=12)
def steps(user: User) -> Iterator[WorkItem]:
    """Open shipments by the step that is next."""
    for state, label, view in STEPS:
        here = at_workplace(shipment_list(user=user), user)
        figures = here.filter(state=state).order_by().aggregate(
            n=Count("pk"), oldest=Min("released_at"), late=Count("pk", filter=late(user))
        )  # fmt: skip
        yield WorkItem(
            label=label,
            count=figures["n"],
            url=f"{reverse('inventory:shipment_list')}?view={view}",
            oldest=figures["oldest"],
            tone=tone(figures["n"], figures["late"]),
            note=_("%(n)s late") % {"n": figures["late"]} if figures["late"] else "",
        )


def tone(count: int, late: int) -> str:
    return "bad" if late else "info" if count else "ok"
