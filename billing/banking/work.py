"""Bank entries that wait for somebody."""

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.kernel.models import User
from erp.kernel.work import WorkItem, queue

from .permissions import POST_ENTRY
from .queries import waiting_list


@queue(POST_ENTRY, roles=["finance"], order=14)
def bank_entries(user: User) -> WorkItem:
    """Every entry in scope that is not posted."""
    found = waiting_list(user=user).aggregate(
        n=Count("pk"),
        oldest=Min("statement__file__received_at"),
        unknown=Count("pk", filter=Q(customer=None, amount__gt=0)),
    )
    return WorkItem(
        label=_("Bank entries to confirm"),
        count=found["n"],
        url=reverse("billing:bank_entry_list"),
        oldest=found["oldest"],
        tone="info" if found["n"] else "ok",
        note=_("%(n)s of unknown payers") % {"n": found["unknown"]},
    )
