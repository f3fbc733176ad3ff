"""Looks for programs: what one line would cost and when it would leave, and what an order would come to."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from erp.kernel import clock
from erp.kernel.api import has_perm
from erp.kernel.errors import NotFound
from erp.kernel.shapes import BusinessDateField, CodeField, QuantityField, StrictSerializer, body_of
from masterdata.items.lookups import resolve_codes
from masterdata.models import Customer
from masterdata.places.queries import sites_by_code
from orders.entry.api import customer_of, ship_to_of
from orders.entry.permissions import VIEW_ORDER
from orders.entry.rules import LineRequest, OrderRequest

from .preview import Seen, look_at
from .price_check import check_price


class PriceCheckIn(StrictSerializer):
    customer = CodeField()
    item = CodeField()
    quantity = QuantityField()
    unit = CodeField(max_length=3, default="", allow_blank=True)
    ship_to = CodeField(default="", allow_blank=True)
    job = CodeField(max_length=30, default="", allow_blank=True)
    requested_on = BusinessDateField(required=False)


class StepOut(serializers.Serializer[Any]):
    label = serializers.CharField()  # type: ignore[assignment]  # a field, not this serializer's own label
    note = serializers.CharField()
    percent = serializers.DecimalField(max_digits=9, decimal_places=4, allow_null=True)
    value = serializers.CharField(allow_null=True)


class PriceCheckOut(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()
    unit = serializers.CharField()
    quantity = serializers.DecimalField(max_digits=18, decimal_places=6)
    currency = serializers.CharField()
    list_price = serializers.DecimalField(max_digits=18, decimal_places=6, allow_null=True)
    unit_price = serializers.DecimalField(max_digits=18, decimal_places=6, allow_null=True)
    net = serializers.DecimalField(max_digits=18, decimal_places=2)
    steps = StepOut(many=True)
    promised_on = serializers.DateField(allow_null=True)
    free = serializers.DecimalField(max_digits=18, decimal_places=6)
    availability = serializers.CharField()
    problem = serializers.CharField()


class PriceCheckView(APIView):
    """Asks only: nothing is reserved, no key is needed."""

    needs_key: ClassVar = False
    permission_classes: ClassVar = [has_perm(VIEW_ORDER)]

    @extend_schema(request=PriceCheckIn, responses=PriceCheckOut)
    def post(self, request: Request) -> Response:
        given = body_of(request, PriceCheckIn)
        customer = customer_of(given["customer"], request.user)
        item_id = _items([given["item"]], customer)[given["item"]]
        ship_to_id = ship_to_of(customer, given["ship_to"]) if given["ship_to"] else None
        found = check_price(
            user=request.user,
            customer_id=customer.pk,
            item_id=item_id,
            quantity=given["quantity"],
            unit=given["unit"],
            on=given.get("requested_on") or clock.now().date(),
            ship_to_id=ship_to_id,
            job=given["job"],
        )
        return Response(PriceCheckOut(found).data)


class PreviewLineIn(StrictSerializer):
    item = CodeField()
    quantity = QuantityField()
    unit = CodeField(max_length=3, default="", allow_blank=True)
    site = CodeField(max_length=20, default="", allow_blank=True, help_text="Blank: the order's own.")


class OrderPreviewIn(StrictSerializer):
    customer = CodeField()
    lines = PreviewLineIn(many=True, allow_empty=False)
    ship_to = CodeField(default="", allow_blank=True)
    job = CodeField(max_length=30, default="", allow_blank=True)
    rush = CodeField(max_length=12, default="", allow_blank=True)
    coupon = CodeField(max_length=30, default="", allow_blank=True)
    requested_on = BusinessDateField(required=False)


class PreviewLineOut(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()
    unit = serializers.CharField()
    unit_price = serializers.DecimalField(max_digits=18, decimal_places=6, allow_null=True)
    net = serializers.DecimalField(max_digits=18, decimal_places=2, allow_null=True)
    promised_on = serializers.DateField(allow_null=True)
    problem = serializers.CharField()


class PreviewTaxOut(serializers.Serializer[Any]):
    rate_percent = serializers.DecimalField(max_digits=7, decimal_places=4)
    base = serializers.DecimalField(max_digits=18, decimal_places=2)
    tax = serializers.DecimalField(max_digits=18, decimal_places=2)


class PreviewFreightOut(serializers.Serializer[Any]):
    code = serializers.CharField()
    amount = serializers.DecimalField(max_digits=18, decimal_places=2)
    note = serializers.CharField()


class PreviewFeeOut(serializers.Serializer[Any]):
    """What an order rule charges."""

    code = serializers.CharField()
    amount = serializers.DecimalField(max_digits=18, decimal_places=2)
    note = serializers.CharField()


class PreviewHoldOut(serializers.Serializer[Any]):
    kind = serializers.CharField()
    detail = serializers.CharField()


class OrderPreviewOut(serializers.Serializer[Any]):
    """`net` includes freight and fees; `taxes` are rounded once per rate, as the invoice will have them.

    `site`: chosen by an order rule instead of the customer's own. `coupon_problem`: why its code would be refused. What
    comes free stands behind the lines that were asked for, at nothing.
    """

    currency = serializers.CharField()
    lines = PreviewLineOut(many=True)
    freight_terms = serializers.CharField()
    freight = PreviewFreightOut(allow_null=True)
    fees = PreviewFeeOut(many=True)
    site = serializers.CharField(allow_blank=True)
    coupon_problem = serializers.CharField(allow_blank=True)
    net = serializers.DecimalField(max_digits=18, decimal_places=2)
    taxes = PreviewTaxOut(many=True)
    tax = serializers.DecimalField(max_digits=18, decimal_places=2)
    gross = serializers.DecimalField(max_digits=18, decimal_places=2)
    holds = PreviewHoldOut(many=True)


class OrderPreviewView(APIView):
    """What an order would come to if it were placed now. Asks only: nothing is reserved, no key is needed."""

    needs_key: ClassVar = False
    permission_classes: ClassVar = [has_perm(VIEW_ORDER)]

    @extend_schema(request=OrderPreviewIn, responses=OrderPreviewOut)
    def post(self, request: Request) -> Response:
        given = body_of(request, OrderPreviewIn)
        wanted = wanted_order(given, customer_of(given["customer"], request.user))
        return Response(OrderPreviewOut(_previewed(look_at(wanted, request.user, steers=True))).data)


def wanted_order(given: dict[str, Any], customer: Customer, *, site_id: int | None = None) -> OrderRequest:
    """What a program asks about, with its item numbers, sites and address found. Raises NotFound, ShipToUnknown."""
    items = _items([line["item"] for line in given["lines"]], customer)
    codes = [line.get("site", "") for line in given["lines"]]
    sites = sites_by_code(customer.company_id, codes)
    if unknown := [code for code in codes if code and code.upper() not in sites]:
        raise NotFound(what="site", reference=unknown[0])
    return OrderRequest(
        customer_id=customer.pk,
        lines=[
            LineRequest(items[line["item"]], line["quantity"], line["unit"], site_id=sites.get(code.upper()))
            for line, code in zip(given["lines"], codes, strict=True)
        ],
        requested_on=given.get("requested_on") or clock.now().date(),
        channel="api",
        ship_to_id=ship_to_of(customer, given["ship_to"]) if given["ship_to"] else None,
        site_id=site_id,
        job=given["job"],
        rush=given.get("rush", ""),
        coupon=given.get("coupon", ""),
    )


def _previewed(seen: Seen) -> dict[str, Any]:
    freight = seen.freight
    return {
        "currency": seen.header.currency,
        "lines": [
            {
                "code": fact.code,
                "name": fact.name,
                "unit": fact.factor.unit if fact.factor else "",
                "unit_price": outcome.priced.unit_price,
                "net": None if outcome.problem else outcome.priced.net,
                "promised_on": seen.promises[place].on if place in seen.promises else None,
                "problem": outcome.problem,
            }
            for place, (fact, outcome) in enumerate(zip(seen.facts, seen.outcomes, strict=True))
        ],
        "freight_terms": seen.header.freight_terms,
        "freight": freight and {"code": freight.fact.code, "amount": freight.amount, "note": freight.note},
        "fees": [
            {"code": fee.fact.code, "amount": fee.amount, "note": fee.note} for fee in seen.steered.fees
        ],
        "site": seen.steered.site,
        "coupon_problem": seen.coupon_problem,
        "net": seen.total.net,
        "taxes": [{"rate_percent": rate, "base": base, "tax": tax} for rate, base, tax in seen.taxes],
        "tax": seen.total.tax,
        "gross": seen.total.gross,
        "holds": seen.holds,
    }


def _items(codes: list[str], customer: Customer) -> dict[str, int]:
    """The items that the codes mean for the customer. Raises NotFound with the first that means none."""
    found = resolve_codes(codes, customer.pk)
    known: dict[str, int] = {}
    for code in codes:
        item_id = found.get(code)
        if item_id is None:
            raise NotFound(what="item", reference=code)
        known[code] = item_id
    return known
