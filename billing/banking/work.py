"""Bank entries that wait for somebody."""

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.kernel.models import User
from erp.kernel.work import WorkItem, queue

from .permissions import POST_ENTRY, TAKE_STATEMENT
from .queries import DISCONNECTED, statement_list, waiting_list


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


@queue(TAKE_STATEMENT, roles=["finance"], order=15)
def statements_missing(user: User) -> WorkItem:
    """Statements that do not connect to the one before: the bank has sent one that is not here."""
    found = (
        statement_list(user=user)
        .filter(DISCONNECTED)
        .aggregate(n=Count("pk"), oldest=Min("file__received_at"))
    )
    return WorkItem(
        label=_("Bank statements that do not connect"),
        count=found["n"],
        url=f"{reverse('billing:bank_statement_list')}?view=breaks",
        oldest=found["oldest"],
        tone="warn" if found["n"] else "ok",
    )
