"""Price check for programs: what one line would cost and when it would leave."""

from typing import Any, ClassVar

from django.shortcuts import get_object_or_404
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
from orders.entry.errors import ShipToUnknown
from orders.entry.permissions import VIEW_ORDER

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
        customer = get_object_or_404(
            Customer.objects.visible_to(request.user), party__code__iexact=given["customer"]
        )
        item_id = resolve_codes([given["item"]], customer.pk).get(given["item"])
        if item_id is None:
            raise NotFound(what="item", reference=given["item"])
        ship_to_id = None
        if given["ship_to"]:
            places = customer.ship_tos.filter(is_active=True, code__iexact=given["ship_to"])
            ship_to_id = places.values_list("pk", flat=True).first()
            if ship_to_id is None:
                raise ShipToUnknown()
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
