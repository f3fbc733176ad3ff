"""What every tariff and rate is checked for."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from erp.kernel.errors import BadInput
from masterdata.items.models import Item

MOST = Decimal(10) ** 9


def sound_tariff(values: Mapping[str, Any]) -> dict[str, Any]:
    """Name, item, free from and surcharge of a tariff, as far as they are given. Raises BadInput."""
    sound = dict(values)
    if "name" in sound:
        sound["name"] = sound["name"].strip()
        if not sound["name"]:
            raise BadInput(field="name", reason=_("a tariff needs a name."))
    if "item_id" in sound and not Item.objects.filter(pk=sound["item_id"], kind=Item.Kind.SERVICE).exists():
        raise BadInput(field="item", reason=_("freight is charged as a service, not as goods."))
    free_from = sound.get("free_from")
    if free_from is not None and not 0 <= free_from < MOST:
        raise BadInput(field="free_from", reason=_("an amount of zero or more."))
    if not 0 <= sound.get("surcharge_percent", 0) <= 100:
        raise BadInput(field="surcharge_percent", reason=_("from 0 to 100 percent."))
    return sound


def sound_destination(country: str, postal_prefix: str) -> tuple[str, str]:
    """Country and postal prefix in one spelling. Raises BadInput."""
    country, prefix = country.strip().upper(), postal_prefix.replace(" ", "").upper()
    if country and not (len(country) == 2 and country.isalpha()):
        raise BadInput(field="country", reason=_("two letters, such as BE, or empty for anywhere."))
    if prefix and not country:
        raise BadInput(field="country", reason=_("a postal zone lies in a country."))
    return country, prefix


def sound_amounts(**amounts: Decimal) -> None:
    """Raises BadInput for an amount below zero or beyond reason."""
    for name, amount in amounts.items():
        if not 0 <= amount < MOST:
            raise BadInput(field=name, reason=_("zero or more."))
