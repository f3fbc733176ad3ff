"""A customer's address is added or changed."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput
from masterdata.records import locked, locked_at, write

from ..checks import COUNTRY
from ..errors import ShipToTaken
from ..models import Customer, ShipTo
from ..permissions import CHANGE_SHIP_TO


@dataclass(frozen=True, slots=True)
class ShipToSet:
    ship_to_id: int


@command("masterdata.set_ship_to")
def set_ship_to(
    batch: Batch,
    *,
    customer_id: int,
    code: str,
    name: str,
    country: str,
    street: str = "",
    postal_code: str = "",
    city: str = "",
    is_default: bool = False,
    is_active: bool = True,
    ship_to_id: int | None = None,
    version: int = 0,
) -> ShipToSet:
    """Add an address, or change the one named by `ship_to_id` that was edited on `version`.

    A new usual address takes the place of the old one. Raises NotFound, BadInput, ShipToTaken, StaleVersion.
    """
    customer = locked(Customer.objects.select_related("party"), customer_id)
    batch.actor.require(CHANGE_SHIP_TO, company=customer.company_id)
    code, country = code.strip().upper(), country.strip().upper()
    if not code or not name.strip():
        raise BadInput(field="name" if code else "code", reason=_("this may not be empty."))
    if not COUNTRY.fullmatch(country):
        raise BadInput(field="country", reason=_("two letters, such as BE."))
    if is_default and not is_active:
        raise BadInput(field="is_active", reason=_("the usual address has to be in use."))
    values = {
        "code": code, "name": name.strip(), "street": street.strip(), "postal_code": postal_code.strip(),
        "city": city.strip(), "country": country, "is_default": is_default, "is_active": is_active,
    }  # fmt: skip
    others = ShipTo.objects.filter(customer=customer).exclude(pk=ship_to_id or 0)
    if others.filter(code=code).exists():
        raise ShipToTaken(customer=customer, value=code, field="code")
    if is_default:
        others.filter(is_default=True).update(is_default=False)
    if ship_to_id is None:
        return ShipToSet(ShipTo.objects.create(customer=customer, **values).pk)
    row = locked_at(ShipTo.objects.filter(customer=customer), ship_to_id, version, values)
    write(row, values)
    return ShipToSet(row.pk)
