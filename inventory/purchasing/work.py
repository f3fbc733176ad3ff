"""What procurement should look after."""

from django.db.models import Count, Min
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.kernel.models import User
from erp.kernel.work import WorkItem, queue
from erp.kernel.workplace import at_workplace

from .actions.create_purchase_order import ORDER
from .needs import late as too_late
from .needs import to_buy_list
from .permissions import VIEW_PURCHASE_ORDER
from .queries import late, purchase_order_list


@queue(VIEW_PURCHASE_ORDER, roles=["procurement", "warehouse"], order=30)
def late_receipts(user: User) -> WorkItem:
    """Purchase orders of which something should have arrived."""
    here = at_workplace(purchase_order_list(user=user), user)
    figures = here.filter(late()).aggregate(n=Count("pk"), oldest=Min("ordered_at"))
    return WorkItem(
        label=_("Late purchase orders"),
        count=figures["n"],
        url=f"{reverse('inventory:purchase_order_list')}?view=late",
        oldest=figures["oldest"],
        tone="bad" if figures["n"] else "ok",
    )


@queue(ORDER, roles=["procurement"], order=25)
def lines_to_buy(user: User) -> WorkItem:
    """Order lines that something is to be bought for."""
    here = at_workplace(to_buy_list(user=user), user)
    figures = here.aggregate(n=Count("pk"), oldest=Min("group__created_at"))
    overdue = here.filter(too_late(user)).exists()
    return WorkItem(
        label=_("Lines to buy"),
        count=figures["n"],
        url=reverse("inventory:to_buy_list"),
        oldest=figures["oldest"],
        tone="bad" if overdue else "warn" if figures["n"] else "ok",
    )
