"""Supplier invoices by our number or the supplier's."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.kernel.models import User
from erp.kernel.palette import MOST_HITS, Hit, source

from .permissions import VIEW_PAYABLE
from .queries import supplier_invoice_list
from .rules import reference_key


@source(VIEW_PAYABLE, label=_("Supplier invoices"), order=62)
def supplier_invoices(user: User, query: str) -> list[Hit]:
    key = reference_key(query)
    found = supplier_invoice_list(user=user).filter(
        Q(number__startswith=query.strip().upper()) | Q(reference_key=key) if key else Q(pk=None)
    )
    return [
        Hit(
            reverse("billing:supplier_invoice", args=[row.number]),
            f"{row.supplier.party.name} {row.reference}",
            code=row.number,
            icon="file-input",
        )
        for row in found[:MOST_HITS]
    ]
