"""From a day on, a company charges freight by another tariff."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput
from masterdata.dates import make_room
from masterdata.parties.checks import short_code, trading_company
from masterdata.places.models import Company
from masterdata.records import locked

from ..checks import sound_tariff
from ..errors import TariffCodeTaken
from ..models import FreightRate, FreightTariff
from ..permissions import CHANGE_FREIGHT


@dataclass(frozen=True, slots=True)
class TariffCreated:
    tariff_id: int


@command("masterdata.create_freight_tariff")
def create_tariff(
    batch: Batch,
    *,
    company_id: int,
    code: str,
    name: str,
    item_id: int,
    basis: str,
    valid_from: date,
    free_from: Decimal | None = None,
    surcharge_percent: Decimal = Decimal(0),
    copy_id: int | None = None,
) -> TariffCreated:
    """Create a tariff; the one that holds on `valid_from` ends there. `copy_id`: begin with that one's rates.

    Orders keep the freight they were quoted. Raises NotFound, BadInput, TariffCodeTaken.
    """
    company = trading_company(batch, company_id, CHANGE_FREIGHT)
    locked(Company.objects.all(), company.pk)  # tariffs of a company follow each other
    code = short_code(code)
    if owner := FreightTariff.objects.filter(company=company, code=code).first():
        raise TariffCodeTaken(company=company.code, value=code, owner=owner.name, field="code")
    if basis not in FreightTariff.Basis.values:
        raise BadInput(field="basis", reason=_("weight or value."))
    sound = sound_tariff(
        {"name": name, "item_id": item_id, "free_from": free_from, "surcharge_percent": surcharge_percent}
    )
    rows = FreightTariff.objects.filter(company=company)
    if rows.filter(valid_from=valid_from).exists():
        raise BadInput(field="valid_from", reason=_("another tariff begins on that day. Change that one."))
    if copy_id is not None and not rows.filter(pk=copy_id).exists():
        raise BadInput(field="copy", reason=_("choose one of the same company."))
    copied = list(FreightRate.objects.filter(tariff=copy_id)) if copy_id is not None else []
    made = FreightTariff.objects.create(
        company=company,
        code=code,
        basis=basis,
        valid_from=valid_from,
        valid_to=make_room(rows, valid_from),
        **sound,
    )
    FreightRate.objects.bulk_create(
        FreightRate(
            tariff=made,
            country=rate.country,
            postal_prefix=rate.postal_prefix,
            from_amount=rate.from_amount,
            charge=rate.charge,
            per_unit=rate.per_unit,
        )
        for rate in copied
    )
    return TariffCreated(made.pk)
