"""Blanket orders in the palette: by their number, the customer's PO, or whose they are."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.kernel.models import User
from erp.kernel.palette import MOST_HITS, Hit, source
from masterdata.models import Customer

from .permissions import VIEW_BLANKET
from .queries import blanket_list
from .states import STATES, standing


@source(VIEW_BLANKET, label=_("Blanket orders"), order=13)
def blankets(user: User, query: str) -> list[Hit]:
    text = query.strip().upper()
    buyer = list(Customer.objects.filter(party__code=text).values_list("pk", flat=True))
    known = Q(number=text) | Q(number=f"BO-{text}") | Q(customer_po__iexact=text) | Q(customer__in=buyer)
    return [
        Hit(
            reverse("orders:blanket", args=[blanket.number]),
            blanket.customer.party.name,
            blanket.number,
            STATES[standing(blanket)][0],
            "layers",
        )
        for blanket in blanket_list(user=user).filter(known)[:MOST_HITS]
    ]
