"""Shipments by their number, order or tracking number."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.kernel.models import User
from erp.kernel.palette import MOST_HITS, Hit, source
from inventory.commitments.models import DemandGroup

from .models import Shipment
from .permissions import VIEW_SHIPMENT
from .queries import shipment_list
from .states import STATES


@source(VIEW_SHIPMENT, label=_("Shipments"), order=40)
def shipments(user: User, query: str) -> list[Hit]:
    code = query.strip().upper()
    groups = list(DemandGroup.objects.filter(document=code).values_list("pk", flat=True)[:MOST_HITS])
    wanted = Q(number__startswith=code) | Q(group__in=groups) | Q(tracking_number__iexact=code)
    return [
        Hit(
            reverse("inventory:shipment", args=[shipment.pk]),
            shipment.group.party.name,
            code=shipment.number,
            note=STATES[Shipment.State(shipment.state)][0],
            icon="truck",
        )
        for shipment in shipment_list(user=user).filter(wanted).order_by("-pk")[:MOST_HITS]
    ]
