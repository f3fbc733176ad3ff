"""What waits for a second person: payment runs, and bank details of suppliers."""

from django.db.models import Count, Max, Min, Sum
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.kernel.models import User
from erp.kernel.work import WorkItem, queue

from .models import BankDetails
from .permissions import APPROVE_BANK_DETAILS, APPROVE_PAYMENT
from .queries import details_list, waiting_runs


@queue(APPROVE_PAYMENT, roles=["finance", "process_owner"], order=17)
def runs(user: User) -> WorkItem:
    """Runs that somebody else proposed or changed."""
    rows = waiting_runs(user=user).exclude(created_by=user.username).exclude(edited_by=user.username)
    found = rows.aggregate(
        n=Count("pk"), oldest=Min("created_at"), value=Sum("total"), currency=Max("currency")
    )
    return WorkItem(
        label=_("Payment runs to approve"),
        count=found["n"],
        url=reverse("billing:payment_run_list"),
        oldest=found["oldest"],
        value=found["value"],
        currency=found["currency"] or "",
        tone="warn" if found["n"] else "ok",
    )


@queue(APPROVE_BANK_DETAILS, roles=["finance", "process_owner"], order=18)
def details(user: User) -> WorkItem:
    """Bank details that somebody else entered."""
    rows = details_list(user=user).filter(state=BankDetails.State.PROPOSED)
    found = rows.exclude(proposed_by=user.username).aggregate(n=Count("pk"), oldest=Min("proposed_at"))
    return WorkItem(
        label=_("Bank details to confirm"),
        count=found["n"],
        url=reverse("billing:bank_details_list"),
        oldest=found["oldest"],
        tone="warn" if found["n"] else "ok",
    )
