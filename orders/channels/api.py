"""Orders for programs: read, create, amend, cancel, hold. Creating is the intake that every channel uses."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from erp.kernel.actor import Actor
from erp.kernel.api import has_perm, key_of
from erp.kernel.command import By
from erp.kernel.errors import NotFound
from erp.kernel.flat import FlatListMixin
from erp.kernel.shapes import (
    body_of,
)
from inventory.outbound.permissions import CHANGE_SHIP_RULE
from orders.entry.actions.amend_order import AMEND_ORDER, amend_order
from orders.entry.actions.cancel_order import CANCEL_ORDER, cancel_lines, cancel_order
from orders.entry.actions.change_supply import change_supply
from orders.entry.actions.substitute_lines import SUBSTITUTE, substitute_lines
from orders.entry.amending import Amendment
from orders.entry.impact import impact_of
from orders.entry.models import SalesOrder
from orders.entry.permissions import VIEW_ORDER
from orders.entry.queries import order_list
from orders.entry.sheets import order_sheet
from orders.entry.shipping import set_ship_rule
from orders.holds.actions.place_hold import PLACE_HOLD, place_hold

from .actions.intake_order import INTAKE_ORDER, intake_order
from .order_lines import document_line, line_changes, replacements
from .order_shapes import (
    AmendedOut,
    AmendIn,
    CancelIn,
    CancelledOut,
    HoldIn,
    ImpactOut,
    IntakeOut,
    OrderDetailOut,
    OrderIn,
    OrderOut,
    PlacedOut,
    ShipRuleIn,
    ShipRuleOut,
    SubstitutedOut,
    SubstituteLinesIn,
)
from .rules import OrderDocument
from .supply_shapes import SuppliedOtherwiseOut, SupplyIn


class OrderFilter(django_filters.FilterSet):
    """`customer`: its number. `submitted_after` and `submitted_before`: days, both included."""

    number = django_filters.CharFilter()
    customer = django_filters.CharFilter(field_name="customer__party__code")
    customer_po = django_filters.CharFilter(lookup_expr="iexact")
    state = django_filters.MultipleChoiceFilter(choices=SalesOrder.State.choices)
    channel = django_filters.MultipleChoiceFilter(choices=SalesOrder.Channel.choices)
    submitted = django_filters.DateFromToRangeFilter(field_name="submitted_at")


RIGHTS = {
    "create": INTAKE_ORDER,
    "amend": AMEND_ORDER,
    "preview": AMEND_ORDER,
    "cancel": CANCEL_ORDER,
    "substitute": SUBSTITUTE,
    "hold": PLACE_HOLD,
    "ship_rule": CHANGE_SHIP_RULE,
    "supply": AMEND_ORDER,
}


class OrderViewSet(FlatListMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[SalesOrder]):
    serializer_class = OrderOut
    filterset_class = OrderFilter
    lookup_field = "number"

    def get_permissions(self) -> list[BasePermission]:
        return [has_perm(RIGHTS.get(self.action, VIEW_ORDER))()]

    def get_queryset(self) -> QuerySet[SalesOrder]:
        return order_list(user=self.request.user)

    @extend_schema(responses=OrderDetailOut)
    def retrieve(self, request: Request, number: str) -> Response:
        sheet = order_sheet(number, user=request.user)
        if sheet is None:
            raise NotFound(what="order", reference=number)
        return Response(sheet)

    @extend_schema(request=OrderIn, responses={201: IntakeOut})
    def create(self, request: Request) -> Response:
        given = body_of(request, OrderIn)
        key = key_of(request)
        result = intake_order(
            _by(request),
            document=OrderDocument(
                customer=given["customer"],
                lines=[document_line(place, line) for place, line in enumerate(given["lines"], 1)],
                ship_to=given["ship_to"],
                customer_po=given["customer_po"],
                job=given["job"],
                rush=given["rush"],
                coupon=given["coupon"],
                requested_on=given.get("requested_on"),
                note=given["note"],
                hold_reason=given["hold_reason"],
            ),
            channel=SalesOrder.Channel.API.value,
            source=request.user.username,
            key=key,
            partial=given["partial"],
        )
        return Response(IntakeOut(result).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=AmendIn, responses=AmendedOut)
    @action(detail=True, methods=["post"])
    def amend(self, request: Request, number: str) -> Response:
        given, order = body_of(request, AmendIn), self.get_object()
        result = amend_order(
            _by(request, given["reason"]),
            order_id=order.pk,
            version=given["version"],
            amendment=_amendment(given, order),
            reason=given["reason"],
        )
        return Response(AmendedOut(result).data)

    @extend_schema(request=AmendIn, responses=ImpactOut)
    @action(detail=True, methods=["post"], url_path="amend/preview")
    def preview(self, request: Request, number: str) -> Response:
        """What the same call to amend would do; nothing is changed."""
        given, order = body_of(request, AmendIn), self.get_object()
        by, amendment = By(Actor.of(request.user)), _amendment(given, order)
        impact = impact_of(by, order, version=given["version"], amendment=amendment)
        return Response(ImpactOut(impact).data)

    @extend_schema(request=CancelIn, responses=CancelledOut)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, number: str) -> Response:
        given = body_of(request, CancelIn)
        order = self.get_object()
        by, asked = _by(request, given["reason"]), {"version": given["version"], "reason": given["reason"]}
        if "lines" in given:
            result = cancel_lines(by, order_id=order.pk, lines=given["lines"], **asked)
        else:
            result = cancel_order(by, order_id=order.pk, **asked)
        return Response(CancelledOut(result).data)

    @extend_schema(request=SubstituteLinesIn, responses=SubstitutedOut)
    @action(detail=True, methods=["post"])
    def substitute(self, request: Request, number: str) -> Response:
        given = body_of(request, SubstituteLinesIn)
        order = self.get_object()
        result = substitute_lines(
            _by(request, given["reason"]),
            order_id=order.pk,
            version=given["version"],
            replacements=replacements(given["lines"], order.customer_id),
            reason=given["reason"],
        )
        return Response(SubstitutedOut(result).data)

    @extend_schema(request=HoldIn, responses={201: PlacedOut})
    @action(detail=True, methods=["post"])
    def hold(self, request: Request, number: str) -> Response:
        given = body_of(request, HoldIn)
        reason = given["reason"]
        placed = place_hold(_by(request, reason), order_id=self.get_object().pk, reason=reason)
        return Response(PlacedOut(placed).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=SupplyIn, responses=SuppliedOtherwiseOut)
    @action(detail=True, methods=["post"])
    def supply(self, request: Request, number: str) -> Response:
        """Buy lines for the order, let the supplier send them, or serve them from stock after all."""
        given = body_of(request, SupplyIn)
        result = change_supply(
            _by(request, given["reason"]),
            order_id=self.get_object().pk,
            version=given["version"],
            supply={row["line"]: row["supply"] for row in given["lines"]},
            reason=given["reason"],
        )
        return Response(SuppliedOtherwiseOut(result).data)

    @extend_schema(request=ShipRuleIn, responses=ShipRuleOut)
    @action(detail=True, methods=["post"], url_path="ship-rule")
    def ship_rule(self, request: Request, number: str) -> Response:
        given = body_of(request, ShipRuleIn)
        order = self.get_object()
        lines = {row["line"]: row["ship_rule"] for row in given.pop("lines", [])}
        waits = set_ship_rule(_by(request, given["reason"]), order, lines=lines, **given)
        return Response({"waits_for": waits})


def _amendment(given: dict[str, Any], order: SalesOrder) -> Amendment:
    return Amendment(
        lines=line_changes(given.get("lines", []), order.customer_id, order.company_id),
        requested_on=given.get("requested_on"),
        customer_po=given.get("customer_po"),
        note=given.get("note"),
        rush=given.get("rush"),
        coupon=given.get("coupon"),
    )


def _by(request: Request, reason: str = "") -> By:
    return By(Actor.of(request.user), key=key_of(request), reason=reason)
