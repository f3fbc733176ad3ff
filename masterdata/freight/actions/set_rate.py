"""One break of a freight tariff is set or given up."""

from decimal import Decimal

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import NotFound
from masterdata.records import locked

from ..checks import sound_amounts, sound_destination
from ..models import FreightRate, FreightTariff
from ..permissions import CHANGE_FREIGHT


@command("masterdata.set_freight_rate")
def set_rate(
    batch: Batch,
    *,
    tariff_id: int,
    from_amount: Decimal,
    charge: Decimal,
    per_unit: Decimal = Decimal(0),
    country: str = "",
    postal_prefix: str = "",
) -> None:
    """Charge `charge` and `per_unit` for each kg (or of the value) from `from_amount` on; a break that is there is
    replaced. Raises NotFound, BadInput.
    """
    tariff = locked(FreightTariff.objects.all(), tariff_id)
    batch.actor.require(CHANGE_FREIGHT, company=tariff.company_id)
    country, postal_prefix = sound_destination(country, postal_prefix)
    sound_amounts(from_amount=from_amount, charge=charge, per_unit=per_unit)
    FreightRate.objects.update_or_create(
        tariff=tariff,
        country=country,
        postal_prefix=postal_prefix,
        from_amount=from_amount,
        defaults={"charge": charge, "per_unit": per_unit},
    )


@command("masterdata.remove_freight_rate")
def remove_rate(batch: Batch, *, rate_id: int) -> None:
    """Take a break out of its tariff. Raises NotFound."""
    rate = FreightRate.objects.filter(pk=rate_id).select_related("tariff").first()
    if rate is None:
        raise NotFound(what="freight rate", reference=rate_id)
    batch.actor.require(CHANGE_FREIGHT, company=rate.tariff.company_id)
    rate.delete()
