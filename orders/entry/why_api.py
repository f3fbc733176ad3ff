"""Why an order's lines cost and leave as they do, for programs."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from erp.kernel.api import has_perm
from erp.kernel.errors import NotFound
from masterdata.items.permissions import VIEW_COST

from .permissions import VIEW_ORDER
from .queries import LineView, decisions_of, lines_of_order, order_list
from .why import explain_lines


class WhyStepOut(serializers.Serializer[Any]):
    label = serializers.CharField()  # type: ignore[assignment]  # a field, not this serializer's own label
    note = serializers.CharField()
    value = serializers.CharField()


class WhyLineOut(serializers.Serializer[Any]):
    """`why`: the date in one sentence; `steps` of price and promise; `rejected`: prices tried, and why not."""

    line = serializers.IntegerField()
    item = serializers.CharField()
    requested_on = serializers.DateField()
    first_promised_on = serializers.DateField(allow_null=True)
    promised_on = serializers.DateField(allow_null=True)
    why = serializers.CharField()
    steps = WhyStepOut(many=True)
    rejected = serializers.ListField(child=serializers.CharField())


class OrderWhyOut(serializers.Serializer[Any]):
    order = serializers.CharField()
    lines = WhyLineOut(many=True)


class OrderWhyView(APIView):
    """The why-record of an order, folded out line by line as on its page."""

    def get_permissions(self) -> list[BasePermission]:
        return [has_perm(VIEW_ORDER)()]

    @extend_schema(responses=OrderWhyOut)
    def get(self, request: Request, number: str) -> Response:
        order = order_list(user=request.user).filter(number=number).first()
        if order is None:
            raise NotFound(what="order", reference=number)
        views = lines_of_order(order)
        sees_cost = request.user.has_perm(VIEW_COST)
        explain_lines(order.number, views, decisions_of(order), sees_cost=sees_cost)
        return Response(OrderWhyOut({"order": order.number, "lines": [_line(view) for view in views]}).data)


def _line(view: LineView) -> dict[str, Any]:
    return {
        "line": view.line.line,
        "item": view.line.item.code,
        "requested_on": view.line.requested_on,
        "first_promised_on": view.first_promised_on,
        "promised_on": view.promised_on,
        "why": view.why,
        "steps": view.steps,
        "rejected": [f"{name}: {reason}" for name, reason in view.rejected],
    }
