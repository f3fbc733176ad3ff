"""Orders in the palette: by their number, the customer's PO, or whose they are."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.kernel.models import User
from erp.kernel.palette import MOST_HITS, Hit, source
from masterdata.models import Customer

from .models import SalesOrder
from .permissions import VIEW_ORDER


@source(VIEW_ORDER, label=_("Orders"), order=10)
def orders(user: User, query: str) -> list[Hit]:
    """`SO-10482`, `10482`, a PO as it stands, or a customer's newest orders by its number."""
    text = query.strip().upper()
    known = Q(number=text) | Q(number=f"SO-{text}") | Q(customer_po__iexact=text)
    buyer = list(Customer.objects.filter(party__code=text).values_list("pk", flat=True))
    found = SalesOrder.objects.visible_to(user).filter(known | Q(customer__in=buyer))
    return [
        Hit(
            reverse("orders:order", args=[order.number]),
            order.customer.party.name,
            order.number,
            order.customer_po,
            "clipboard-list",
        )
        for order in found.select_related("customer__party").order_by("-submitted_at", "-pk")[:MOST_HITS]
    ]
