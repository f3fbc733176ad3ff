"""What every profile is checked for."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from erp.kernel.errors import BadInput
from inventory.commitments.models import SupplyMethod
from masterdata.items.models import Unit
from masterdata.parties.models import ShipTo

from .models import TradingPartner

LONGEST_CODE = 35  # UNB 0004, and more than an ISA or N1 has
ROLES = {
    "gtin": gettext_lazy("GTIN, EAN, UPC"),
    "buyer": gettext_lazy("buyer's number"),
    "supplier": gettext_lazy("supplier's number (ours)"),
    "maker": gettext_lazy("manufacturer's number"),
}
FIELDS = frozenset({
    "standard", "qualifier", "identifier", "own_qualifier", "own_identifier", "buyer_code", "usage", "item_codes",
    "units", "ship_tos", "supply", "takes_orders", "functional_ack", "order_ack", "is_active",
})  # fmt: skip


def sound(given: dict[str, Any], customer_id: int) -> dict[str, Any]:
    """The fields as they are stored: codes in one spelling, mappings to what exists. Raises BadInput."""
    made = dict(given)
    for name in ("qualifier", "identifier", "own_qualifier", "own_identifier", "buyer_code"):
        if name in made:
            made[name] = made[name].strip()
    if "identifier" in made and not made["identifier"]:
        raise BadInput(field="identifier", reason=_("say from which address the documents come."))
    for name, choices in (
        ("standard", TradingPartner.Standard.values),
        ("usage", TradingPartner.Usage.values),
        ("supply", ["", *SupplyMethod.values]),
    ):
        if name in made and made[name] not in choices:
            known = ", ".join(filter(None, choices))
            raise BadInput(field=name, reason=_("one of: %(choices)s.") % {"choices": known})
    if "item_codes" in made:
        made["item_codes"] = _roles(made["item_codes"])
    for name in ("units", "ship_tos"):
        for theirs in made.get(name, ()):
            if not theirs.strip() or len(theirs) > LONGEST_CODE or not theirs.isprintable():
                raise BadInput(field=name, reason=_("a code of theirs has 1 to 35 signs that can be seen."))
    if "units" in made:
        made["units"] = _units(made["units"])
    if "ship_tos" in made:
        made["ship_tos"] = _ship_tos(made["ship_tos"], customer_id)
    return made


def _roles(given: list[str]) -> list[str]:
    roles = list(dict.fromkeys(given))
    if not roles or any(role not in ROLES for role in roles):
        raise BadInput(
            field="item_codes", reason=_("one or more of: %(roles)s.") % {"roles": ", ".join(ROLES)}
        )
    return roles


def _units(given: dict[str, str]) -> dict[str, str]:
    made = {theirs.strip().upper(): ours.strip().upper() for theirs, ours in given.items()}
    known = set(Unit.objects.filter(code__in=made.values()).values_list("code", flat=True))
    for ours in made.values():
        if ours not in known:
            raise BadInput(field="units", reason=_("there is no unit %(unit)s.") % {"unit": ours})
    return made


def _ship_tos(given: dict[str, str], customer_id: int) -> dict[str, str]:
    own = {
        code.upper(): code
        for code in ShipTo.objects.filter(customer=customer_id).values_list("code", flat=True)
    }
    made = {}
    for theirs, ours in given.items():
        if ours.strip().upper() not in own:
            raise BadInput(
                field="ship_tos", reason=_("the customer has no address %(code)s.") % {"code": ours.strip()}
            )
        made[theirs.strip()] = own[ours.strip().upper()]
    return made


def taken_by(partner: TradingPartner) -> TradingPartner | None:
    """Another active profile under the same addresses, if there is one."""
    same = TradingPartner.objects.filter(
        standard=partner.standard,
        qualifier=partner.qualifier,
        identifier=partner.identifier,
        own_identifier=partner.own_identifier,
        buyer_code=partner.buyer_code,
        is_active=True,
    )
    return same.exclude(pk=partner.pk).first() if partner.is_active else None
