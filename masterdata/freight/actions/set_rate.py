"""One break of a freight tariff is set or given up."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import NotFound, StaleVersion
from masterdata.records import locked, write

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
    version: int | None = None,
) -> None:
    """Charge `charge` and `per_unit` for each kg (or of the value) from `from_amount` on; a break that is there is
    replaced. `version`: of the tariff that it was decided on. Raises NotFound, BadInput, StaleVersion.
    """
    tariff = locked(FreightTariff.objects.all(), tariff_id)
    batch.actor.require(CHANGE_FREIGHT, company=tariff.company_id)
    country, postal_prefix = sound_destination(country, postal_prefix)
    sound_amounts(from_amount=from_amount, charge=charge, per_unit=per_unit)
    place: dict[str, Any] = {"country": country, "postal_prefix": postal_prefix, "from_amount": from_amount}
    known = FreightRate.objects.filter(tariff=tariff, **place).first()
    if version is not None and version != tariff.version:
        theirs = [known.charge, known.per_unit] if known else ["–", "–"]
        raise StaleVersion(
            document=str(tariff),
            actor=_("someone"),
            changes=[
                {"label": label, "mine": str(mine), "theirs": str(their)}
                for label, mine, their in zip(
                    (_("Charge"), _("And for each")), (charge, per_unit), theirs, strict=True
                )
            ],
            version=tariff.version,
        )
    FreightRate.objects.update_or_create(
        tariff=tariff, **place, defaults={"charge": charge, "per_unit": per_unit}
    )
    write(tariff, {}, "name")  # the next version: whoever has its rates open sees it


@command("masterdata.remove_freight_rate")
def remove_rate(batch: Batch, *, rate_id: int) -> None:
    """Take a break out of its tariff. Raises NotFound."""
    rates = FreightRate.objects.filter(pk=rate_id)
    tariff_id = rates.values_list("tariff", flat=True).first()
    if tariff_id is None:
        raise NotFound(what=_("freight rate"), reference=rate_id)
    tariff = locked(FreightTariff.objects.all(), tariff_id)  # before its rates, as set_rate does
    batch.actor.require(CHANGE_FREIGHT, company=tariff.company_id)
    removed, _each = rates.delete()
    if removed:
        write(tariff, {}, "name")
