"""Quotes in the palette: by their number, the customer's reference, or whose they are."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.kernel.models import User
from erp.kernel.palette import MOST_HITS, Hit, source
from masterdata.models import Customer

from .permissions import VIEW_QUOTE
from .queries import quote_list
from .states import STATES, standing


@source(VIEW_QUOTE, label=_("Quotes"), order=12)
def quotes(user: User, query: str) -> list[Hit]:
    text = query.strip().upper()
    buyer = list(Customer.objects.filter(party__code=text).values_list("pk", flat=True))
    found = quote_list(user=user).filter(Q(number=text) | Q(number=f"Q-{text}") | Q(customer__in=buyer))
    return [
        Hit(
            reverse("orders:quote", args=[quote.number]),
            quote.customer.party.name,
            quote.number,
            STATES[standing(quote)][0],
            "file-text",
        )
        for quote in found[:MOST_HITS]
    ]
