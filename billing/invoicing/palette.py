"""Invoices by number in the palette."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.kernel.models import User
from erp.kernel.palette import MOST_HITS, Hit, source

from .permissions import VIEW_INVOICE
from .queries import invoice_list


@source(VIEW_INVOICE, label=_("Invoices"), order=40)
def invoices(user: User, query: str) -> list[Hit]:
    """By the document's number, or its digits."""
    padded = query.strip().rjust(6, "0")
    wanted = Q(number__in=[query.upper(), f"INV-{padded}", f"CM-{padded}"])
    return [
        Hit(
            url=reverse("billing:invoice", args=[row.number]),
            text=row.bill_to.party.name,
            code=row.number,
            note=f"{row.currency} {row.gross}",
            icon="receipt",
        )
        for row in invoice_list(user=user).filter(wanted)[:MOST_HITS]
    ]
