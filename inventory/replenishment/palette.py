"""What is expected of an item, by its code."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.kernel.formats import write_number
from erp.kernel.models import User
from erp.kernel.palette import MOST_HITS, Hit, source

from .permissions import VIEW_PLAN
from .queries import forecast_list


@source(VIEW_PLAN, label=_("Plans"), order=47)
def plans(user: User, query: str) -> list[Hit]:
    found = forecast_list(user=user).filter(item__code=query.strip().upper()).order_by("site__code")
    return [
        Hit(
            reverse("inventory:forecast", args=[row.pk]),
            f"{row.item.name}, {row.site.code}",
            code=row.item.code,
            note=_("%(n)s a month") % {"n": write_number(row.monthly, 1)},
            icon="trending-up",
        )
        for row in found[:MOST_HITS]
    ]
