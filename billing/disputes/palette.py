"""Disputes by number or claim in the palette."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.kernel.models import User
from erp.kernel.palette import MOST_HITS, Hit, source

from .permissions import VIEW_DISPUTE
from .queries import dispute_list


@source(VIEW_DISPUTE, label=_("Disputes"), order=62)
def disputes(user: User, query: str) -> list[Hit]:
    """By its own number, or the number of its invoice."""
    found = dispute_list(user=user).filter(
        Q(number__iexact=query) | Q(number=f"DSP-{query}") | Q(item__invoice__number__iexact=query)
    )[:MOST_HITS]
    return [
        Hit(
            reverse("billing:dispute", args=[row.pk]),
            row.customer.party.name,
            row.number,
            row.get_kind_display(),
            "message-circle-warning",
        )
        for row in found
    ]
