"""A customer becomes a trading partner."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput, NotFound
from masterdata.parties.models import Customer
from masterdata.records import only

from ..checks import FIELDS, sound, taken_by
from ..errors import PartnerTaken
from ..models import TradingPartner
from ..permissions import CHANGE_PARTNER


@dataclass(frozen=True, slots=True)
class PartnerCreated:
    partner_id: int


@command(
    "orders.create_partner",
    conflicts={
        "trading_partner_unique": lambda customer_id, profile: PartnerTaken(partner=profile.get("identifier"))
    },
)
def create_partner(batch: Batch, *, customer_id: int, profile: dict[str, Any]) -> PartnerCreated:
    """Keep from where a customer's documents come and how their codes are read; `profile` names the fields.

    Raises NotFound, BadInput, PartnerTaken.
    """
    only(FIELDS, profile)
    customer = Customer.objects.filter(pk=customer_id).first()
    if customer is None or not batch.actor.may(CHANGE_PARTNER, company=customer.company_id):
        batch.actor.require(CHANGE_PARTNER)
        raise NotFound(what=_("customer"), reference=customer_id)
    for name in ("standard", "identifier"):
        if not profile.get(name):
            raise BadInput(field=name, reason=_("this may not be empty."))
    partner = TradingPartner(customer=customer, **sound(profile, customer_id))
    if taken := taken_by(partner):
        raise PartnerTaken(partner=taken, field="identifier")
    partner.save()
    return PartnerCreated(partner.pk)
