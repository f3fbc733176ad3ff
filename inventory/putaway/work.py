"""Goods that wait to be put away."""

from django.db.models import Count, Min
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.kernel.models import User
from erp.kernel.work import WorkItem, queue

from .permissions import PUT_AWAY
from .queries import late, to_put_away


@queue(PUT_AWAY, roles=["warehouse"], order=32)
def putaways(user: User) -> WorkItem:
    """The user's own, and those that are nobody's."""
    rows = to_put_away(user=user).order_by()
    figures = rows.aggregate(n=Count("pk"), oldest=Min("made_at"))
    is_late = bool(figures["n"]) and rows.filter(late()).exists()
    return WorkItem(
        label=_("Goods to put away"),
        count=figures["n"],
        url=reverse("inventory:putaway_station"),
        oldest=figures["oldest"],
        tone="bad" if is_late else "warn" if figures["n"] else "ok",
    )
