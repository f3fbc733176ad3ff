"""Goods that wait to go back, and suppliers who have not answered."""

from django.db.models import Count, Min
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.kernel.models import User
from erp.kernel.work import WorkItem, queue
from erp.kernel.workplace import at_workplace

from .permissions import SEND_BACK, SETTLE_SUPPLIER_RETURN
from .queries import for_vendors, supplier_return_list


@queue(SEND_BACK, roles=["procurement"], order=62)
def goods(user: User) -> WorkItem:
    waiting = at_workplace(for_vendors(user=user), user).order_by().count()
    return WorkItem(
        label=_("Rows to send back to suppliers"),
        count=waiting,
        url=reverse("inventory:supplier_return_choose"),
        tone="warn" if waiting else "ok",
    )


@queue(SETTLE_SUPPLIER_RETURN, roles=["procurement"], order=63)
def answers(user: User) -> WorkItem:
    rows = at_workplace(supplier_return_list(user=user).filter(settled_at=None), user)
    figures = rows.order_by().aggregate(n=Count("pk"), oldest=Min("sent_at"))
    return WorkItem(
        label=_("Credits that suppliers owe"),
        count=figures["n"],
        url=reverse("inventory:supplier_return_list"),
        oldest=figures["oldest"],
        tone="warn" if figures["n"] else "ok",
    )
