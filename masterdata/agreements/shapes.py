"""What programs send of agreements, and the rows that its codes name."""

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from erp.kernel.errors import NotFound
from erp.kernel.shapes import BusinessDateField, CodeField, ExactDecimalField, MoneyField, StrictSerializer
from masterdata.items.lookups import resolve_codes
from masterdata.items.models import ItemClass
from masterdata.parties.models import CustomerGroup, ShipTo
from masterdata.parties.queries import customer_list, supplier_list
from masterdata.places.queries import company_list

from .models import Price, PriceScope


class ReasonedIn(StrictSerializer):
    """`reason` is kept with the change in the record's history."""

    reason = CodeField(max_length=200, default="", allow_blank=True)


class AgreementIn(ReasonedIn):
    """A new set of prices. `stacking`, `funded_by` and `funding_percent` are for promotions."""

    company = CodeField(max_length=12)
    kind = serializers.ChoiceField(choices=PriceScope.Kind.choices)
    code = CodeField(max_length=30)
    name = CodeField(max_length=120)
    currency = CodeField(max_length=3, default="", allow_blank=True, help_text="Left out: the company's.")
    stacking = serializers.ChoiceField(choices=PriceScope.Stacking.choices, default="", allow_blank=True)
    funded_by = CodeField(default="", allow_blank=True, help_text="The supplier's code.")
    funding_percent = ExactDecimalField(max_digits=5, decimal_places=2, min_value=0, required=False)


class PriceIn(StrictSerializer):
    """For one item or one class. `value`: money per `unit`, percent, or how many are free for each `min_quantity`."""

    item = CodeField(default="", allow_blank=True, help_text="Any number that names the item.")
    item_class = CodeField(default="", allow_blank=True)
    method = serializers.ChoiceField(choices=Price.Method.choices, default=Price.Method.NET)
    value = MoneyField(min_value=0)
    unit = CodeField(max_length=3, default="", allow_blank=True)
    min_quantity = MoneyField(min_value=0, default=Decimal(0))
    free_item = CodeField(default="", allow_blank=True, help_text="Of free goods; left out: the same item.")
    valid_from = BusinessDateField()
    reason = CodeField(max_length=120, default="", allow_blank=True)


class AllowanceIn(ReasonedIn):
    """`most` and `commitment` in `unit` of the item (left out: its stock unit); a budget names no item."""

    item = CodeField(default="", allow_blank=True)
    unit = CodeField(max_length=3, default="", allow_blank=True)
    most = MoneyField(min_value=0, required=False, allow_null=True)
    commitment = MoneyField(min_value=0, default=Decimal(0))


class AssignPricesIn(ReasonedIn):
    """One customer, at one of its ship-tos or for one job where named; or one group."""

    customer = CodeField(default="", allow_blank=True)
    group = CodeField(max_length=12, default="", allow_blank=True)
    ship_to = CodeField(default="", allow_blank=True)
    job = CodeField(max_length=30, default="", allow_blank=True)
    valid_from = BusinessDateField()
    valid_to = BusinessDateField(required=False, allow_null=True)


def item_named(code: str) -> int | None:
    """The one item that is known by the code; None for none. Raises NotFound."""
    if not code:
        return None
    found = resolve_codes([code]).get(code)
    if found is None:
        raise NotFound(what="item", reference=code)
    return found


def target_of(given: dict[str, Any]) -> dict[str, Any]:
    """What `set_price` is asked for. Raises NotFound."""
    code = given.pop("item_class")
    item_class = (
        ItemClass.objects.filter(code__iexact=code).values_list("pk", flat=True).first() if code else None
    )
    if code and item_class is None:
        raise NotFound(what="item class", reference=code)
    item_id, free_item_id = item_named(given.pop("item")), item_named(given.pop("free_item"))
    return {**given, "item_id": item_id, "item_class_id": item_class, "free_item_id": free_item_id}


def holder_of(given: dict[str, Any], user: Any) -> dict[str, Any]:
    """The same with ids for the codes of company, supplier, customer, group and ship-to. Raises NotFound."""
    found = dict(given)
    customer_id = None
    for name, rows, column in (
        ("company", company_list(user=user), "code"),
        ("funded_by", supplier_list(user=user), "party__code"),
        ("customer", customer_list(user=user), "party__code"),
        ("group", CustomerGroup.objects.all(), "code"),
    ):
        if name not in found:
            continue
        code = found.pop(name)
        row = rows.filter(**{f"{column}__iexact": code}).first() if code else None
        if code and row is None:
            raise NotFound(what=name.replace("_", " "), reference=code)
        found[f"{name}_id"] = row.pk if row else None
        customer_id = found[f"{name}_id"] if name == "customer" else customer_id
    if code := found.pop("ship_to", ""):
        places = ShipTo.objects.filter(customer=customer_id, code__iexact=code)
        found["ship_to_id"] = places.values_list("pk", flat=True).first()
        if found["ship_to_id"] is None:
            raise NotFound(what="ship-to", reference=code)
    return found
