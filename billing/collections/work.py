"""What a collector has to do today."""

from datetime import UTC, datetime, time

from django.db.models import Count, Max, Min, Q, Sum
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.kernel.models import User
from erp.kernel.work import WorkItem, queue

from .lists import to_do
from .permissions import COLLECT
from .queries import BROKEN, worklist


@queue(COLLECT, roles=["finance"], order=28)
def collections(user: User) -> WorkItem:
    """Payers with something overdue whom nobody has to wait for; amber when one broke a promise."""
    found = worklist(user=user).filter(to_do(user)).order_by().aggregate(
        n=Count("pk"), oldest=Min("oldest_due"), value=Sum("at_risk"), any_currency=Max("currency"),
        currencies=Count("currency", distinct=True), broken=Count("pk", filter=Q(promise=BROKEN)),
    )  # fmt: skip
    return WorkItem(
        label=_("Payers to call"),
        count=found["n"],
        url=reverse("billing:collection_list"),
        oldest=datetime.combine(found["oldest"], time(), UTC) if found["oldest"] else None,
        value=found["value"] if found["currencies"] == 1 else None,
        currency=found["any_currency"] or "",
        tone="warn" if found["broken"] else "info" if found["n"] else "ok",
        note=_("%(n)s broke a promise") % {"n": found["broken"]},
    )
