"""Re-allocation runs and order rules that wait for a decision."""

from django.db.models import Count, Min
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.kernel.models import User
from erp.kernel.work import WorkItem, queue
from orders.rulebook.models import RuleVersion
from orders.rulebook.permissions import APPROVE_RULES

from .models import ReallocationRun
from .permissions import REALLOCATE


@queue(REALLOCATE, roles=("process_owner",), order=30)
def runs_to_decide(user: User) -> WorkItem:
    """Previews of sharing scarce stock anew, those for rush orders among them."""
    runs = ReallocationRun.objects.visible_to(user).filter(state=ReallocationRun.State.PROPOSED)
    found = runs.order_by().aggregate(n=Count("pk"), oldest=Min("proposed_at"))
    return WorkItem(
        _("Re-allocation runs to decide"),
        found["n"],
        reverse("orders:run_list"),
        found["oldest"],
        tone="warn" if found["n"] else "ok",
    )


@queue(APPROVE_RULES, roles=("process_owner", "executive"), order=31)
def rules_to_approve(user: User) -> WorkItem:
    """Order rules that somebody else has proposed."""
    waiting = RuleVersion.objects.visible_to(user).filter(state=RuleVersion.State.PROPOSED)
    mine = waiting.exclude(proposed_by=user).exclude(written_by=user)
    found = mine.order_by().aggregate(n=Count("pk"), oldest=Min("recorded_at"))
    return WorkItem(
        _("Order rules to approve"),
        found["n"],
        f"{reverse('orders:rule_version_list')}?view=open",
        found["oldest"],
        tone="warn" if found["n"] else "ok",
    )
