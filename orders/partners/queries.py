"""Trading partners, for those who may see them, and the profile that a document belongs to."""

from typing import Any

from django.db.models import Q, QuerySet

from .models import TradingPartner
from .permissions import VIEW_PARTNER


def partner_list(*, user: Any) -> QuerySet[TradingPartner]:
    """Profiles of customers of the companies in scope."""
    rows = TradingPartner.objects.visible_to(user).select_related("customer__party", "customer__company")
    return rows if user.has_perm(VIEW_PARTNER) else rows.none()


def profile_for(
    *, standard: str, sender: tuple[str, str], receiver: tuple[str, str], buyer: str
) -> TradingPartner | None:
    """The active profile under which a document came, or None. sender, receiver: qualifier, identifier.

    A profile that names the buyer beats one that names our address, which beats one that names neither.
    """
    rows = TradingPartner.objects.filter(
        Q(own_identifier=receiver[1], own_qualifier__in=("", receiver[0])) | Q(own_identifier=""),
        Q(buyer_code=buyer) | Q(buyer_code=""),
        standard=standard,
        qualifier=sender[0],
        identifier=sender[1],
        is_active=True,
    )
    found = sorted(rows, key=lambda row: (row.buyer_code == "", row.own_identifier == "", row.pk))
    return found[0] if found else None
