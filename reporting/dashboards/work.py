"""What waits for those who steer: missed targets are on the overview, red proofs are here."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.kernel.models import ProofRun, User
from erp.kernel.work import WorkItem, queue
from reporting.kpis.permissions import VIEW_PROOFS


@queue(VIEW_PROOFS, roles=["process_owner", "administrator"], order=90)
def red_proofs(user: User) -> WorkItem:
    """Proofs of the last run that found something."""
    run = ProofRun.objects.order_by("-started_at").first()
    red = sum(1 for result in run.results if result["rows"] or result["error"]) if run else 0
    return WorkItem(
        _("Red proofs"),
        red,
        reverse("reporting:proofs"),
        oldest=run.started_at if run and red else None,
        tone="bad" if red else "mute",
    )
