"""Quotes that wait for somebody."""

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.kernel.models import User
from erp.kernel.work import WorkItem, queue

from .permissions import APPROVE_QUOTE, WRITE_QUOTE
from .queries import TO_APPROVE, ending_soon, quote_list


@queue(WRITE_QUOTE, roles=("customer_service",), order=25)
def ending_quotes(user: User) -> WorkItem:
    """Quotes whose last day is within the week."""
    found = quote_list(user=user).filter(ending_soon()).order_by()
    figures = found.aggregate(n=Count("pk"), oldest=Min("created_at"))
    url = f"{reverse('orders:quote_list')}?view=soon"
    tone = "warn" if figures["n"] else "ok"
    return WorkItem(_("Quotes ending this week"), figures["n"], url, figures["oldest"], tone=tone)


@queue(APPROVE_QUOTE, roles=("process_owner", "finance"), order=26)
def quotes_to_approve(user: User) -> WorkItem:
    """Prices beyond their writer's authority, without the user's own."""
    found = quote_list(user=user).filter(TO_APPROVE & ~Q(revised_by=user.username)).order_by()
    figures = found.aggregate(n=Count("pk"), oldest=Min("created_at"))
    url = f"{reverse('orders:quote_list')}?view=approve"
    tone = "warn" if figures["n"] else "ok"
    return WorkItem(_("Quotes to approve"), figures["n"], url, figures["oldest"], tone=tone)
