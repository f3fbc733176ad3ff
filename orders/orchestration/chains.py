"""Re-allocation runs in the document chain of the orders that they touch."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.kernel.access import access_of
from erp.kernel.chains import Link, provider

from .lists import RUNS
from .models import ReallocationRun
from .permissions import VIEW_SCARCITY

MOST = 20


@provider("orders.salesorder")
def runs_of_order(user: Any, kind: str, pk: int) -> list[Link]:
    """Who would be bumped for it, or it for others."""
    if VIEW_SCARCITY not in access_of(user).permissions:
        return []
    found = ReallocationRun.objects.visible_to(user).filter(lines__order=pk).distinct().order_by("pk")[:MOST]
    return [
        Link(
            _("Re-allocation"),
            run.number,
            reverse("orders:run", args=[run.pk]),
            *RUNS[run.state],
            order=35,
            icon="split",
        )
        for run in found
    ]
