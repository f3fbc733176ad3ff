"""Receipts by number in the palette."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.kernel.models import User
from erp.kernel.palette import MOST_HITS, Hit, source

from .permissions import VIEW_RECEIVABLE
from .queries import receipt_list


@source(VIEW_RECEIVABLE, label=_("Cash receipts"), order=60)
def receipts(user: User, query: str) -> list[Hit]:
    """By receipt number, or the reference as it stands."""
    found = receipt_list(user=user).filter(Q(number__iexact=query) | Q(number=f"CR-{query}"))[:MOST_HITS]
    return [
        Hit(
            reverse("billing:receipt", args=[row.pk]),
            row.customer.party.name,
            row.number,
            row.reference,
            "banknote",
        )
        for row in found
    ]
