"""Sourcing for programs: where a late line could come from, and where a whole order could."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from erp.kernel.api import has_perm
from erp.kernel.errors import NotFound
from erp.kernel.shapes import BusinessDateField, CodeField, QuantityField, StrictSerializer, body_of
from masterdata.places.queries import site_list
from orders.entry.actions.submit_order import SUBMIT
from orders.entry.api import customer_of
from orders.entry.rules import OrderRequest

from .api import OrderPreviewIn, wanted_order
from .order_sourcing import Sources, sources_of
from .preview import look_at
from .sourcing import elsewhere


class LineSourcesIn(StrictSerializer):
    customer = CodeField()
    item = CodeField()
    quantity = QuantityField()
    unit = CodeField(max_length=3, default="", allow_blank=True)
    ship_to = CodeField(default="", allow_blank=True)
    job = CodeField(max_length=30, default="", allow_blank=True)
    requested_on = BusinessDateField(required=False)
    site = CodeField(default="", allow_blank=True, help_text="Blank: the customer's own.")


class SiteSourceOut(serializers.Serializer[Any]):
    site = serializers.CharField(source="code")
    name = serializers.CharField()
    on = serializers.DateField()
    in_time = serializers.BooleanField()
    why = serializers.CharField()


class SupplyNowOut(serializers.Serializer[Any]):
    how = serializers.CharField()
    on = serializers.DateField()


class LineSourcesOut(serializers.Serializer[Any]):
    """Empty where the line is promised in time. `offers`: what buying or moving now would make possible."""

    promised_on = serializers.DateField(allow_null=True)
    sites = SiteSourceOut(many=True)
    offers = SupplyNowOut(many=True)


class LineSourcesView(APIView):
    """Where else a line could come from that cannot be promised in time. Asks only: no key is needed."""

    needs_key: ClassVar = False

    def get_permissions(self) -> list[BasePermission]:
        return [has_perm(SUBMIT)()]

    @extend_schema(request=LineSourcesIn, responses=LineSourcesOut)
    def post(self, request: Request) -> Response:
        given = body_of(request, LineSourcesIn)
        given["lines"] = [{name: given.pop(name) for name in ("item", "quantity", "unit")}]
        seen = look_at(_wanted(given, request.user), request.user)
        found, promise = elsewhere(seen, request.user), seen.promises.get(0)
        answer = {
            "promised_on": promise.on if promise else None,
            "sites": found.sites,
            "offers": [{"how": words, "on": day} for words, day in found.offers],
        }
        return Response(LineSourcesOut(answer).data)


class OrderSourcesIn(OrderPreviewIn):
    site = CodeField(default="", allow_blank=True, help_text="Blank: the customer's own.")


class SourcePartOut(serializers.Serializer[Any]):
    """`lines`: which of the lines asked about, from 1."""

    site = serializers.CharField()
    name = serializers.CharField()
    lines = serializers.ListField(child=serializers.IntegerField())


class AlternativeOut(serializers.Serializer[Any]):
    """`on`: when the last line leaves (null: no supply known). `carriage`: by tariff (null: none leads there)."""

    parts = SourcePartOut(many=True)
    on = serializers.DateField(allow_null=True)
    late = serializers.IntegerField()
    carriage = serializers.DecimalField(max_digits=18, decimal_places=2, allow_null=True)


class OrderSourcesOut(serializers.Serializer[Any]):
    """The recommended alternative first. One of two parts is taken by an order whose lines name these sites."""

    currency = serializers.CharField()
    rule = serializers.CharField()
    alternatives = AlternativeOut(many=True)


class OrderSourcesView(APIView):
    """Where a whole order could come from, with day and carriage of each way. Asks only: no key is needed."""

    needs_key: ClassVar = False

    def get_permissions(self) -> list[BasePermission]:
        return [has_perm(SUBMIT)()]

    @extend_schema(request=OrderSourcesIn, responses=OrderSourcesOut)
    def post(self, request: Request) -> Response:
        wanted = _wanted(body_of(request, OrderSourcesIn), request.user)
        return Response(OrderSourcesOut(_told(sources_of(wanted, request.user))).data)


def _wanted(given: dict[str, Any], user: Any) -> OrderRequest:
    """The order that is asked about. Raises NotFound, ShipToUnknown."""
    code = given.pop("site")
    customer = customer_of(given["customer"], user)
    if not code:
        return wanted_order(given, customer)
    sites = site_list(user=user).filter(company=customer.company_id, is_active=True, code__iexact=code)
    site = sites.first()
    if site is None:
        raise NotFound(what="site", reference=code)
    return wanted_order(given, customer, site_id=site.pk)


def _told(found: Sources) -> dict[str, Any]:
    return {
        "currency": found.currency,
        "rule": found.rule,
        "alternatives": [
            {
                "parts": [
                    {"site": part.code, "name": part.name, "lines": [place + 1 for place in part.places]}
                    for part in each.parts
                ],
                "on": each.on,
                "late": each.late,
                "carriage": each.carriage,
            }
            for each in found.alternatives
        ],
    }
