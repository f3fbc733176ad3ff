"""What programs ask a price for: the shape that quotes and blanket orders share."""

from datetime import date
from typing import Any

from rest_framework import serializers

from erp.kernel import clock
from erp.kernel.errors import NotFound
from erp.kernel.shapes import (
    BusinessDateField,
    CodeField,
    MoneyField,
    NoteField,
    QuantityField,
    StrictSerializer,
)
from inventory.commitments.models import SupplyMethod
from masterdata.items.lookups import resolve_codes
from masterdata.models import Customer

from .errors import LineRefused, ShipToUnknown
from .models import SalesOrder
from .rules import LineRequest, OrderRequest


class OfferLineIn(StrictSerializer):
    """One asked-for line. `price` overrides, and needs a reason. `supply`: blank is as the item and the house say."""

    item = CodeField()
    quantity = QuantityField()
    unit = CodeField(max_length=3, default="", allow_blank=True)
    price = MoneyField(min_value=0, required=False)
    price_reason = CodeField(max_length=120, default="", allow_blank=True)
    supply = serializers.ChoiceField(SupplyMethod.choices, default="", allow_blank=True)


class OfferIn(StrictSerializer):
    """What is offered."""

    lines = OfferLineIn(many=True, allow_empty=False, max_length=5000)
    ship_to = CodeField(default="", allow_blank=True)
    customer_reference = CodeField(default="", allow_blank=True)
    job = CodeField(max_length=30, default="", allow_blank=True)
    requested_on = BusinessDateField(required=False)
    note = NoteField()


def customer_of(code: str, user: Any) -> Customer:
    """The customer of that number, when the reader may see it. Raises NotFound."""
    found = Customer.objects.visible_to(user).filter(party__code__iexact=code).first()
    if found is None:
        raise NotFound(what="customer", reference=code)
    return found


def offer_of(given: dict[str, Any], customer: Customer) -> OrderRequest:
    """What a program asks a price for, with its item numbers and address found. Raises LineRefused, ShipToUnknown."""
    found = resolve_codes([line["item"] for line in given["lines"]], customer.pk)
    unknown = [
        {"line": place, "item": line["item"], "reason": "No item is known by this number."}
        for place, line in enumerate(given["lines"], 1)
        if found.get(line["item"]) is None
    ]
    if unknown:
        raise LineRefused.of(unknown)
    today: date = clock.now().date()
    return OrderRequest(
        customer_id=customer.pk,
        lines=[
            LineRequest(
                found.get(line["item"]) or 0,
                line["quantity"],
                line["unit"],
                line.get("price"),
                line["price_reason"],
                supply=line["supply"],
            )
            for line in given["lines"]
        ],
        requested_on=given.get("requested_on") or today,
        channel=SalesOrder.Channel.API.value,
        ship_to_id=ship_to_of(customer, given["ship_to"]) if given["ship_to"] else None,
        customer_po=given["customer_reference"],
        note=given["note"],
        job=given["job"],
    )


def ship_to_of(customer: Customer, code: str) -> int:
    """The customer's active address of that code. Raises ShipToUnknown."""
    found = customer.ship_tos.filter(is_active=True, code__iexact=code).values_list("pk", flat=True).first()
    if found is None:
        raise ShipToUnknown()
    return found
