"""Money that waits for its invoices."""

from django.db.models import Count, Max, Min, Sum
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.kernel.models import User
from erp.kernel.work import WorkItem, queue

from .permissions import APPLY_CASH
from .queries import receipt_list


@queue(APPLY_CASH, roles=["finance"], order=30)
def unapplied_cash(user: User) -> WorkItem:
    """Receipts with a rest."""
    found = receipt_list(user=user).filter(unapplied__gt=0).aggregate(
        n=Count("pk"), oldest=Min("recorded_at"), value=Sum("unapplied"), any_currency=Max("currency"),
        currencies=Count("currency", distinct=True),
    )  # fmt: skip
    return WorkItem(
        label=_("Unapplied cash"),
        count=found["n"],
        url=reverse("billing:cash_list"),
        oldest=found["oldest"],
        value=found["value"] if found["currencies"] == 1 else None,
        currency=found["any_currency"] or "",
        tone="info" if found["n"] else "ok",
    )
